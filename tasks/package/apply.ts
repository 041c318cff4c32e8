import {CommandFailed, sh, type Host} from '../../engine/host.js';
import type {PackageChange} from '../package.js';

const quiet = {DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l', APT_LISTCHANGES_FRONTEND: 'none'};
const patience = 1800;

/** Installs or removes packages with the machine's manager; where apt does not know a package, its lists are fetched and it is tried again. */
export async function applyPackages(host: Host, change: PackageChange): Promise<void> {
  const act = (): Promise<unknown> =>
    host.run(script(change), {timeout: patience, environment: quiet, label: label(change)});
  const refresh = refreshScript(change);
  if (change.updateCache && refresh !== '')
    await host.run(refresh, {timeout: patience, environment: quiet, label: 'update of the package lists'});
  try {
    await act();
  } catch (error) {
    if (!(error instanceof CommandFailed) || change.updateCache || !isStale(error) || refresh === '') throw error;
    await host.run(refresh, {timeout: patience, environment: quiet, label: 'update of the package lists'});
    await act();
  }
}

function isStale(error: CommandFailed): boolean {
  const said = `${error.result.stdout}\n${error.result.stderr}`;
  return /Unable to locate package|has no installation candidate|404 +Not Found|Couldn't find package|Unable to fetch some archives|was not found|unable to select packages/i.test(
    said,
  );
}

function label(change: PackageChange): string {
  return change.remove.length > 0
    ? `removal of ${change.remove.join(' ')}`
    : `installation of ${change.install.join(' ')}`;
}

function refreshScript(change: PackageChange): string {
  switch (change.manager) {
    case 'apt':
      return 'apt-get -q -o DPkg::Lock::Timeout=300 update';
    case 'apt-rpm':
      return 'apt-get -q update';
    case 'apk':
      return 'apk update';
    case 'zypper':
      return 'zypper --non-interactive --gpg-auto-import-keys refresh';
    case 'dnf':
    case 'yum':
      return `${change.manager} -q -y makecache`;
    case 'microdnf':
    case 'none':
      return '';
  }
}

function script(change: PackageChange): string {
  const {manager, install, remove, purge} = change;
  const adds = remove.length === 0;
  const names = adds ? install : remove;
  switch (manager) {
    case 'apt': {
      const recommends =
        change.recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${String(change.recommends)}`];
      const verb = adds ? ['install', '--allow-downgrades'] : [purge ? 'purge' : 'remove'];
      return sh`apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${recommends} ${verb} -- ${names}`;
    }
    case 'apt-rpm':
      return sh`apt-get -q -y ${adds ? 'install' : 'remove'} -- ${names}`;
    case 'dnf': {
      const weak = change.recommends === undefined ? [] : [`--setopt=install_weak_deps=${String(change.recommends)}`];
      return sh`dnf -q -y ${weak} ${adds ? 'install' : 'remove'} -- ${names}`;
    }
    case 'microdnf':
    case 'yum':
      return sh`${manager} -y ${adds ? 'install' : 'remove'} ${names}`;
    case 'zypper':
      return sh`zypper --non-interactive ${adds ? 'install' : 'remove'} ${adds ? ['--auto-agree-with-licenses', ...recommendsZypper(change)] : []} -- ${names}`;
    case 'apk':
      return sh`apk ${adds ? 'add' : 'del'} ${names}`;
    case 'none':
      throw new Error('Internal error: no package manager');
  }
}

function recommendsZypper(change: PackageChange): readonly string[] {
  return change.recommends === undefined ? [] : [change.recommends ? '--recommends' : '--no-recommends'];
}
