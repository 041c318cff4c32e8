import {quote} from './host.js';

/**
 * Names, in a script, the folder of a job as `$u7s_j`, and the private folder around it as `$u7s_d`: below /run for root, below the user's runtime folder
 * for others, and where there is none below the folder of temporary files.
 */
export function jobFolder(job: string): string {
  return `if [ "$(id -u)" = 0 ]; then u7s_d=/run; else u7s_d=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}; fi
[ -d "$u7s_d" ] && [ -w "$u7s_d" ] || u7s_d=\${TMPDIR:-/tmp}
u7s_d=$u7s_d/u7s-play-jobs-$(id -u)
u7s_j=$u7s_d/${quote(job)}`;
}

/** Takes the folder of a job away, and the one around it with the last. */
export function removeJob(job: string): string {
  return `${jobFolder(job)}
rm -rf -- "$u7s_j"
rmdir -- "$u7s_d" 2>/dev/null || :`;
}

/** What has become of a job: `absent`, `running`, `done` with the status of its command, `late` where its time was over, or `dead` where it ended without a word. */
export function jobState(job: string): string {
  return `${jobFolder(job)}
u7s_code() {
[ -f "$u7s_j/code" ] || return 1
if [ -f "$u7s_j/late" ]; then echo "late $(cat "$u7s_j/code")"; else echo "done $(cat "$u7s_j/code")"; fi
}
if [ ! -d "$u7s_j" ]; then echo absent
elif u7s_code; then :
elif [ ! -s "$u7s_j/pid" ] || kill -0 "$(cat "$u7s_j/pid")" 2>/dev/null; then echo running
else u7s_code || echo dead; fi`;
}

/** Starts a job that needs nobody: its own session, ended with all that it started after so many seconds. */
export function startJob(job: string, {script, limit}: {readonly script: string; readonly limit: number}): string {
  return `${jobFolder(job)}
umask 077
mkdir -p "$u7s_d" && [ -O "$u7s_d" ] && [ ! -L "$u7s_d" ] || { echo "no private folder for the state of the job: $u7s_d" >&2; exit 73; }
[ ! -f "$u7s_j/run" ] || exit 0
mkdir -p "$u7s_j" && printf '%s\\n' ${quote(script)} >"$u7s_j/script" || exit 73
[ -f "$u7s_j/input" ] || : >"$u7s_j/input"
cat >"$u7s_j/run" <<'END'
cd "$1" || exit
echo $$ >pid.part && mv pid.part pid
if timeout -k 1 9 true; then set -- timeout -k 5
elif timeout -t 9 true; then set -- timeout -t
else set --
fi >/dev/null 2>&1
b=$(date +%s)
umask 022
( cd "\${HOME:-/}" 2>/dev/null || cd /; exec "$@" \${1:+${limit}} /bin/sh "$OLDPWD/script" ) <input >stdout 2>stderr
c=$?
umask 077
if [ $(($(date +%s) - b)) -ge ${limit} ] && [ "$c" -ge 124 ]; then
: >late
trap '' TERM
kill -TERM 0
fi
echo "$c" >code.part && mv code.part code
END
if command -v setsid >/dev/null 2>&1; then setsid /bin/sh "$u7s_j/run" "$u7s_j" </dev/null >/dev/null 2>&1 &
else ( trap '' HUP; exec /bin/sh "$u7s_j/run" "$u7s_j" </dev/null >/dev/null 2>&1 ) &
fi`;
}

/** Ends a job with all that it started. */
export function endJob(job: string): string {
  return `${jobFolder(job)}
[ -s "$u7s_j/pid" ] || exit 0
u7s_p=$(cat "$u7s_j/pid")
for u7s_k in $(ps -o pid= -o sid= -A 2>/dev/null | awk -v s="$u7s_p" '$2 == s {print $1}') "-$u7s_p"; do kill -KILL -- "$u7s_k" 2>/dev/null; done
:`;
}
