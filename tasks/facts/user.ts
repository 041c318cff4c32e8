import {raw, sh} from '../../engine/host.js';
import {isUnknown, type DiffLine, type FactKind} from '../../engine/task.js';
import {entries, lookUp} from './accounts.js';
import {mayBring} from './packaged.js';

export interface UserKey {
  readonly name: string;
  /** Ask also for the password's hash (needs root). */
  readonly password?: boolean;
}

export interface UserState {
  readonly name: string;
  readonly exists: boolean;
  readonly uid?: number;
  /** The primary group's name, else its number. */
  readonly group?: string;
  readonly gid?: number;
  /** Supplementary groups, sorted. */
  readonly groups?: readonly string[];
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  /** The password's hash, when it was asked for. */
  readonly password?: string;
  /** The day since 1970 on which the account ends, when the password was asked for. */
  readonly expires?: number;
  /** Days after which the password must be changed, before which it may not be, and on which a login warns; when the password was asked for and they are set. */
  readonly maxDays?: number;
  readonly minDays?: number;
  readonly warnDays?: number;
  /** Names in /etc/skel, which a new home gets. */
  readonly skeleton: readonly string[];
}

const dayMembers = ['maxDays', 'minDays', 'warnDays'] as const;

/** A user of the machine, with the groups. */
export const userFact: FactKind<UserKey, UserState> = {
  name: 'user',
  id: (key) => key.name,
  script(keys) {
    const names = [...new Set(keys.map((key) => key.name))];
    const secret = [...new Set(keys.filter((key) => key.password === true).map((key) => key.name))];
    return sh`${raw(lookUp('passwd', names))}; echo =
${raw(lookUp('group', []))}; echo =
${raw(secret.length === 0 ? ':' : lookUp('shadow', secret))}; echo =
for f in /etc/skel/* /etc/skel/.[!.]*; do [ ! -e "$f" ] || echo "\${f#/etc/skel/}"; done; true`;
  },
  parse(keys, result) {
    if (result.code !== 0) throw new Error(`cannot ask for users: ${result.stderr.trim()}`);
    const [users = '', groups = '', secrets = '', skeleton = ''] = result.stdout.split(/^=\n/m);
    const found = entries(users);
    const allGroups = entries(groups);
    const shadow = entries(secrets);
    const skel = skeleton.split('\n').filter((name) => name !== '');
    return keys.map(({name, password}): UserState => {
      const fields = found.get(name);
      if (fields === undefined) return {name, exists: false, skeleton: skel};
      const gid = Number(fields[3]);
      const hash = password === true ? shadow.get(name)?.[1] : undefined;
      return {
        name,
        exists: true,
        uid: Number(fields[2]),
        gid,
        group: [...allGroups.values()].find((group) => Number(group[2]) === gid)?.[0] ?? String(gid),
        groups: [...allGroups.entries()]
          .filter(([, group]) => (group[3] ?? '').split(',').includes(name))
          .map(([group]) => group)
          .sort(),
        comment: fields[4] ?? '',
        home: fields[5] ?? '',
        shell: fields[6] ?? '',
        ...(hash === undefined
          ? {}
          : {password: hash, expires: expiryOf(shadow.get(name)), ...daysOf(shadow.get(name))}),
        skeleton: skel,
      };
    });
  },
  answers: (key, value) => key.password !== true || !value.exists || value.password !== undefined,
  // Of a user that is gone nothing stays.
  lay: (before, promised: Partial<UserState>) =>
    promised.exists === false
      ? {name: before.name, exists: false, skeleton: before.skeleton}
      : {...before, ...promised},
  follows: (_, before, promised) => (before.exists ? undefined : mayBring(promised, before.name)),
  show(before, after) {
    if (isUnknown(after)) return [{what: 'user', before: before?.name, after: `(needs ${after.$unknown})`}];
    const lines: DiffLine[] = [];
    if (before?.exists !== after.exists) {
      lines.push({
        what: `user ${after.name}`,
        before: before?.exists === true ? 'present' : undefined,
        after: after.exists ? 'present' : undefined,
      });
    }
    for (const member of ['uid', 'group', 'groups', 'comment', 'home', 'shell', 'expires', ...dayMembers] as const) {
      const old = before === undefined ? undefined : word(before[member]);
      const wanted = isUnknown(after[member]) ? undefined : word(after[member]);
      if (after.exists && wanted !== undefined && wanted !== (old ?? ''))
        lines.push({what: `${after.name} ${member}`, before: old, after: wanted});
    }
    if (after.exists && typeof after.password === 'string' && before?.password !== after.password) {
      lines.push({what: `${after.name} password`, before: '(hidden)', after: '(hidden)'});
    }
    return lines;
  },
};

function daysOf([, , , minDays = '', maxDays = '', warnDays = '']: readonly string[] = []): Partial<UserState> {
  const told = Object.entries({minDays, maxDays, warnDays}).filter(([, days]) => /^-?\d+$/.test(days));
  return Object.fromEntries(told.map(([name, days]) => [name, Number(days)]));
}

function expiryOf(fields: readonly string[] = []): number {
  const field = fields[7] ?? '';
  return field === '' ? -1 : Number(field);
}

function word(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (isUnknown(value)) return `(needs ${value.$unknown})`;
  return Array.isArray(value) ? value.join(', ') : typeof value === 'number' ? String(value) : (value as string);
}
