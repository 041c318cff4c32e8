import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {authorizedKeysFact, type AuthorizedKeysState} from './facts/authorized_keys.js';
import {linesOf, textOf} from './text/pattern.js';

export interface AuthorizedKeyArgs {
  readonly user: string;
  readonly key: string;
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
}

interface KeyChange extends Change {
  readonly user: string;
  readonly path: string;
  readonly text: string;
}

const keyTypes = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)/;

/** The key itself, without options and comment. */
function body(line: string): string | undefined {
  const match = keyTypes.exec(line);
  return match === null || line.trimStart().startsWith('#') ? undefined : `${match[1] ?? ''} ${match[2] ?? ''}`;
}

export const authorizedKey: TaskModule<AuthorizedKeyArgs, {readonly keys: AuthorizedKeysState}, KeyChange> = {
  name: 'authorized_key',
  reads: (args) => ({keys: ask(authorizedKeysFact, {user: args.user})}),
  plan(args, {keys}) {
    const {user} = args;
    const wanted = args.key
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
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
      makes: [promise(authorizedKeysFact, {user}, {text})],
      unsettles: [{kind: 'file', id: keys.path}],
      user,
      path: keys.path,
      text,
    };
  },
  async apply(host, {user, path, text}) {
    const folder = path.slice(0, path.lastIndexOf('/'));
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
