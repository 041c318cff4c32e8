import {quote} from '../host.js';

/** What the wrapped script says on stderr, and its status, where the namespaces are not there. */
export const noNamespace = {mark: 'u7s: no rootless namespace', code: 78} as const;

// It comes by a pipe, and leaves the standard input to what it runs.
const evalInput = `u7s_s=$(cat) && exec 0<&4 4<&- && eval "unset u7s_s
$u7s_s"`;

/**
 * Wraps a script so that it runs inside the rootlesskit namespaces of the user who runs it.
 * They are looked up each time: a restart of rootlesskit makes new ones.
 */
export function inNamespace(script: string, stateDir: string | undefined): string {
  const folder = stateDir === undefined ? '"$XDG_RUNTIME_DIR/u7s/rootlesskit"' : quote(stateDir);
  // Namespaces that rootlesskit shares with its host cannot be entered, so only those that differ are.
  return `s=${folder}
c=
{ read -r c <"$s/child_pid"; } 2>/dev/null
[ -n "$c" ] && [ -d "/proc/$c" ] || { echo "${noNamespace.mark} at $s" >&2; exit ${noNamespace.code}; }
set -- $(readlink /proc/self/ns/uts "/proc/$c/ns/uts" /proc/self/ns/ipc "/proc/$c/ns/ipc" /proc/self/ns/cgroup "/proc/$c/ns/cgroup" /proc/self/ns/pid "/proc/$c/ns/pid_for_children")
[ $# = 8 ] || { echo "${noNamespace.mark} of this user at $s" >&2; exit ${noNamespace.code}; }
o=
[ "$1" = "$2" ] || o="$o -u"
[ "$3" = "$4" ] || o="$o -i"
[ "$5" = "$6" ] || o="$o -C"
[ "$7" = "$8" ] || o="$o -p"
{ printf '%s\\n' ${quote(script)} | nsenter -U --preserve-credentials -m -n $o -t "$c" --wd=/ /bin/sh -c ${quote(evalInput)}; } 4<&0`;
}
