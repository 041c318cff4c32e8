import {ask, promise, refuse, unknown, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {packageFact, type Manager, type PackageState} from './facts/package.js';
import {applyPackages} from './package/apply.js';

export interface PackageArgs {
  readonly name: readonly string[] | string;
  readonly state: 'present' | 'absent' | 'latest';
  readonly update_cache: boolean;
  readonly install_recommends?: boolean;
  readonly purge: boolean;
}

interface Facts {
  readonly packages: readonly PackageState[];
}

export interface PackageChange extends Change {
  readonly manager: Manager;
  readonly install: readonly string[];
  readonly remove: readonly string[];
  readonly updateCache: boolean;
  readonly recommends?: boolean;
  readonly purge: boolean;
}

interface Wish {
  readonly name: string;
  readonly version?: string;
}

function wishes(args: PackageArgs): readonly Wish[] {
  const names = typeof args.name === 'string' ? args.name.split(',').map((name) => name.trim()) : args.name;
  return names.map((word) => {
    const [name = '', version] = word.split('=');
    return version === undefined ? {name} : {name, version};
  });
}

export const packageModule: TaskModule<PackageArgs, Facts, PackageChange> = {
  name: 'package',
  reads: (args) => ({
    packages: wishes(args).map(({name}) =>
      ask(packageFact, {name, ...(args.state === 'latest' ? {candidate: true} : {})}),
    ),
  }),
  plan(args, facts) {
    const install: string[] = [];
    const remove: string[] = [];
    const makes: Promised[] = [];
    const words: string[] = [];
    for (const [index, wish] of wishes(args).entries()) {
      const state = facts.packages[index];
      if (state === undefined) throw new Error('Internal error: a fact is missing');
      if (args.state === 'absent') {
        if (!state.installed) continue;
        remove.push(wish.name);
        makes.push(promise(packageFact, {name: wish.name}, {installed: false}));
        continue;
      }
      const wanted = wish.version ?? (args.state === 'latest' ? state.candidate : undefined);
      if (state.installed && (wanted === undefined || wanted === state.version)) continue;
      install.push(wish.version === undefined ? wish.name : versioned(state.manager, wish.name, wish.version));
      words.push(state.installed ? `${wish.name} ${state.version ?? ''} → ${wanted ?? ''}` : wish.name);
      makes.push(
        promise(
          packageFact,
          {name: wish.name},
          {installed: true, version: wanted ?? unknown(`the version that ${state.manager} finds`)},
        ),
      );
    }
    const manager = facts.packages[0]?.manager ?? 'none';
    if (install.length + remove.length === 0) return undefined;
    if (manager === 'none')
      refuse('no package manager that is known here', 'apt, dnf, microdnf, yum, zypper, apk and apt-rpm are');
    return {
      kind: 'state',
      summary: remove.length > 0 ? `remove ${remove.join(', ')}` : `install ${words.join(', ')}`,
      makes,
      manager,
      install,
      remove,
      updateCache: args.update_cache,
      ...(args.install_recommends === undefined ? {} : {recommends: args.install_recommends}),
      purge: args.purge,
    };
  },
  apply: applyPackages,
  output: (_, facts) => ({
    packages: Object.fromEntries(facts.packages.map((state) => [state.name, state.version ?? null])),
  }),
};

function versioned(manager: Manager, name: string, version: string): string {
  return manager === 'dnf' || manager === 'microdnf' || manager === 'yum' ? `${name}-${version}` : `${name}=${version}`;
}
