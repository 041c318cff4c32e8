import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface PackageArgs {
  readonly name: readonly string[] | string;
  readonly state: 'present' | 'absent' | 'latest';
  readonly update_cache: boolean;
  readonly cache_valid_time: number;
  readonly install_recommends?: boolean;
  readonly only_upgrade: boolean;
  readonly autoremove: boolean;
  readonly purge: boolean;
}

export const packageModule: TaskModule<PackageArgs, PackageFacts, PackageChange> = {
  name: 'package',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: PackageArgs): PackageWish {
  return {
    names: wordsOf(args.name),
    state: args.state,
    updateCache: args.update_cache || args.cache_valid_time > 0,
    cacheValid: args.cache_valid_time,
    ...(args.install_recommends === undefined ? {} : {recommends: args.install_recommends}),
    onlyUpgrade: args.only_upgrade,
    autoremove: args.autoremove,
    purge: args.purge,
    // An exact version is what was asked for, be it older.
    allowDowngrade: true,
  };
}
