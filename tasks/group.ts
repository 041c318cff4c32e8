import {sh} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change, type TaskModule} from '../engine/task.js';
import type {AccountNumberState} from './facts/account_number.js';
import {accountFiles} from './facts/accounts.js';
import {groupFact, type GroupState} from './facts/group.js';
import {askNumber, demandNumber} from './files/accounts.js';

export interface GroupArgs {
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly gid?: number;
  readonly system: boolean;
  readonly non_unique: boolean;
  readonly force: boolean;
}

interface Facts {
  readonly group: GroupState;
  readonly number: readonly AccountNumberState[];
}

interface GroupChange extends Change {
  readonly script: string;
}

export const group: TaskModule<GroupArgs, Facts, GroupChange> = {
  name: 'group',
  reads: (args) => ({
    group: ask(groupFact, {name: args.name}),
    number: args.state === 'absent' ? [] : askNumber('group', args.non_unique ? undefined : args.gid),
  }),
  plan(args, {group: state, number: taken}) {
    const {name, gid} = args;
    if (args.state === 'absent') {
      if (!state.exists) return undefined;
      const script = sh`if command -v groupdel >/dev/null 2>&1; then groupdel ${args.force ? ['-f'] : []} ${name}; else delgroup ${name}; fi`;
      return {
        kind: 'state',
        summary: `remove group ${name}`,
        makes: [promise(groupFact, {name}, {exists: false})],
        unsettles: accountFiles,
        script,
      };
    }
    if (state.exists && (gid === undefined || gid === state.gid)) return undefined;
    demandNumber(taken, {of: 'group', name});
    if (state.exists) {
      return {
        kind: 'state',
        summary: `group ${name}: gid ${state.gid ?? ''} → ${gid ?? ''}`,
        makes: [promise(groupFact, {name}, gid === undefined ? {} : {gid})],
        unsettles: accountFiles,
        script: sh`if command -v groupmod >/dev/null 2>&1; then groupmod ${args.non_unique ? ['-o'] : []} -g ${String(gid)} ${name}; else echo 'groupmod is missing on this machine' >&2; exit 1; fi`,
      };
    }
    if (args.name.startsWith('-')) refuse(`'${name}' is no name for a group`);
    const number = gid === undefined ? [] : ['-g', String(gid)];
    const shares = args.non_unique && gid !== undefined ? ['-o'] : [];
    const system = args.system ? ['-r'] : [];
    return {
      kind: 'state',
      summary: `create group ${name}`,
      makes: [
        promise(groupFact, {name}, {exists: true, gid: gid ?? unknown(`the number of group ${name}`), members: []}),
      ],
      unsettles: accountFiles,
      script: sh`if command -v groupadd >/dev/null 2>&1; then groupadd ${number} ${shares} ${system} ${name}; else addgroup ${number} ${args.system ? ['-S'] : []} ${name}; fi`,
    };
  },
  async apply(host, change) {
    await host.run(change.script);
  },
  output: (args, {group: state}) => ({name: args.name, gid: state.gid, state: state.exists ? 'present' : 'absent'}),
};
