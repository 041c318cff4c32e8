import {quote} from '../host.js';
import {staleScript} from './stale-lock.js';

/** Who holds, or wants, a machine's lock. */
export interface Holder {
  /** The run's id. */
  readonly run: string;
  /** The host name of the controller. */
  readonly controller: string;
  /** Who started the run there. */
  readonly user: string;
  /** ISO time. */
  readonly since: string;
}

/** What became of the wish for the lock. */
export type Locked =
  | {readonly status: 'taken'}
  | {readonly status: 'held'; readonly by: Holder | undefined}
  /** The machine has no `flock`, or no folder to lock in. */
  | {readonly status: 'impossible'; readonly reason: string};

// Every shell of a run holds the lock shared, so that whatever it started holds it too; a run begins by holding it alone for a moment.
const file = 'u7s-play.lock';
const codes = {held: 75, impossible: 69};

/** Folders of the machine, in order of preference. */
export type LockFolders = readonly string[];

const findFile = (folders: LockFolders): string => `u7s_f=
for u7s_d in ${folders.map(quote).join(' ')}; do
if [ -r "$u7s_d/${file}" ] || ( umask 022; set -C; : >"$u7s_d/${file}" ) 2>/dev/null; then u7s_f=$u7s_d/${file}; break; fi
done`;

// The newest note is that of the holder, by the machine's own clock.
const printNotes = `for u7s_n in $(ls -t "$u7s_f".[0-9]* 2>/dev/null); do cat "$u7s_n"; done`;

/** A script for the shell itself: takes the lock alone, writes who holds it, and keeps it shared. Idle shells of a holder that gave no sign of life for `silence` seconds are ended. */
export function takeLockScript(holder: Holder, folders: LockFolders, silence: number): string {
  const text = JSON.stringify(holder);
  return `${staleScript(silence)}
u7s_lock() {
command -v flock >/dev/null 2>&1 || { echo "flock is not installed" >&2; return ${codes.impossible}; }
${findFile(folders)}
[ -n "$u7s_f" ] || { echo "no folder to lock in" >&2; return ${codes.impossible}; }
exec 9<"$u7s_f"
if flock -n -x 9 || { u7s_stale && sleep 1 && flock -n -x 9; }; then
rm -f "$u7s_f.$(id -u)" && ( umask 022; set -C; printf '%s\\n' ${quote(text)} >"$u7s_f.$(id -u)" )
flock -n -s 9 && return 0
fi
exec 9<&-
${printNotes}
return ${codes.held}
}
u7s_lock`;
}

/** A script for every further shell of the run: holds the lock shared, and prints who has it. */
export function joinLockScript(folders: LockFolders): string {
  return `if command -v flock >/dev/null 2>&1; then
${findFile(folders)}
if [ -n "$u7s_f" ]; then exec 9<"$u7s_f"; flock -n -s 9; ${printNotes}; fi
fi`;
}

/** A script for the shell that took the lock: shows that the run is alive. To be run more often than `signOfLife` seconds. */
export const beatScript = '[ -z "$u7s_f" ] || touch "$u7s_f.$(id -u)"';

/** Seconds without a beat after which idle shells count as left behind. */
export const signOfLife = 150;

/** A script for the shell that took the lock: gives it back. */
export function leaveLockScript(folders: LockFolders): string {
  return `${findFile(folders)}
exec 9<&-
[ -z "$u7s_f" ] || rm -f "$u7s_f.$(id -u)"`;
}

/** Reads what `takeLockScript` said. */
export function readLocked(result: {readonly code: number; readonly stdout: string; readonly stderr: string}): Locked {
  switch (result.code) {
    case 0:
      return {status: 'taken'};
    case codes.held:
      return {status: 'held', by: readHolder(result.stdout)};
    default:
      return {status: 'impossible', reason: result.stderr.trim() || `the shell said ${result.code}`};
  }
}

/** Reads the notes of holders, the newest first: several users may have left one. */
export function readHolder(text: string): Holder | undefined {
  for (const line of text.split('\n')) {
    try {
      const value: unknown = JSON.parse(line);
      if (isHolder(value)) return value;
    } catch {
      // A note that was cut is nobody's.
    }
  }
  return undefined;
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return ['run', 'controller', 'user', 'since'].every((name) => typeof Reflect.get(value, name) === 'string');
}
