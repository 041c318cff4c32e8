/**
 * A script that ends a shell, all that descends from it and the process groups these lead: TERM, and KILL to what is left after `grace` seconds.
 * It needs nothing but sh and /proc.
 */
export function killScript(pid: number, options: {readonly grace: number; readonly spareShell: boolean}): string {
  return `members=" ${pid} "
grown=1
while [ "$grown" = 1 ]; do
grown=0
for f in /proc/[0-9]*/stat; do
{ read -r line <"$f"; } 2>/dev/null || continue
p=\${f#/proc/}; p=\${p%/stat}
case "$members" in *" $p "*) continue ;; esac
set -- \${line##*) }
case "$members" in *" $2 "*|*" $3 "*) ;; *) continue ;; esac
[ "$p" = $$ ] && continue
members="$members$p "; grown=1
done
done
rest=\${members#" ${pid} "}
${options.spareShell ? '' : `kill -KILL ${pid} 2>/dev/null`}
[ -n "$rest" ] || exit 0
kill -TERM $rest 2>/dev/null
i=0
while [ $i -lt ${options.grace * 10} ]; do
alive=
for p in $rest; do
{ read -r line <"/proc/$p/stat"; } 2>/dev/null || continue
case \${line##*) } in Z*) ;; *) alive="$alive $p" ;; esac
done
[ -n "$alive" ] || exit 0
sleep 0.1 2>/dev/null || { sleep 1; i=$((i + 9)); }
i=$((i + 1))
done
kill -KILL $alive 2>/dev/null
exit 0
`;
}
