import {ask, type Change, type TaskModule} from '../engine/task.js';
import {allPackagesFact, type AllPackages} from './facts/all_packages.js';

export interface PackageFactsArgs {
  /** Taken for the sake of Ansible's playbooks: the machine's own manager is asked. */
  readonly manager: readonly string[] | string;
}

export const packageFacts: TaskModule<PackageFactsArgs, {readonly all: AllPackages}, Change> = {
  name: 'package_facts',
  changesNothing: true,
  reads: () => ({all: ask(allPackagesFact, {})}),
  plan: () => undefined,
  apply: () => Promise.reject(new Error('Internal error: facts change nothing')),
  output: (_, {all}) => ({ansible_facts: {packages: all.packages}}),
};
