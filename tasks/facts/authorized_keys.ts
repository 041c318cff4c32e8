import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

export interface AuthorizedKeysKey {
  readonly user: string;
  /** Absolute; absent: where ssh looks by itself. */
  readonly path?: string;
}

export interface AuthorizedKeysState {
  /** The user is there and has a home. */
  readonly exists: boolean;
  /** Path of the file. */
  readonly path: string;
  readonly text: string;
}

/** The keys with which a user may log in. */
export const authorizedKeysFact: FactKind<AuthorizedKeysKey, AuthorizedKeysState> = {
  name: 'authorized_keys',
  id: ({user, path}) => (path === undefined ? user : `${user} ${path}`),
  script: (keys) =>
    keys
      .map(
        ({user, path}) =>
          sh`h=$({ command -v getent >/dev/null 2>&1 && getent passwd ${user} || grep ${`^${user}:`} /etc/passwd; } 2>/dev/null | head -n 1 | cut -d: -f6); echo "=$h"; [ -z "$h" ] || sed 's/^/ /' ${raw(path === undefined ? '"$h/.ssh/authorized_keys"' : sh`${path}`)} 2>/dev/null; echo .`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot read authorized keys: ${result.stderr.trim()}`);
    return keys.map(({path}, index): AuthorizedKeysState => {
      const [head = '', ...lines] = (parts[index] ?? '').split('\n');
      const home = head.slice(1);
      const text = lines.filter((line) => line.startsWith(' ')).map((line) => `${line.slice(1)}\n`);
      return {exists: home !== '', path: path ?? `${home}/.ssh/authorized_keys`, text: text.join('')};
    });
  },
  follows(key, before, promised) {
    if (promised.kind !== 'user' || !('id' in promised) || promised.id !== key.user || before.exists) return undefined;
    const home: unknown = isUnknown(promised.value) ? undefined : Reflect.get(Object(promised.value), 'home');
    return typeof home === 'string'
      ? {exists: true, path: key.path ?? `${home}/.ssh/authorized_keys`, text: ''}
      : unknown(`user ${key.user}`);
  },
  show: (before, after) =>
    'text' in after ? [{what: after.path, text: {before: before?.text ?? '', after: after.text}}] : [],
};
