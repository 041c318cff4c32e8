import type {TaskModule} from '../engine/task.js';
import {applyPackages} from './package/apply.js';
import {joinPackages, packageOutput, planPackages, type PackageChange} from './package/plan.js';
import {readsOf, wordsOf, type PackageFacts, type PackageWish} from './package/wish.js';

export interface AptArgs {
  readonly name?: readonly string[] | string;
  readonly deb?: readonly string[] | string;
  readonly state: 'present' | 'absent' | 'latest';
  readonly update_cache: boolean;
  readonly cache_valid_time: number;
  readonly upgrade: 'no' | 'yes' | 'safe' | 'full' | 'dist' | boolean;
  readonly autoremove: boolean;
  readonly purge: boolean;
  readonly install_recommends?: boolean;
  readonly only_upgrade: boolean;
  readonly allow_downgrade: boolean;
  readonly allow_unauthenticated: boolean;
  readonly default_release?: string;
  readonly dpkg_options?: string;
  readonly lock_timeout?: number;
}

export const apt: TaskModule<AptArgs, PackageFacts, PackageChange> = {
  name: 'apt',
  reads: (args) => readsOf(wishOf(args)),
  plan: (args, facts) => planPackages(wishOf(args), facts),
  apply: applyPackages,
  join: joinPackages,
  output: (_, facts) => packageOutput(facts),
};

function wishOf(args: AptArgs): PackageWish {
  const everything = wordsOf(args.name).includes('*') && args.state === 'latest';
  const upgrade = everything ? 'dist-upgrade' : upgrades[String(args.upgrade)];
  return {
    names: everything ? [] : wordsOf(args.name),
    state: args.state,
    only: ['apt'],
    debs: wordsOf(args.deb),
    ...(upgrade === undefined ? {} : {upgrade}),
    autoremove: args.autoremove,
    updateCache: args.update_cache || args.cache_valid_time > 0,
    cacheValid: args.cache_valid_time,
    ...(args.install_recommends === undefined ? {} : {recommends: args.install_recommends}),
    purge: args.purge,
    onlyUpgrade: args.only_upgrade,
    allowDowngrade: args.allow_downgrade,
    options: [
      ...(args.default_release === undefined ? [] : ['-o', `APT::Default-Release=${args.default_release}`]),
      ...(args.allow_unauthenticated ? ['-o', 'APT::Get::AllowUnauthenticated=true'] : []),
      ...wordsOf(args.dpkg_options).flatMap((option) => ['-o', `Dpkg::Options::=--${option}`]),
      ...(args.lock_timeout === undefined ? [] : ['-o', `DPkg::Lock::Timeout=${args.lock_timeout}`]),
    ],
  };
}

const upgrades: Readonly<Record<string, PackageWish['upgrade']>> = {
  yes: 'upgrade',
  true: 'upgrade',
  safe: 'upgrade',
  full: 'dist-upgrade',
  dist: 'dist-upgrade',
};
