/**
 * Defines `u7s_stale`: ends the shells that hold the lock in `$u7s_f`, where its holder gave no sign of life for so many seconds and nothing runs in any of them.
 * A machine whose peer vanished without a word keeps such shells for hours.
 */
export function staleScript(seconds: number): string {
  return `u7s_stale() {
u7s_n=$(ls -t "$u7s_f".[0-9]* 2>/dev/null | head -n 1)
[ -n "$u7s_n" ] && [ $(($(date +%s) - $(stat -c %Y "$u7s_n"))) -gt ${seconds} ] || return 1
u7s_h=$(ls -l /proc/[0-9]*/fd/9 2>/dev/null | sed -n "s|.*/proc/\\([0-9]*\\)/fd/9 -> $u7s_f$|\\1|p")
u7s_k=
for u7s_p in $u7s_h; do
[ "$u7s_p" = $$ ] && continue
{ read -r u7s_l <"/proc/$u7s_p/stat"; } 2>/dev/null || continue
set -- \${u7s_l##*) }
[ "$2" = $$ ] && continue
[ "$2" = 1 ] && return 1
case " $(echo $u7s_h) " in *" $2 "*) return 1 ;; esac
[ "$(tr '\\0' ' ' <"/proc/$u7s_p/cmdline")" = '/bin/sh ' ] || return 1
u7s_k="$u7s_k $u7s_p"
done
[ -n "$u7s_k" ] && kill -KILL $u7s_k 2>/dev/null
}`;
}
