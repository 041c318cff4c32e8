import type {FactKind} from '../../engine/task.js';

/** The variable `network`. */
export interface NetworkState {
  /** Addresses by interface, without prefix lengths; link-local ones left out. */
  readonly interfaces: Readonly<Record<string, {readonly ipv4: readonly string[]; readonly ipv6: readonly string[]}>>;
  /** All addresses of all interfaces but loopback. */
  readonly addresses: readonly string[];
  /** Where packets to the rest of the world leave, and the first address there; empty where there is no such route. */
  readonly default_interface: string;
  readonly default_gateway: string;
  readonly default_address: string;
}

/** The addresses of a machine and its way out (IPv4). */
export const networkFact: FactKind<Readonly<Record<string, never>>, NetworkState> = {
  name: 'network',
  schema: {
    type: 'object',
    properties: {
      interfaces: {},
      addresses: {type: 'array', items: {type: 'string'}},
      default_interface: {type: 'string'},
      default_gateway: {type: 'string'},
      default_address: {type: 'string'},
    },
    additionalProperties: false,
  },
  id: () => 'network',
  script: () => `ls /sys/class/net; echo =
if command -v ip >/dev/null 2>&1; then ip -o addr show 2>/dev/null || ip addr show; fi; echo =
cat /proc/net/route`,
  parse(keys, result) {
    const [names = '', addresses = '', routes = ''] = result.stdout.split(/^=\n/m);
    if (result.code !== 0) throw new Error(`cannot ask for addresses: ${result.stderr.trim()}`);
    const found = new Map(
      names
        .split('\n')
        .filter((name) => name !== '')
        .map((name) => [name, {ipv4: [] as string[], ipv6: [] as string[]}]),
    );
    let current = '';
    for (const line of addresses.split('\n')) {
      current = /^\d+:\s+([^\s:@]+)/.exec(line)?.[1] ?? current;
      const match = /\s(inet6?)\s+([0-9a-fA-F.:]+)\//.exec(line);
      if (match === null || /^fe80:/i.test(match[2] ?? '')) continue;
      found.get(current)?.[match[1] === 'inet' ? 'ipv4' : 'ipv6'].push(match[2] ?? '');
    }
    const way = routes
      .split('\n')
      .map((line) => line.split(/\s+/))
      .find(([, to, , , , , , mask]) => to === '00000000' && mask === '00000000');
    const state: NetworkState = {
      interfaces: Object.fromEntries(found),
      addresses: [...found].filter(([name]) => name !== 'lo').flatMap(([, {ipv4, ipv6}]) => [...ipv4, ...ipv6]),
      default_interface: way?.[0] ?? '',
      default_gateway: way === undefined ? '' : gateway(way[2] ?? ''),
      default_address: (way === undefined ? undefined : found.get(way[0] ?? '')?.ipv4[0]) ?? '',
    };
    return keys.map(() => state);
  },
  show: () => [],
};

/** The kernel writes an address as one number in the machine's order (little-endian wherever this runs). */
function gateway(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}
