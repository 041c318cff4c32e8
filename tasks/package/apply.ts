import {CommandFailed, raw, sh, type Host} from '../../engine/host.js';
import {listFolders} from './manager.js';
import type {PackageChange} from './plan.js';

const quiet = {DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l', APT_LISTCHANGES_FRONTEND: 'none'};
const patience = 1800;

/** Installs or removes packages with the machine's manager; where it does not know a package, its lists are fetched and it is tried again. */
export async function applyPackages(host: Host, change: PackageChange): Promise<void> {
  const refresh = async (): Promise<void> => {
    await host.run(refreshScript(change), {
      timeout: patience,
      environment: quiet,
      label: 'update of the package lists',
    });
  };
  if (change.refresh) await refresh();
  let fetched = change.refresh;
  for (const step of stepsOf(change)) {
    const act = (): Promise<unknown> =>
      host.run(step.script, {timeout: patience, environment: quiet, label: step.label});
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CommandFailed) || fetched || !isStale(error)) throw error;
      await refresh();
      fetched = true;
      await act();
    }
  }
}

function isStale(error: CommandFailed): boolean {
  const said = `${error.result.stdout}\n${error.result.stderr}`;
  return /Unable to locate package|has no installation candidate|404 +Not Found|Couldn't find package|Unable to fetch some archives|was not found|unable to select packages|No match for argument/i.test(
    said,
  );
}

interface Step {
  readonly script: string;
  readonly label: string;
}

function stepsOf(change: PackageChange): readonly Step[] {
  const {install, remove, verbs} = change;
  return [
    ...verbs.map((verb) => ({script: verbScript(change, verb), label: verb})),
    ...(remove.length === 0
      ? []
      : [{script: script(change, {adds: false, names: remove}), label: `removal of ${remove.join(' ')}`}]),
    ...(install.length === 0
      ? []
      : [{script: script(change, {adds: true, names: install}), label: `installation of ${install.join(' ')}`}]),
  ];
}

/** Fetches the lists and marks the time, which is that of their folder. */
function refreshScript(change: PackageChange): string {
  const {manager, options} = change;
  const fetch = {
    apt: sh`apt-get -q -o DPkg::Lock::Timeout=300 ${options} update`,
    'apt-rpm': 'apt-get -q update',
    apk: 'apk update',
    zypper: 'zypper --non-interactive --gpg-auto-import-keys refresh',
    dnf: sh`dnf -q -y ${options} makecache`,
    yum: sh`yum -q -y ${options} makecache`,
    microdnf: ':',
    none: ':',
  }[manager];
  return `${fetch} || exit\nfor f in ${listFolders}; do [ ! -d "$f" ] || touch "$f"; done`;
}

const apt =
  'apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold';

function verbScript({manager, options, purge}: PackageChange, verb: string): string {
  switch (manager) {
    case 'apt':
      return sh`${raw(apt)} ${options} ${purge ? ['--purge'] : []} ${verb}`;
    case 'apt-rpm':
      return sh`apt-get -q -y ${verb}`;
    case 'apk':
      return 'apk upgrade';
    case 'zypper':
      return sh`zypper --non-interactive ${options} ${verb === 'dist-upgrade' ? 'dist-upgrade' : 'update'}`;
    case 'dnf':
    case 'yum':
    case 'microdnf':
      return sh`${manager} -y ${options} ${verb === 'autoremove' ? 'autoremove' : 'upgrade'}`;
    case 'none':
      throw new Error('Internal error: no package manager');
  }
}

function script(
  change: PackageChange,
  {adds, names}: {readonly adds: boolean; readonly names: readonly string[]},
): string {
  const {manager, purge, options} = change;
  switch (manager) {
    case 'apt': {
      const recommends =
        change.recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${String(change.recommends)}`];
      const more = [
        ...(change.allowDowngrade ? ['--allow-downgrades'] : []),
        ...(change.onlyUpgrade ? ['--only-upgrade'] : []),
      ];
      const verb = adds ? ['install', ...more] : [purge ? 'purge' : 'remove'];
      const rest = change.autoremove ? ['--auto-remove'] : [];
      return sh`${raw(apt)} ${options} ${recommends} ${rest} ${verb} -- ${names}`;
    }
    case 'apt-rpm':
      return sh`apt-get -q -y ${adds ? 'install' : 'remove'} -- ${names}`;
    case 'dnf': {
      const weak = change.recommends === undefined ? [] : [`--setopt=install_weak_deps=${String(change.recommends)}`];
      const kept = adds || change.autoremove ? [] : ['--setopt=clean_requirements_on_remove=False'];
      return sh`dnf -q -y ${options} ${weak} ${kept} ${adds ? 'install' : 'remove'} -- ${names}`;
    }
    case 'microdnf':
    case 'yum':
      return sh`${manager} -y ${options} ${adds ? 'install' : 'remove'} ${names}`;
    case 'zypper': {
      const more = [
        '--auto-agree-with-licenses',
        ...(change.allowDowngrade ? ['--oldpackage'] : []),
        ...(change.recommends === undefined ? [] : [change.recommends ? '--recommends' : '--no-recommends']),
      ];
      return sh`zypper --non-interactive ${options} ${adds ? 'install' : 'remove'} ${adds ? more : []} -- ${names}`;
    }
    case 'apk':
      return sh`apk ${options} ${adds ? ['add', '--upgrade'] : ['del']} ${names}`;
    case 'none':
      throw new Error('Internal error: no package manager');
  }
}
