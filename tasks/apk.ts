import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, states, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface ApkArgs {
  readonly name?: readonly string[] | string;
  readonly state: 'present' | 'installed' | 'absent' | 'removed' | 'latest';
  readonly update_cache: boolean;
  readonly upgrade: boolean;
  readonly repository?: readonly string[] | string;
  readonly no_cache: boolean;
}

export const apk: TaskModule<ApkArgs, PackageFacts, PackageChange> = {
  name: 'apk',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: ApkArgs): PackageWish {
  return {
    names: wordsOf(args.name),
    state: states[args.state],
    only: ['apk'],
    ...(args.upgrade ? {upgrade: 'upgrade'} : {}),
    updateCache: args.update_cache,
    options: [
      ...wordsOf(args.repository).map((repository) => `--repository=${repository}`),
      ...(args.no_cache ? ['--no-cache'] : []),
    ],
  };
}
