import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {authorizedKeysFact, type AuthorizedKeysKey, type AuthorizedKeysState} from './facts/authorized_keys.js';
import {linesOf, textOf} from './text/pattern.js';

export interface AuthorizedKeyArgs {
  readonly user: string;
  readonly key: string;
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly path?: string;
  readonly manage_dir: boolean;
  readonly key_options?: string;
  readonly comment?: string;
}

interface KeyChange extends Change {
  readonly user: string;
  readonly path: string;
  readonly text: string;
  readonly makesFolder: boolean;
}

const keyTypes = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)/;

function keyOf({user, path}: AuthorizedKeyArgs): AuthorizedKeysKey {
  return {user, ...(path === undefined ? {} : {path})};
}

/** A line with the options and the comment that are asked for. */
function written(line: string, {key_options: options, comment}: AuthorizedKeyArgs): string {
  const match = keyTypes.exec(line);
  if (match === null || (options === undefined && comment === undefined)) return line;
  const before = options ?? line.slice(0, match.index).trim();
  const after = comment ?? line.slice(match.index + match[0].length).trim();
  return [before, body(line), after].filter((part) => part !== '').join(' ');
}

/** The key itself, without options and comment. */
function body(line: string): string | undefined {
  const match = keyTypes.exec(line);
  return match === null || line.trimStart().startsWith('#') ? undefined : `${match[1] ?? ''} ${match[2] ?? ''}`;
}

export const authorizedKey: TaskModule<AuthorizedKeyArgs, {readonly keys: AuthorizedKeysState}, KeyChange> = {
  name: 'authorized_key',
  reads: (args) => ({keys: ask(authorizedKeysFact, keyOf(args))}),
  plan(args, {keys}) {
    const {user} = args;
    const wanted = args.key
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => written(line, args));
    const wrong = wanted.find((line) => body(line) === undefined);
    if (wrong !== undefined || wanted.length === 0)
      refuse(`'key' is no public key of SSH: '${(wrong ?? '').slice(0, 40)}'`);
    if (!keys.exists && args.state === 'absent') return undefined;
    if (!keys.exists) refuse(`there is no user '${user}' with a home`, 'make it before, with the module user');
    const text =
      args.state === 'absent' ? without(keys.text, wanted) : having(keys.text, wanted, {exclusive: args.exclusive});
    if (text === keys.text) return undefined;
    return {
      kind: 'state',
      summary: `${args.state === 'absent' ? 'take a key from' : args.exclusive ? 'have just these keys for' : 'give a key to'} ${user}`,
      makes: [promise(authorizedKeysFact, keyOf(args), {text})],
      unsettles: [{kind: 'file', id: keys.path}],
      user,
      path: keys.path,
      text,
      makesFolder: args.manage_dir,
    };
  },
  async apply(host, {user, path, text, makesFolder}) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (makesFolder)
      await host.run(sh`[ -d ${folder} ] || { mkdir -m 0700 -- ${folder} && chown ${user}: -- ${folder}; }`);
    await host.put(path, text, {mode: '0600', owner: user});
    await host.run(sh`chown ${`${user}:`} -- ${path}`);
  },
  output: (args, {keys}) => ({user: args.user, path: keys.path}),
};

function without(text: string, unwanted: readonly string[]): string {
  const bodies = unwanted.map(body);
  const kept = linesOf(text).filter((line) => body(line) === undefined || !bodies.includes(body(line)));
  return kept.length === linesOf(text).length ? text : textOf(kept);
}

function having(text: string, wanted: readonly string[], {exclusive}: {readonly exclusive: boolean}): string {
  if (exclusive) return textOf(wanted);
  const lines = [...linesOf(text)];
  for (const line of wanted) {
    const at = lines.findIndex((each) => body(each) === body(line));
    if (at < 0) lines.push(line);
    else lines[at] = line;
  }
  return lines.join('\n') === linesOf(text).join('\n') ? text : textOf(lines);
}
