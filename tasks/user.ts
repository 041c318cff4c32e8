import {raw, sh} from '../engine/host.js';
import {
  ask,
  peek,
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
import {userFact, type UserKey, type UserState} from './facts/user.js';
import {listOf, type Listed} from './text/list.js';
import {
  asksShadow,
  daysScript,
  expiryDay,
  otherDays,
  wantedDays,
  wantedHash,
  type PasswordArgs,
} from './user/password.js';
import {homeOf, planSshKey, sshKeyReads, sshKeyValues, type SshKeyArgs} from './user/ssh-key.js';
import {askGroups, askNumber, demandGroups, demandNumber} from './files/accounts.js';
import {homeMakes, planHome} from './user/home.js';
import {addScript, modifyScript, removeScript, type UserWish} from './user/script.js';
import {lingerScript} from './user/linger.js';

export interface UserArgs extends PasswordArgs, SshKeyArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly uid?: number;
  readonly group?: string;
  readonly groups?: Listed;
  readonly append: boolean;
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  readonly system: boolean;
  readonly move_home: boolean;
  readonly non_unique: boolean;
  readonly skeleton?: string;
  readonly force: boolean;
  readonly create_home: boolean;
  readonly remove: boolean;
  readonly subids: boolean;
  readonly linger?: boolean;
}

interface Facts {
  readonly user: UserState;
  readonly linger: readonly LingerState[];
  readonly home: FileState;
  readonly sshKey: readonly FileState[];
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
    user: ask(userFact, keyOf(args)),
    home: ask(fileFact, {path: homeOf(args), digest: false}),
    sshKey: sshKeyReads(args),
    linger: args.linger === undefined || args.state === 'absent' ? [] : [ask(lingerFact, {user: args.name})],
    number: args.state === 'absent' ? [] : askNumber('user', args.non_unique ? undefined : args.uid),
    groups:
      args.state === 'absent'
        ? []
        : askGroups([...(args.group === undefined ? [] : [args.group]), ...listOf(args.groups)]),
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
        script: removeScript(name, {home: args.remove, force: args.force}),
      };
    }
    const lingering = facts.linger[0];
    const linger = args.linger !== undefined && lingering?.enabled !== args.linger ? args.linger : undefined;
    const lingerPart = linger === undefined ? '' : lingerScript(name, linger);
    const lingerMakes = linger === undefined ? [] : [promise(lingerFact, {user: name}, {enabled: linger})];
    const hash = wantedHash(args, state);
    const password = hash === undefined ? {} : {password: hash};
    const sshKey = planSshKey(args, facts);
    const keyPart = sshKey === undefined ? [] : [sshKey.script];
    if (!state.exists) {
      demandAccounts(name, facts);
      const wish = newUser(args);
      return {
        kind: 'state',
        name,
        summary: `create user ${name}`,
        makes: [...newUserMakes(args, wish, facts), ...lingerMakes, ...(sshKey?.makes ?? [])],
        unsettles: args.subids ? [...accountFiles, ...subidFiles] : accountFiles,
        script: [addScript(wish), daysScript(name, wantedDays(args)), lingerPart, ...keyPart]
          .filter((part) => part !== '')
          .join(' && '),
        ...password,
      };
    }
    const wish = differences(args, state);
    const days = otherDays(args, state);
    const home = planHome(args, facts, wish);
    const words = Object.keys(wish).filter((word) => !['name', 'moveHome', 'nonUnique'].includes(word));
    const parts = [
      ...words,
      ...(linger === undefined ? [] : ['linger']),
      ...Object.keys(password),
      ...(Object.keys(days).length === 0 ? [] : ['days of the password']),
      ...(home === undefined ? [] : ['make home']),
      ...(sshKey === undefined ? [] : ['key of ssh']),
    ];
    if (parts.length === 0) return undefined;
    demandAccounts(name, facts);
    const {name: _, moveHome, nonUnique: __, skeleton: ___, ...members} = wish;
    const moved: readonly Promised[] =
      moveHome === true && wish.home !== undefined
        ? [
            promiseUnder(fileFact, state.home ?? '', {exists: false, type: 'absent'}),
            promiseUnder(fileFact, wish.home, unknown(`what was in ${state.home ?? ''}`)),
            promise(fileFact, {path: wish.home}, {exists: true}),
          ]
        : [];
    return {
      kind: 'state',
      name,
      unsettles: accountFiles,
      summary: `user ${name}: ${parts.join(', ')}`,
      makes: [
        promise(userFact, keyOf(args), {...members, ...password, ...days}),
        ...moved,
        ...(home?.makes ?? []),
        ...lingerMakes,
        ...(sshKey?.makes ?? []),
      ],
      script:
        [
          words.length === 0 ? '' : modifyScript(wish),
          home?.script ?? '',
          daysScript(name, days),
          lingerPart,
          ...keyPart,
        ]
          .filter((part) => part !== '')
          .join(' && ') || ':',
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
  output: (args, {user: state, sshKey}) => {
    const tell = (name: keyof UserState): unknown => peek(() => state[name]);
    return {
      name: state.name,
      state: state.exists ? 'present' : 'absent',
      uid: tell('uid'),
      gid: tell('gid'),
      group: tell('group'),
      groups: tell('groups'),
      home: tell('home'),
      shell: tell('shell'),
      comment: tell('comment'),
      ...sshKeyValues(args, sshKey),
    };
  },
};

function demandAccounts(name: string, {groups, number}: Facts): void {
  demandGroups(groups);
  demandNumber(number, {of: 'user', name});
}

/** The question about the user, with the line in the file of passwords where that counts. */
function keyOf(args: UserArgs): UserKey {
  return {name: args.name, ...(asksShadow(args) ? {password: true} : {})};
}

/** Where useradd notes the subordinate ids that it chooses. */
const subidFiles: readonly FactPattern[] = [
  {kind: 'file', id: '/etc/subuid'},
  {kind: 'file', id: '/etc/subgid'},
];

function newUser(args: UserArgs): UserWish & {readonly home: string} {
  return {
    name: args.name,
    home: homeOf(args),
    createHome: args.create_home,
    system: args.system,
    subids: args.subids,
    ...(args.uid === undefined ? {} : {uid: args.uid}),
    ...(args.group === undefined ? {} : {group: args.group}),
    ...(args.groups === undefined ? {} : {groups: listOf(args.groups)}),
    ...(args.expires === undefined ? {} : {expires: expiryDay(args.expires)}),
    ...(args.skeleton === undefined ? {} : {skeleton: args.skeleton}),
    ...(args.non_unique ? {nonUnique: true} : {}),
    ...(args.comment === undefined ? {} : {comment: args.comment}),
    ...(args.shell === undefined ? {} : {shell: args.shell}),
  };
}

function newUserMakes(args: UserArgs, wish: {readonly home: string}, before: Facts): readonly Promised[] {
  const {name} = args;
  const cause = unknown(`the making of user ${name}`);
  const hash = wantedHash(args, before.user);
  const group: string | Unknown = args.group ?? name;
  const makes: Promised[] = [
    promise(userFact, keyOf(args), {
      exists: true,
      uid: args.uid ?? cause,
      gid: cause,
      group: /^\d+$/.test(group) ? cause : group,
      groups: [...listOf(args.groups)].sort(),
      comment: args.comment ?? '',
      home: wish.home,
      shell: args.shell ?? cause,
      ...(hash === undefined ? {} : {password: hash}),
      ...(args.expires === undefined ? {} : {expires: expiryDay(args.expires)}),
      ...wantedDays(args),
    }),
  ];
  if (!args.create_home || before.home.exists) return makes;
  return [...makes, ...homeMakes(args, {home: wish.home, group, before})];
}

function differences(args: UserArgs, state: UserState): UserWish {
  const groups =
    args.groups === undefined
      ? undefined
      : [...new Set([...listOf(args.groups), ...(args.append ? (state.groups ?? []) : [])])].sort();
  const group =
    args.group === undefined || args.group === state.group || args.group === String(state.gid) ? undefined : args.group;
  return {
    name: args.name,
    ...(args.uid === undefined || args.uid === state.uid
      ? {}
      : {uid: args.uid, ...(args.non_unique ? {nonUnique: true} : {})}),
    ...(group === undefined ? {} : {group}),
    ...(groups === undefined || groups.join() === state.groups?.join() ? {} : {groups}),
    ...(args.comment === undefined || args.comment === state.comment ? {} : {comment: args.comment}),
    ...(args.home === undefined || args.home === state.home
      ? {}
      : {home: args.home, ...(args.move_home ? {moveHome: true} : {})}),
    ...(args.expires === undefined || expiryDay(args.expires) === (state.expires ?? -1)
      ? {}
      : {expires: expiryDay(args.expires)}),
    ...(args.shell === undefined || args.shell === state.shell ? {} : {shell: args.shell}),
  };
}
