import {ask, refuse, type FactRequests} from '../../engine/task.js';
import {debFileFact, type DebState} from '../facts/deb_file.js';
import {packageFact, type PackageState} from '../facts/package.js';
import {packageListsFact, type ListsState} from '../facts/package_lists.js';
import {packagePlanFact, type PlanKey, type PlanState} from '../facts/package_plan.js';
import type {Manager} from './manager.js';

/** What modules for packages want of a machine, whatever their arguments are called. */
export interface PackageWish {
  /** `name`, `name=version`; the version may hold `*`. */
  readonly names: readonly string[];
  readonly state: 'present' | 'absent' | 'latest';
  /** The managers whose module it is; left out: any. */
  readonly only?: readonly Manager[];
  /** Files on the machine. */
  readonly debs?: readonly string[];
  readonly upgrade?: 'upgrade' | 'dist-upgrade';
  /** Remove what was installed for others and is needed no more. */
  readonly autoremove?: boolean;
  readonly updateCache?: boolean;
  /** Seconds for which fetched lists are good. */
  readonly cacheValid?: number;
  readonly recommends?: boolean;
  readonly purge?: boolean;
  readonly onlyUpgrade?: boolean;
  readonly allowDowngrade?: boolean;
  /** The manager's own words, before its verb. */
  readonly options?: readonly string[];
}

/** What the managers' own modules call the states. */
export const states = {
  present: 'present',
  present_not_latest: 'present',
  installed: 'present',
  absent: 'absent',
  removed: 'absent',
  latest: 'latest',
} as const satisfies Readonly<Record<string, PackageWish['state']>>;

export interface PackageFacts {
  readonly packages: readonly PackageState[];
  readonly lists?: ListsState;
  readonly plans?: readonly PlanState[];
  readonly debs?: readonly DebState[];
}

/** A package that is wanted. */
export interface Wanted {
  readonly name: string;
  readonly version?: string;
}

/** The packages that a wish names. */
export function wantedOf({names}: PackageWish): readonly Wanted[] {
  return names.map((word) => {
    const [name = '', version] = word.split('=');
    return version === undefined || version === '' ? {name} : {name, version};
  });
}

/** Words of an argument that takes a list, or one text with commas. */
export function wordsOf(names: readonly string[] | string | undefined): readonly string[] {
  const list = typeof names === 'string' ? names.split(',') : (names ?? []);
  return list.map((name) => name.trim()).filter((name) => name !== '');
}

/** The manager's own plans that a wish asks for. */
export function plansOf(wish: PackageWish): readonly PlanKey[] {
  const options = {
    ...(wish.options === undefined || wish.options.length === 0 ? {} : {options: wish.options}),
    ...(wish.updateCache === true ? {refresh: wish.cacheValid ?? 0} : {}),
  };
  return [
    ...(wish.upgrade === undefined ? [] : [{verb: wish.upgrade, ...options} as const]),
    ...(wish.autoremove === true && wish.names.length === 0 ? [{verb: 'autoremove', ...options} as const] : []),
  ];
}

/** What a wish must know. */
export function readsOf(wish: PackageWish): FactRequests<PackageFacts> {
  const {names, state, debs = [], updateCache = false, cacheValid = 0, options = []} = wish;
  const plans = plansOf(wish);
  if (names.length + debs.length + plans.length === 0 && !updateCache)
    refuse('there is nothing to do', "say a 'name', or 'update_cache: true'");
  const candidate = {
    candidate: true,
    ...(updateCache ? {refresh: cacheValid} : {}),
    ...(options.length === 0 ? {} : {options}),
  };
  const requests = {
    packages: wantedOf(wish).map(({name, version}) =>
      ask(packageFact, {
        name,
        ...(state === 'latest' || version?.includes('*') === true ? candidate : {}),
      }),
    ),
    ...(updateCache || names.length === 0 ? {lists: ask(packageListsFact, {})} : {}),
    ...(plans.length === 0 ? {} : {plans: plans.map((key) => ask(packagePlanFact, key))}),
    ...(debs.length === 0 ? {} : {debs: debs.map((path) => ask(debFileFact, {path}))}),
  };
  // A question that is left out has no answer either.
  return requests as unknown as FactRequests<PackageFacts>;
}
