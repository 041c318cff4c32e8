import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, states, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface DnfArgs {
  readonly name?: readonly string[] | string;
  readonly state: 'present' | 'installed' | 'absent' | 'removed' | 'latest';
  readonly update_cache: boolean;
  readonly autoremove: boolean;
  readonly install_weak_deps?: boolean;
  readonly update_only: boolean;
  readonly enablerepo?: readonly string[] | string;
  readonly disablerepo?: readonly string[] | string;
  readonly exclude?: readonly string[] | string;
  readonly disable_gpg_check: boolean;
  readonly allowerasing: boolean;
  readonly nobest: boolean;
  readonly skip_broken: boolean;
}

export const dnf: TaskModule<DnfArgs, PackageFacts, PackageChange> = {
  name: 'dnf',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: DnfArgs): PackageWish {
  const words = wordsOf(args.name);
  const everything = words.includes('*') && args.state === 'latest';
  const each = (option: string, names: readonly string[] | string | undefined): readonly string[] =>
    wordsOf(names).map((name) => `--${option}=${name}`);
  return {
    names: everything ? [] : words,
    state: states[args.state],
    only: ['dnf', 'microdnf', 'yum'],
    ...(everything ? {upgrade: 'upgrade'} : {}),
    autoremove: args.autoremove,
    updateCache: args.update_cache,
    ...(args.install_weak_deps === undefined ? {} : {recommends: args.install_weak_deps}),
    onlyUpgrade: args.update_only,
    options: [
      ...each('disablerepo', args.disablerepo),
      ...each('enablerepo', args.enablerepo),
      ...each('exclude', args.exclude),
      ...(args.disable_gpg_check ? ['--nogpgcheck'] : []),
      ...(args.allowerasing ? ['--allowerasing'] : []),
      ...(args.nobest ? ['--nobest'] : []),
      ...(args.skip_broken ? ['--skip-broken'] : []),
    ],
  };
}
