import {raw, sh} from '../engine/host.js';
import {
  ask,
  isUnknown,
  promise,
  promiseUnder,
  unknown,
  type Change,
  type FactPattern,
  type Promised,
  type TaskModule,
  type Unknown,
} from '../engine/task.js';
import type {AccountNumberState} from './facts/account_number.js';
import {accountFiles} from './facts/accounts.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import type {GroupState} from './facts/group.js';
import {lingerFact, type LingerState} from './facts/linger.js';
import {userFact, type UserState} from './facts/user.js';
import {askGroups, askNumber, demandGroups, demandNumber} from './files/accounts.js';
import {addScript, modifyScript, removeScript, type UserWish} from './user/script.js';
import {lingerScript} from './user/linger.js';

export interface UserArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly uid?: number;
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly append: boolean;
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  readonly password?: string;
  readonly system: boolean;
  readonly create_home: boolean;
  readonly remove: boolean;
  readonly subids: boolean;
  readonly linger?: boolean;
}

interface Facts {
  readonly user: UserState;
  readonly linger: readonly LingerState[];
  readonly home: FileState;
  readonly groups: readonly GroupState[];
  readonly number: readonly AccountNumberState[];
}

interface UserChange extends Change {
  readonly script: string;
  readonly password?: string;
  readonly name: string;
}

export const user: TaskModule<UserArgs, Facts, UserChange> = {
  name: 'user',
  reads: (args) => ({
    user: ask(userFact, {name: args.name, ...(args.password === undefined ? {} : {password: true})}),
    home: ask(fileFact, {path: args.home ?? `/home/${args.name}`, digest: false}),
    linger: args.linger === undefined || args.state === 'absent' ? [] : [ask(lingerFact, {user: args.name})],
    number: args.state === 'absent' ? [] : askNumber('user', args.uid),
    groups:
      args.state === 'absent'
        ? []
        : askGroups([...(args.group === undefined ? [] : [args.group]), ...(args.groups ?? [])]),
  }),
  plan(args, facts) {
    const {name} = args;
    const state = facts.user;
    if (args.state === 'absent') {
      if (!state.exists) return undefined;
      const home =
        args.remove && state.home !== undefined
          ? [promiseUnder(fileFact, state.home, {exists: false, type: 'absent'})]
          : [];
      return {
        kind: 'state',
        name,
        summary: `remove user ${name}`,
        makes: [
          promise(userFact, {name}, {exists: false}),
          promise(lingerFact, {user: name}, {enabled: false}),
          ...home,
        ],
        unsettles: [...accountFiles, ...subidFiles],
        script: removeScript(name, {home: args.remove}),
      };
    }
    const lingering = facts.linger[0];
    const linger = args.linger !== undefined && lingering?.enabled !== args.linger ? args.linger : undefined;
    const lingerPart = linger === undefined ? '' : lingerScript(name, linger);
    const lingerMakes = linger === undefined ? [] : [promise(lingerFact, {user: name}, {enabled: linger})];
    const password = args.password !== undefined && args.password !== state.password ? {password: args.password} : {};
    if (!state.exists) {
      demandAccounts(name, facts);
      const wish = newUser(args);
      return {
        kind: 'state',
        name,
        summary: `create user ${name}`,
        makes: [...newUserMakes(args, wish, facts), ...lingerMakes],
        unsettles: args.subids ? [...accountFiles, ...subidFiles] : accountFiles,
        script: `${addScript(wish)}${lingerPart === '' ? '' : ` && ${lingerPart}`}`,
        ...password,
      };
    }
    const wish = differences(args, state);
    const words = Object.keys(wish).filter((word) => word !== 'name');
    if (words.length === 0 && linger === undefined && args.password === undefined) return undefined;
    if (words.length === 0 && linger === undefined && Object.keys(password).length === 0) return undefined;
    demandAccounts(name, facts);
    const {name: _, ...members} = wish;
    return {
      kind: 'state',
      name,
      unsettles: accountFiles,
      summary: `user ${name}: ${[...words, ...(linger === undefined ? [] : ['linger']), ...Object.keys(password)].join(', ')}`,
      makes: [
        promise(userFact, {name, ...(args.password === undefined ? {} : {password: true})}, {...members, ...password}),
        ...lingerMakes,
      ],
      script:
        [words.length === 0 ? '' : modifyScript(wish), lingerPart].filter((part) => part !== '').join(' && ') || ':',
      ...password,
    };
  },
  async apply(host, change) {
    await host.run(change.script);
    if (change.password !== undefined) {
      await host.run(sh`if command -v chpasswd >/dev/null 2>&1; then chpasswd -e; else ${raw('exit 127')}; fi`, {
        input: `${change.name}:${change.password}\n`,
        label: `chpasswd for ${change.name}`,
      });
    }
  },
  output: (_, {user: state}) => ({
    name: state.name,
    state: state.exists ? 'present' : 'absent',
    uid: state.uid,
    gid: state.gid,
    group: state.group,
    groups: state.groups,
    home: state.home,
    shell: state.shell,
    comment: state.comment,
  }),
};

function demandAccounts(name: string, {groups, number}: Facts): void {
  demandGroups(groups);
  demandNumber(number, {of: 'user', name});
}

/** Where useradd notes the subordinate ids that it chooses. */
const subidFiles: readonly FactPattern[] = [
  {kind: 'file', id: '/etc/subuid'},
  {kind: 'file', id: '/etc/subgid'},
];

function newUser(args: UserArgs): UserWish & {readonly home: string} {
  return {
    name: args.name,
    home: args.home ?? `/home/${args.name}`,
    createHome: args.create_home,
    system: args.system,
    subids: args.subids,
    ...(args.uid === undefined ? {} : {uid: args.uid}),
    ...(args.group === undefined ? {} : {group: args.group}),
    ...(args.groups === undefined ? {} : {groups: args.groups}),
    ...(args.comment === undefined ? {} : {comment: args.comment}),
    ...(args.shell === undefined ? {} : {shell: args.shell}),
  };
}

function newUserMakes(args: UserArgs, wish: {readonly home: string}, before: Facts): readonly Promised[] {
  const {name} = args;
  const cause = unknown(`the making of user ${name}`);
  const group: string | Unknown = args.group ?? name;
  const makes: Promised[] = [
    promise(
      userFact,
      {name, ...(args.password === undefined ? {} : {password: true})},
      {
        exists: true,
        uid: args.uid ?? cause,
        gid: cause,
        group: /^\d+$/.test(group) ? cause : group,
        groups: [...(args.groups ?? [])].sort(),
        comment: args.comment ?? '',
        home: wish.home,
        shell: args.shell ?? cause,
        ...(args.password === undefined ? {} : {password: args.password}),
      },
    ),
  ];
  if (!args.create_home || before.home.exists) return makes;
  const owner = {owner: name, mode: cause, group: isUnknown(group) ? cause : group};
  makes.push(promise(fileFact, {path: wish.home}, {exists: true, type: 'directory', ...owner}));
  for (const entry of before.user.skeleton) {
    makes.push(
      promise(
        fileFact,
        {path: `${wish.home}/${entry}`},
        {exists: cause, type: cause, mode: cause, owner: cause, group: cause, sha256: cause},
      ),
    );
  }
  return makes;
}

function differences(args: UserArgs, state: UserState): UserWish {
  const groups =
    args.groups === undefined
      ? undefined
      : [...new Set([...args.groups, ...(args.append ? (state.groups ?? []) : [])])].sort();
  const group =
    args.group === undefined || args.group === state.group || args.group === String(state.gid) ? undefined : args.group;
  return {
    name: args.name,
    ...(args.uid === undefined || args.uid === state.uid ? {} : {uid: args.uid}),
    ...(group === undefined ? {} : {group}),
    ...(groups === undefined || groups.join() === state.groups?.join() ? {} : {groups}),
    ...(args.comment === undefined || args.comment === state.comment ? {} : {comment: args.comment}),
    ...(args.home === undefined || args.home === state.home ? {} : {home: args.home}),
    ...(args.shell === undefined || args.shell === state.shell ? {} : {shell: args.shell}),
  };
}
