import {sh} from '../../engine/host.js';
import {expiryWord} from './password.js';

/** A user to make, or the members of one that shall be others. */
export interface UserWish {
  readonly name: string;
  readonly uid?: number;
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly comment?: string;
  readonly home?: string;
  readonly shell?: string;
  readonly system?: boolean;
  /** Let useradd choose subordinate ids. */
  readonly subids?: boolean;
  readonly createHome?: boolean;
  readonly skeleton?: string;
  /** The day since 1970 on which the account ends; -1: never. */
  readonly expires?: number;
  /** Bring what is in the old home along. */
  readonly moveHome?: boolean;
  /** The number may be another's too. */
  readonly nonUnique?: boolean;
}

/** Makes a user by useradd, else by busybox's adduser. */
export function addScript(wish: UserWish): string {
  const {name, uid, group, groups, comment, home, shell} = wish;
  const shared = [...(uid === undefined ? [] : ['-u', String(uid)]), ...(shell === undefined ? [] : ['-s', shell])];
  const useradd = [
    ...shared,
    ...(group === undefined ? ['-U'] : ['-g', group]),
    ...(groups === undefined || groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...(home === undefined ? [] : ['-d', home]),
    ...(wish.system === true ? ['-r'] : []),
    ...(wish.nonUnique === true && uid !== undefined ? ['-o'] : []),
    ...(wish.skeleton === undefined ? [] : ['-k', wish.skeleton]),
    ...(wish.expires === undefined ? [] : ['-e', expiryWord(wish.expires)]),
    ...(wish.subids === false ? ['-K', 'SUB_UID_COUNT=0', '-K', 'SUB_GID_COUNT=0'] : []),
    wish.createHome === false ? '-M' : '-m',
  ];
  const adduser = [
    '-D',
    ...shared,
    ...(group === undefined ? [] : ['-G', group]),
    ...(comment === undefined ? [] : ['-g', comment]),
    ...(home === undefined ? [] : ['-h', home]),
    ...(wish.system === true ? ['-S'] : []),
    ...(wish.createHome === false ? ['-H'] : []),
  ];
  const joins = (groups ?? []).map((other) => sh` && addgroup ${name} ${other}`).join('');
  const parent =
    home === undefined || wish.createHome === false
      ? ''
      : sh`mkdir -p -- ${home.slice(0, home.lastIndexOf('/')) || '/'} && `;
  // A group of the user's name may be there before the user, and -U would then refuse.
  const own =
    group === undefined
      ? sh`if getent group ${name} >/dev/null 2>&1; then g=-N; h=${`-g ${name}`}; else g=-U; h=; fi; `
      : '';
  const words = group === undefined ? useradd.filter((word) => word !== '-U') : useradd;
  return `${own}${parent}if command -v useradd >/dev/null 2>&1; then useradd ${group === undefined ? '$g $h ' : ''}${sh`${words} ${name}`}; else adduser ${sh`${adduser} ${name}`}${joins}; fi`;
}

/** Changes members of a user that is there. */
export function modifyScript(wish: UserWish): string {
  const {name, uid, group, groups, comment, home, shell} = wish;
  const words = [
    ...(uid === undefined ? [] : ['-u', String(uid), ...(wish.nonUnique === true ? ['-o'] : [])]),
    ...(group === undefined ? [] : ['-g', group]),
    ...(groups === undefined ? [] : ['-G', groups.join(',')]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...(home === undefined ? [] : ['-d', home, ...(wish.moveHome === true ? ['-m'] : [])]),
    ...(shell === undefined ? [] : ['-s', shell]),
    ...(wish.expires === undefined ? [] : ['-e', expiryWord(wish.expires)]),
  ];
  return sh`if command -v usermod >/dev/null 2>&1; then usermod ${words} ${name}; else echo 'usermod is missing on this machine: install the package shadow' >&2; exit 1; fi`;
}

/** Removes a user. */
export function removeScript(name: string, options: {readonly home: boolean; readonly force: boolean}): string {
  const words = [...(options.home ? ['-r'] : []), ...(options.force ? ['-f'] : [])];
  return sh`loginctl disable-linger ${name} 2>/dev/null; loginctl terminate-user ${name} 2>/dev/null; if command -v userdel >/dev/null 2>&1; then i=0; until userdel ${words} ${name} 2>/dev/null; do i=$((i+1)); [ $i -lt 20 ] || exec userdel ${words} ${name}; id -- ${name} >/dev/null 2>&1 || break; sleep 0.5; done; else deluser ${options.home ? ['--remove-home'] : []} ${name}; fi`;
}
