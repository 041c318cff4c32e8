import {quote} from '../host.js';

/** One command as a shell gets it. */
export interface FrameText {
  readonly script: string;
  /** Seconds, at least 1, after which the machine itself ends it; undefined leaves that to the controller and saves two processes. */
  readonly timeout: number | undefined;
  /** Ends the frame on both streams; the number tells the frames of one shell apart. */
  readonly mark: string;
  readonly number: number;
}

/**
 * What a fresh shell learns before its first frame: a plain environment, and functions that run one script and then print the mark.
 * Everything is read as a whole before it runs, so that no shell takes a frame for a command's input by reading ahead. What runs in a shell of its own
 * comes to it by a pipe: an argument could be read by every user of the machine, the environment by every program of the same user.
 */
export function preamble(): string {
  return `{
umask 022
unset CDPATH LANGUAGE
LC_ALL=C; export LC_ALL
for u7s_d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
case ":$PATH:" in *":$u7s_d:"*) ;; *) PATH=\${PATH:+$PATH:}$u7s_d ;; esac
done
export PATH
cd "\${HOME:-/}" 2>/dev/null || cd /
unset OLDPWD
u7s_plain() { shift; "$@"; }
u7s_t=
u7s_limits() {
if timeout -k 1 9 true; then u7s_t='timeout -k 5'
elif timeout -t 9 true; then u7s_t='timeout -t'
else u7s_t=u7s_plain
fi >/dev/null 2>&1 </dev/null
}
u7s_end() { printf '%s%s %s\\n' "$1" "$2" "$3"; printf '%s%s\\n' "$1" "$2" >&2; }
u7s() { ( u7s_s=$3; set --; eval "unset u7s_s
$u7s_s" ) </dev/null; u7s_end "$1" "$2" $?; }
u7s_timed() { [ -n "$u7s_t" ] || u7s_limits; { printf 'exec 3<&-; %s\\n' "$2" | $u7s_t "$1" /bin/sh -c '. /proc/self/fd/3' 3<&0 0<&4 4<&-; } 4<&0; }
u7s_for() { u7s_timed "$3" "$4" </dev/null; u7s_end "$1" "$2" $?; }
u7s_own() { printf '%sgo\\n' "$1"; u7s_timed "$3" "$4"; u7s_end "$1" "$2" $?; exit; }
}
`;
}

/** The line that runs a script in a shell, its standard input closed. */
export function frameText({script, timeout, mark, number}: FrameText): string {
  const words = timeout === undefined ? `u7s ${mark} ${number}` : `u7s_for ${mark} ${number} ${timeout}`;
  return `${words} ${quote(script)}\n`;
}

/** The line that runs a script of any length as a shell's last: prints the mark and `go`, then the script reads what is sent. */
export function lastFrameText({script, timeout, mark, number}: FrameText & {readonly timeout: number}): string {
  return `u7s_own ${mark} ${number} ${timeout} ${quote(script)}\n`;
}

/** The line that runs a script in the shell itself (its descriptors stay). */
export function innerFrameText({script, mark, number}: Omit<FrameText, 'timeout'>): string {
  return `{ ${script}\n} </dev/null; u7s_end ${mark} ${number} $?\n`;
}
