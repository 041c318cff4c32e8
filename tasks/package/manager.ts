/** A program that installs packages. `apt-rpm` is ALT's apt over rpm. */
export type Manager = 'apt' | 'dnf' | 'microdnf' | 'yum' | 'zypper' | 'apk' | 'apt-rpm' | 'none';

/** Managers by the word that scripts print. */
export const managers: Readonly<Record<string, Manager>> = {
  apt: 'apt',
  'apt-get': 'apt-rpm',
  dnf: 'dnf',
  microdnf: 'microdnf',
  yum: 'yum',
  zypper: 'zypper',
  apk: 'apk',
  none: 'none',
};

/** A script that prints the manager's word. */
export const managerScript = `if command -v dpkg-query >/dev/null 2>&1; then echo apt
elif command -v rpm >/dev/null 2>&1; then m=none; for c in yum zypper microdnf dnf apt-get; do if command -v $c >/dev/null 2>&1; then m=$c; fi; done; echo $m
elif command -v apk >/dev/null 2>&1; then echo apk
else echo none; fi`;

/** Where each manager keeps its lists: the folder's time is that of their last update. */
export const listFolders =
  '/var/lib/apt/lists /var/cache/libdnf5 /var/cache/dnf /var/cache/yum /var/cache/zypp/raw /etc/apk/cache /var/cache/apk';
