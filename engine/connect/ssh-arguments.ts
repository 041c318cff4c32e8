import {splitWords, type Directives} from './ssh-config.js';

/** What arguments for OpenSSH's `ssh` mean to us. */
export interface SshArguments {
  /** Directives, the first one given wins. */
  readonly directives: Directives;
  /** A configuration file to read instead of the user's. */
  readonly configFile: string | undefined;
  /** What cannot be honoured, in words. */
  readonly problems: readonly string[];
}

const honoured = new Set([
  'connecttimeout',
  'hostkeyalias',
  'hostname',
  'identitiesonly',
  'identityagent',
  'identityfile',
  'port',
  'proxyjump',
  'serveraliveinterval',
  'stricthostkeychecking',
  'user',
  'userknownhostsfile',
]);

// These speak of how OpenSSH works or of what we do anyway; leaving them out changes nothing that a task can see.
const harmless = new Set([
  'addressfamily',
  'batchmode',
  'checkhostip',
  'compression',
  'connectionattempts',
  'controlmaster',
  'controlpath',
  'controlpersist',
  'forwardagent',
  'forwardx11',
  'gssapiauthentication',
  'hashknownhosts',
  'kbdinteractiveauthentication',
  'loglevel',
  'passwordauthentication',
  'preferredauthentications',
  'pubkeyauthentication',
  'requesttty',
  'serveralivecountmax',
  'tcpkeepalive',
  'updatehostkeys',
  'visualhostkey',
]);

const options: Readonly<Record<string, string>> = {
  J: 'proxyjump',
  i: 'identityfile',
  l: 'user',
  p: 'port',
};

/** Reads arguments such as `-o ProxyJump=bastion -F ssh.cfg`. */
export function readSshArguments(text: string): SshArguments {
  const directives = new Map<string, string[]>();
  const problems: string[] = [];
  let configFile: string | undefined;
  const words = [...joined(text)];
  const set = (name: string, value: string): void => {
    if (honoured.has(name)) directives.set(name, [...(directives.get(name) ?? []), value]);
    else if (name === 'proxycommand') {
      problems.push('ProxyCommand is not supported: use ProxyJump');
    } else if (!harmless.has(name)) problems.push(`the SSH option "${name}" is not supported`);
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, letter, attached] = /^-([A-Za-z0-9])(.*)$/s.exec(word) ?? [];
    if (letter === undefined) {
      problems.push(`"${word}" is no option of ssh`);
    } else if (/^[46CTnqvxakA]$/.test(letter)) {
      if (attached !== '') words.unshift(`-${attached}`);
    } else if (letter === 'o' || letter === 'F' || options[letter] !== undefined) {
      const value = attached === '' ? words.shift() : attached;
      if (value === undefined) problems.push(`the SSH option "-${letter}" wants a value`);
      else if (letter === 'F') configFile = value;
      else if (letter === 'o') {
        const [, name = '', rest = ''] = /^\s*([A-Za-z0-9]+)\s*(?:=|\s)\s*(.*)$/s.exec(value) ?? [];
        if (name === '') problems.push(`"-o ${value}" is not "-o Name=value"`);
        else set(name.toLowerCase(), rest);
      } else set(options[letter] ?? '', value);
    } else {
      problems.push(`the SSH option "-${letter}" is not supported`);
    }
  }
  return {directives, configFile, problems};
}

/** Words in which a quoted part joins what it touches: `-o"ProxyJump x"`. */
function joined(text: string): readonly string[] {
  return [...text.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)].map(([word]) => splitWords(word).join(''));
}
