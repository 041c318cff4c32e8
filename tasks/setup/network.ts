type Facts = Readonly<Record<string, unknown>>;

interface Interface {
  readonly device: string;
  readonly macaddress: string;
  readonly mtu: number;
  readonly active: boolean;
  readonly type: string;
  readonly ipv4: Ipv4[];
  readonly ipv6: {readonly address: string; readonly prefix: string; readonly scope: string}[];
}

interface Ipv4 {
  readonly address: string;
  readonly netmask: string;
  readonly network: string;
  readonly prefix: string;
  readonly broadcast: string;
}

/** Interfaces, addresses and the default routes. */
export function networkOf({
  addresses,
  links,
  routes,
  routes6,
}: Readonly<Record<'addresses' | 'links' | 'routes' | 'routes6', string>>): Facts {
  const all = interfacesOf(links);
  addAddresses(addresses, all);
  const list = [...all.values()];
  const others = list.filter(({type}) => type !== 'loopback');
  return {
    interfaces: list.map(({device}) => device).sort(),
    all_ipv4_addresses: others.flatMap(({ipv4}) => ipv4.map(({address}) => address)),
    all_ipv6_addresses: others.flatMap(({ipv6}) => ipv6.map(({address}) => address)),
    default_ipv4: defaultIpv4(routes, all),
    default_ipv6: defaultIpv6(routes6, all),
    ...Object.fromEntries(list.map((each) => [memberName(each.device), described(each)])),
  };
}

/** The name under which Ansible puts an interface beside the other facts. */
function memberName(device: string): string {
  return device.replace(/[-:.]/g, '_');
}

function interfacesOf(links: string): Map<string, Interface> {
  return new Map(
    lines(links).map((line) => {
      const [device = '', macaddress = '', mtu = '', state = '', type = ''] = line.split(' ');
      const active = state === 'up' || state === 'unknown';
      return [device, {device, macaddress, mtu: Number(mtu), active, type, ipv4: [], ipv6: []}];
    }),
  );
}

function addAddresses(text: string, all: ReadonlyMap<string, Interface>): void {
  let current = '';
  for (const line of lines(text)) {
    current = /^\d+:\s+([^\s:@]+)/.exec(line)?.[1] ?? current;
    const match = /\s(inet6?)\s+([0-9a-fA-F.:]+)(?:\/(\d+))?/.exec(line);
    const found = all.get(current);
    if (match === null || found === undefined) continue;
    const [, family, address = '', prefix = family === 'inet' ? '32' : '128'] = match;
    const scope = /\sscope\s+(\w+)/.exec(line)?.[1] ?? 'global';
    if (family === 'inet6') found.ipv6.push({address, prefix, scope});
    else found.ipv4.push(ipv4(address, Number(prefix), /\sbrd\s+([0-9.]+)/.exec(line)?.[1] ?? ''));
  }
}

function ipv4(address: string, prefix: number, broadcast: string): Ipv4 {
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const number = address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  return {
    address,
    netmask: dotted(mask),
    network: dotted((number & mask) >>> 0),
    prefix: String(prefix),
    broadcast,
  };
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join('.');
}

function described({ipv4: [first, ...more], ipv6, ...own}: Interface): Facts {
  return {
    ...own,
    ...(first === undefined ? {} : {ipv4: first}),
    ...(more.length === 0 ? {} : {ipv4_secondaries: more}),
    ...(ipv6.length === 0 ? {} : {ipv6}),
  };
}

function defaultIpv4(routes: string, all: ReadonlyMap<string, Interface>): Facts {
  const way = lines(routes)
    .map((line) => line.split(/\s+/))
    .find(([, to, , , , , , mask]) => to === '00000000' && mask === '00000000');
  const found = all.get(way?.[0] ?? '');
  if (way === undefined || found === undefined) return {};
  const {device, macaddress, mtu, type, ipv4: addresses} = found;
  // The kernel writes an address as one number in the machine's order (little-endian wherever this runs).
  const gateway = (way[2] ?? '')
    .match(/../g)
    ?.reverse()
    .map((byte) => Number.parseInt(byte, 16));
  return {gateway: gateway?.join('.'), interface: device, macaddress, mtu, type, alias: device, ...addresses[0]};
}

function defaultIpv6(routes: string, all: ReadonlyMap<string, Interface>): Facts {
  const way = lines(routes)
    .map((line) => line.trim().split(/\s+/))
    .find(([to, length, , , gateway, , , , , device]) => /^0+$/.test(to ?? '') && length === '00' && !/^0+$/.test(gateway ?? '') && device !== 'lo'); // prettier-ignore
  const found = all.get(way?.[9] ?? '');
  if (way === undefined || found === undefined) return {};
  const {device, macaddress, mtu, type, ipv6} = found;
  const address = ipv6.find(({scope}) => scope === 'global') ?? ipv6[0];
  const gateway = (way[4] ?? '').match(/..../g)?.join(':').replace(/(^|:)0{1,3}/g, '$1'); // prettier-ignore
  return {gateway, interface: device, macaddress, mtu, type, ...address};
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
