import {isDeepStrictEqual} from 'node:util';
import {promise, refuse, unknown, type Change, type Promised, type Values} from '../../engine/task.js';
import {debFileFact} from '../facts/deb_file.js';
import {packageFact, type PackageState} from '../facts/package.js';
import {packageListsFact} from '../facts/package_lists.js';
import {packagePlanFact} from '../facts/package_plan.js';
import type {Manager} from './manager.js';
import {plansOf, wantedOf, type PackageFacts, type PackageWish, type Wanted} from './wish.js';

export interface PackageChange extends Change {
  readonly manager: Manager;
  readonly refresh: boolean;
  readonly install: readonly string[];
  readonly remove: readonly string[];
  /** The manager's own verbs. */
  readonly verbs: readonly string[];
  readonly recommends?: boolean;
  readonly purge: boolean;
  readonly autoremove: boolean;
  readonly onlyUpgrade: boolean;
  readonly allowDowngrade: boolean;
  readonly options: readonly string[];
}

/** What is to be done, worked out; empty where nothing is. */
interface Work {
  readonly install: string[];
  readonly remove: string[];
  readonly verbs: string[];
  readonly words: string[];
  readonly makes: Promised[];
}

/** Plans what a wish needs; undefined when the machine is as wished. */
export function planPackages(wish: PackageWish, facts: PackageFacts): PackageChange | undefined {
  const manager = facts.packages[0]?.manager ?? facts.lists?.manager ?? 'none';
  if (wish.only !== undefined && !wish.only.includes(manager))
    refuse(
      `this machine's packages are not managed by ${wish.only[0] ?? ''}`,
      manager === 'none' ? undefined : `its manager is ${manager}; the module package uses whatever is there`,
    );
  const work: Work = {install: [], remove: [], verbs: [], words: [], makes: []};
  for (const [index, wanted] of wantedOf(wish).entries()) planOne(wish, {wanted, state: facts.packages[index], work});
  planDebs(facts, work);
  planAll(wish, {facts, work});
  const {updateCache = false, cacheValid = 0} = wish;
  const age = facts.lists?.age ?? null;
  const stale = updateCache && (age === null || age >= cacheValid);
  const isEmpty = work.install.length + work.remove.length + work.verbs.length === 0;
  const alone = wish.names.length + (wish.debs ?? []).length + plansOf(wish).length === 0;
  if (isEmpty && !(alone && stale)) return undefined;
  if (manager === 'none')
    refuse('no package manager that is known here', 'apt, dnf, microdnf, yum, zypper, apk and apt-rpm are');
  return {
    // Lists that are good for no time are fetched each time.
    kind: isEmpty && cacheValid === 0 ? 'action' : 'state',
    summary: isEmpty ? 'fetch the lists of packages' : work.words.join('; '),
    makes: [...(stale ? [promise(packageListsFact, {}, {age: 0})] : []), ...work.makes],
    manager,
    refresh: stale,
    install: work.install,
    remove: work.remove,
    verbs: work.verbs,
    ...(wish.recommends === undefined ? {} : {recommends: wish.recommends}),
    purge: wish.purge === true,
    autoremove: wish.autoremove === true,
    onlyUpgrade: wish.onlyUpgrade === true,
    allowDowngrade: wish.allowDowngrade === true,
    options: wish.options ?? [],
  };
}

function planOne(
  wish: PackageWish,
  {wanted, state, work}: {readonly wanted: Wanted; readonly state: PackageState | undefined; readonly work: Work},
): void {
  if (state === undefined) throw new Error('Internal error: a fact is missing');
  const {name, version} = wanted;
  if (wish.state === 'absent') {
    if (!state.installed) return;
    work.remove.push(name);
    work.words.push(work.remove.length === 1 ? `remove ${name}` : name);
    work.makes.push(promise(packageFact, {name}, {installed: false}));
    return;
  }
  if (!state.installed && wish.onlyUpgrade === true) return;
  const pattern = version?.includes('*') === true;
  const target = version !== undefined && !pattern ? version : wish.state === 'latest' ? state.candidate : undefined;
  // What version was brought may not be known yet: it is asked only where one is wanted.
  const isAt = (): boolean => target === undefined || target === state.version;
  if (state.installed && (pattern ? matches(version, state.version) : isAt())) return;
  const exact = target !== undefined && (version !== undefined || state.manager === 'dnf') ? target : version;
  work.install.push(exact === undefined ? name : versioned(state.manager, name, exact));
  const shown = state.installed ? `${name} ${state.version ?? ''} → ${target ?? version ?? ''}` : name;
  work.words.push(work.install.length === 1 ? `install ${shown}` : shown);
  const known = target ?? (pattern && matches(version, state.candidate) ? state.candidate : undefined);
  work.makes.push(
    promise(
      packageFact,
      {name},
      {installed: true, version: known ?? unknown(`the version that ${state.manager} finds`)},
    ),
  );
}

function planDebs(facts: PackageFacts, work: Work): void {
  for (const deb of facts.debs ?? []) {
    if (deb.name === '')
      refuse(`there is no package for dpkg in '${deb.path}'`, 'bring it there before (copy, get_url)');
    if (deb.installed === deb.version) continue;
    work.install.push(deb.path);
    const shown = `${deb.name} ${deb.installed === '' ? '' : `${deb.installed} → `}${deb.version}`;
    work.words.push(work.install.length === 1 ? `install ${shown}` : shown);
    work.makes.push(
      promise(packageFact, {name: deb.name}, {installed: true, version: deb.version}),
      promise(debFileFact, {path: deb.path}, {installed: deb.version}),
    );
  }
}

function planAll(wish: PackageWish, {facts, work}: {readonly facts: PackageFacts; readonly work: Work}): void {
  const done: Promised[] = [];
  for (const [index, key] of plansOf(wish).entries()) {
    const state = facts.plans?.[index];
    if (state === undefined) throw new Error('Internal error: a fact is missing');
    const news = Object.entries(state.install);
    if (news.length + state.remove.length === 0) continue;
    work.verbs.push(key.verb);
    work.words.push(
      [
        news.length === 0 ? '' : `bring ${counted(news.length)} up to date`,
        state.remove.length === 0 ? '' : `remove ${state.remove.join(', ')}`,
      ]
        .filter((word) => word !== '')
        .join(', '),
    );
    work.makes.push(
      ...news.map(([name, version]) => promise(packageFact, {name}, {installed: true, version})),
      ...state.remove.map((name) => promise(packageFact, {name}, {installed: false})),
    );
    done.push(promise(packagePlanFact, key, {install: {}, remove: []}));
  }
  // What becomes of packages makes the manager's plans unknown, but for these.
  work.makes.push(...done);
}

/** What one call of the manager does for both: installs alike, or removes alike. */
export function joinPackages(first: PackageChange, second: PackageChange): PackageChange | undefined {
  const isMore = second.refresh || first.verbs.length + second.verbs.length > 0;
  if (isMore || !isDeepStrictEqual(callOf(first), callOf(second))) return undefined;
  return {
    ...first,
    summary: `${first.summary}; ${second.summary}`,
    makes: [...first.makes, ...second.makes],
    install: [...first.install, ...second.install],
    remove: [...first.remove, ...second.remove],
  };
}

/** How the manager is called for a change, whatever the packages. */
function callOf({manager, install, remove, options, ...change}: PackageChange): readonly unknown[] {
  const {recommends, purge, autoremove, onlyUpgrade, allowDowngrade} = change;
  const does = [install.length > 0, remove.length > 0];
  return [manager, does, options, recommends, purge, autoremove, onlyUpgrade, allowDowngrade];
}

/** What a task for packages tells: versions by name. */
export function packageOutput(facts: PackageFacts): Values {
  return {packages: Object.fromEntries(facts.packages.map((state) => [state.name, state.version ?? null]))};
}

function matches(pattern: string, version: string | undefined): boolean {
  if (version === undefined) return false;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(version);
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'package' : 'packages'}`;
}

function versioned(manager: Manager, name: string, version: string): string {
  return manager === 'dnf' || manager === 'microdnf' || manager === 'yum' ? `${name}-${version}` : `${name}=${version}`;
}
