import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, states, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface AptRpmArgs {
  readonly package?: readonly string[] | string;
  readonly state: 'present' | 'present_not_latest' | 'installed' | 'absent' | 'removed' | 'latest';
  readonly update_cache: boolean;
  readonly dist_upgrade: boolean;
}

export const aptRpm: TaskModule<AptRpmArgs, PackageFacts, PackageChange> = {
  name: 'apt_rpm',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: AptRpmArgs): PackageWish {
  return {
    names: wordsOf(args.package),
    state: states[args.state],
    only: ['apt-rpm'],
    ...(args.dist_upgrade ? {upgrade: 'dist-upgrade'} : {}),
    updateCache: args.update_cache,
  };
}
