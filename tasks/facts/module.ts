import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind} from '../../engine/task.js';

export interface ModuleState {
  readonly name: string;
  readonly loaded: boolean;
  /** It is part of the kernel: nothing has to be loaded. */
  readonly builtin: boolean;
}

/** Signs by which a module that is part of the kernel is known where the kernel's lists are missing (containers). */
const signs: Readonly<Record<string, string>> = {
  overlay: 'grep -qw overlay /proc/filesystems',
  fuse: 'grep -qw fuse /proc/filesystems',
  tun: '[ -e /sys/class/misc/tun ] || [ -e /dev/net/tun ]',
  br_netfilter: '[ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]',
  nf_conntrack: '[ -e /proc/sys/net/netfilter/nf_conntrack_max ]',
  ip_tables: '[ -e /proc/net/ip_tables_names ]',
  ip6_tables: '[ -e /proc/net/ip6_tables_names ]',
  iptable_nat: 'grep -qs nat /proc/net/ip_tables_names',
  ip_vs: '[ -e /proc/net/ip_vs ]',
};

/** The kernel's name of a module: dashes are underscores. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

/** A kernel module: loaded, or part of the kernel. */
export const moduleFact: FactKind<{readonly name: string}, ModuleState> = {
  name: 'module',
  id: (key) => moduleName(key.name),
  script: (keys) => `r=$(uname -r); b=
for d in /lib/modules /usr/lib/modules; do [ -r "$d/$r/modules.builtin" ] && b=$d/$r/modules.builtin; done
loaded() { grep -q "^$1 " /proc/modules 2>/dev/null; }
config() { [ -r /proc/config.gz ] && [ -n "$1" ] && { zcat /proc/config.gz 2>/dev/null || gzip -dc /proc/config.gz 2>/dev/null; } | grep -q "^CONFIG_$1=y$"; }
${keys
  .map((key) => {
    const name = moduleName(key.name);
    const file = `/${name.replaceAll('_', '[-_]')}\\.ko`;
    return sh`if loaded ${name}; then echo loaded; elif { [ -n "$b" ] && grep -q ${file} "$b"; } || [ -d ${`/sys/module/${name}`} ] || { ${{script: signs[name] ?? 'false'}}; } || config ${name.toUpperCase()}; then echo builtin; else echo no; fi`;
  })
  .join('\n')}
`,
  parse(keys, result) {
    const lines = result.stdout.split('\n');
    if (lines.length <= keys.length) throw new Error(`cannot ask for kernel modules: ${result.stderr.trim()}`);
    return keys.map(({name}, index) => ({
      name,
      loaded: lines[index] === 'loaded',
      builtin: lines[index] === 'builtin',
    }));
  },
  show: (before, after) => [
    {
      what: isUnknown(after) ? 'module' : `module ${after.name}`,
      before: before?.loaded === true ? 'loaded' : undefined,
      after: !isUnknown(after) && after.loaded ? 'loaded' : undefined,
    },
  ],
};
