import {managerScript} from '../package/manager.js';

/** The script that asks for all that `setup` tells, in sections that each end with a line `=`. */
export const setupScript = `sec() { echo =; }
cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null; sec
cat /etc/debian_version 2>/dev/null | head -n 1; sec
uname -s; uname -r; uname -v; uname -m; uname -n; sec
{ hostname -f 2>/dev/null || uname -n; } | head -n 1; sec
cat /etc/machine-id 2>/dev/null; sec
cat /proc/meminfo; sec
cat /proc/cpuinfo; sec
{ nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo; }; sec
if command -v ip >/dev/null 2>&1; then ip -o addr show 2>/dev/null || ip addr show; fi; sec
for i in /sys/class/net/*; do n=\${i##*/}; [ -e "$i/address" ] || continue
  t=ether; [ "$(cat "$i/type")" = 772 ] && t=loopback; [ -d "$i/bridge" ] && t=bridge; [ -d "$i/bonding" ] && t=bonding
  echo "$n $(cat "$i/address") $(cat "$i/mtu") $(cat "$i/operstate") $t"; done 2>/dev/null; sec
cat /proc/net/route; sec
cat /proc/net/ipv6_route 2>/dev/null; sec
cat /proc/mounts; sec
grep -e '^/' -e '^[^ ]*:' /proc/mounts | while read -r _ m _; do m=$(printf '%b' "$m"); stat -f -c '%S %b %a' -- "$m" 2>/dev/null || echo 0 0 0; done; sec
if [ -d /sys/fs/selinux ] && [ -e /sys/fs/selinux/enforce ]; then cat /sys/fs/selinux/enforce; sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null; else echo disabled; fi; sec
if [ -d /run/systemd/system ]; then echo systemd; elif [ -d /run/openrc ]; then echo openrc; else cat /proc/1/comm; fi; sec
${managerScript}; sec
id -un; id -u; id -g; { getent passwd "$(id -u)" 2>/dev/null || grep "^[^:]*:[^:]*:$(id -u):" /etc/passwd; } | head -n 1; sec
systemd-detect-virt 2>/dev/null; sec
date '+%s %z %Z'; cut -d. -f1 /proc/uptime; sec
grep -e '^nameserver' -e '^search' /etc/resolv.conf 2>/dev/null; sec
env | grep -E '^(HOME|PATH|USER|LOGNAME|SHELL|LANG|PWD|XDG_RUNTIME_DIR)='; sec
cat /sys/class/dmi/id/product_name 2>/dev/null || echo; cat /sys/class/dmi/id/sys_vendor 2>/dev/null || echo; sec
for f in /etc/ssh/ssh_host_*_key.pub; do [ ! -r "$f" ] || cut -d' ' -f1,2 "$f"; done; sec
[ -d /sys/module/apparmor ] && grep -q Y /sys/module/apparmor/parameters/enabled 2>/dev/null && echo enabled; sec
cat /proc/cmdline; sec`;

/** How many sections it prints. */
export const sectionCount = 26;
