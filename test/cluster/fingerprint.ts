import {createHash} from 'node:crypto';
import type {Fleet, HostName} from './fleet.js';

/** What is there on a host: a name for each thing (`file /etc/hosts`, `unit ssh.service`) with a value that changes when it does. */
export type Fingerprint = ReadonlyMap<string, string>;

// Each line: the name, a tab, the value.
const configuration = `
export LC_ALL=C
folders='/etc /usr/local /opt'
for folder in /usr/libexec/u7s; do [ ! -d "$folder" ] || folders="$folders $folder"; done
if [ -r /etc/u7s/namespace.env ]; then
  . /etc/u7s/namespace.env
  for folder in "$U7S_HOME/.config" "$U7S_DATA/etc_kubernetes" "$U7S_DATA/etc_cni"; do [ ! -d "$folder" ] || folders="$folders $folder"; done
fi
find $folders -xdev -type f -exec sha256sum {} + | sed -E 's/^(\\S+)  (.*)$/content \\2\\t\\1/'
find $folders -xdev -printf 'file %p\\t%y %m %u:%g %l\\n'
dpkg-query --show --showformat 'package \${Package}\\t\${Version} \${Status}\\n'
systemctl list-unit-files --no-legend --no-pager --plain | awk '$1 !~ /\\.scope$/ {print "unit-file " $1 "\\t" $2}'
sysctl --all --ignore 2>/dev/null | grep -E '^net\\.(ipv4|ipv6|bridge)|^net\\.netfilter\\.nf_conntrack_max|^kernel.hostname' |
  grep -vE 'stable_secret|\\.neigh\\.|conntrack_count|fib_(hash|trie)|cipso' | sed -E 's/^(\\S+) = (.*)$/sysctl \\1\\t\\2/'
getent passwd | sed -E 's/^([^:]+):/user \\1\\t/'
getent group | sed -E 's/^([^:]+):/group \\1\\t/'
ls /var/lib/systemd/linger 2>/dev/null | sed -E 's/(.*)/linger \\1\\tyes/'`;

// A unit that was started anew has another invocation; one that was reloaded keeps it.
const running = `
states() {
  "$@" --no-pager --all --type=service --property=Id,ActiveState,SubState,InvocationID show '*' |
    awk -F= -v kind="$kind" '
      $1 == "Id" {id = $2} $1 == "ActiveState" {state = $2} $1 == "SubState" {sub_state = $2} $1 == "InvocationID" {invocation = $2}
      $0 == "" {report()} END {report()}
      function report() {if (id != "" && state != "inactive") print kind " " id "\\t" state " " sub_state " " invocation; id = invocation = ""}'
}
kind=unit; states systemctl | grep -vE '^unit (user@|user-runtime-dir@|run-|systemd-|apt-|dpkg-|e2scrub|fstrim|logrotate|man-db)'
if [ -r /etc/u7s/namespace.env ]; then
  . /etc/u7s/namespace.env
  kind=user-unit; states runuser -u "$U7S_USER" -- env "XDG_RUNTIME_DIR=/run/user/$U7S_UID" systemctl --user | grep -E '^user-unit u7s'
fi
true`;

// Every file with its time: whatever a package, a tool or we might leave behind.
const leftovers = `
find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/log -o -path /var/tmp \\
  -o -path /var/lib/systemd/timers -o -path /var/lib/private -o -path /var/cache/ldconfig \\) -prune -o \\
  -type f -printf 'stat %p\\t%s %m %u:%g %T@\\n'
find /var/lib /home -xdev -type f -printf 'stat %p\\t%s %m %u:%g %T@\\n' | grep -vE '^stat /var/lib/systemd/'`;

/** Reads the state of a host. `everything` takes in every file of the disk with its time: for hosts that nothing may have touched. */
export async function fingerprint(
  fleet: Fleet,
  host: HostName,
  {everything = false}: {readonly everything?: boolean} = {},
): Promise<Fingerprint> {
  const script = [configuration, running, ...(everything ? [leftovers] : [])].join('\n');
  const text = await fleet.on(host, 'exec sh -s', {input: script, timeout: 120});
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', value = ''] = line.split('\t');
      return [name, value];
    }),
  );
}

/** Names what differs, sorted: `+ package curl`, `- file /etc/x`, `~ file /etc/hosts`. */
export function differences(before: Fingerprint, after: Fingerprint): readonly string[] {
  const found: string[] = [];
  for (const [name, value] of before) {
    if (!after.has(name)) found.push(`- ${name}`);
    else if (after.get(name) !== value) found.push(`~ ${name}`);
  }
  for (const name of after.keys()) if (!before.has(name)) found.push(`+ ${name}`);
  return found.sort();
}

/** One word for a whole state. */
export function hashOf(state: Fingerprint): string {
  const lines = [...state].map(([name, value]) => `${name}\t${value}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
