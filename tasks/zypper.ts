import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, states, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface ZypperArgs {
  readonly name: readonly string[] | string;
  readonly state: 'present' | 'installed' | 'absent' | 'removed' | 'latest';
  readonly update_cache: boolean;
  readonly disable_recommends: boolean;
  readonly disable_gpg_check: boolean;
  readonly auto_import_keys: boolean;
  readonly oldpackage: boolean;
}

export const zypper: TaskModule<ZypperArgs, PackageFacts, PackageChange> = {
  name: 'zypper',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: ZypperArgs): PackageWish {
  return {
    names: wordsOf(args.name),
    state: states[args.state],
    only: ['zypper'],
    updateCache: args.update_cache,
    recommends: !args.disable_recommends,
    allowDowngrade: args.oldpackage,
    options: [
      ...(args.disable_gpg_check ? ['--no-gpg-checks'] : []),
      ...(args.auto_import_keys ? ['--gpg-auto-import-keys'] : []),
    ],
  };
}
