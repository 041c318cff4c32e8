import {addressText, maskOf, parseAddress, widthOf, type IpAddress} from './ip-address.js';
import {FunctionFailed, shared, type SharedFunction} from './shared-function.js';

interface Cidr {
  readonly address: IpAddress;
  readonly prefix: number;
  /** Written without a prefix. */
  readonly bare: boolean;
}

/** Functions about addresses and networks of IPv4 and IPv6. */
export const addressFunctions: readonly SharedFunction[] = [
  shared(
    'ipaddr text part',
    {
      signature: 'string.ipaddr(string): dyn',
      summary:
        'a part of an address with its network: address, network, netmask, prefix, subnet, size, broadcast, first_usable, last_usable, host, version, revdns; or the address of a number: "2"',
    },
    part,
  ),
  shared(
    'ipwrap text',
    {signature: 'string.ipwrap(): string', summary: 'an IPv6 address in brackets, everything else as it is'},
    (text: string) => {
      const [, address = '', rest = ''] = /^([^/]*)(.*)$/.exec(text) ?? [];
      return parseAddress(address)?.version === 6 ? `[${address}]${rest}` : text;
    },
  ),
  shared(
    'is_ip text',
    {signature: 'string.is_ip(): bool', summary: 'whether it is an address'},
    (text: string) => parseAddress(text) !== undefined,
  ),
  shared(
    'is_ipv4 text',
    {signature: 'string.is_ipv4(): bool', summary: 'whether it is an address of IPv4'},
    (text: string) => parseAddress(text)?.version === 4,
  ),
  shared(
    'is_ipv6 text',
    {signature: 'string.is_ipv6(): bool', summary: 'whether it is an address of IPv6'},
    (text: string) => parseAddress(text)?.version === 6,
  ),
  shared(
    'in_network text network',
    {signature: 'string.in_network(string): bool', summary: 'whether an address lies in a network'},
    (text: string, network: string) => {
      const [one, other] = [cidr(text), cidr(network)];
      return (
        one.address.version === other.address.version &&
        one.prefix >= other.prefix &&
        networkOf(one, other.prefix).bits === networkOf(other).bits
      );
    },
  ),
  shared(
    'nthhost network number',
    {
      signature: 'string.nthhost(int): string',
      summary: 'the address of so many after the network itself; negative: from its end',
    },
    nthHost,
  ),
  shared(
    'ipsubnet network prefix [number]',
    {
      signature: 'string.ipsubnet(int): int | string.ipsubnet(int, int): string',
      summary: 'how many networks of a prefix are in it, or the one of a number',
    },
    (text: string, prefix: number, number?: number) => {
      const whole = cidr(text);
      const {version} = whole.address;
      if (prefix < whole.prefix || prefix > widthOf(version))
        throw new FunctionFailed(`no network of /${prefix} fits into "${text}"`);
      const count = 1n << BigInt(prefix - whole.prefix);
      if (number === undefined) return Number(count);
      const index = number < 0 ? count + BigInt(number) : BigInt(number);
      if (index < 0n || index >= count) throw new FunctionFailed(`"${text}" has ${count} networks of /${prefix}`);
      const bits = networkOf(whole).bits + (index << BigInt(widthOf(version) - prefix));
      return `${addressText({version, bits})}/${prefix}`;
    },
  ),
];

function cidr(text: string): Cidr {
  const [, written = '', prefix] = /^([^/]+)(?:\/(\d+|[\d.]+))?$/.exec(text) ?? [];
  const address = parseAddress(written);
  if (!address) throw new FunctionFailed(`"${text}" is no address`);
  const width = widthOf(address.version);
  const bits = prefix?.includes('.') === true ? prefixOfMask(prefix) : Number(prefix ?? width);
  if (bits === undefined || bits > width) throw new FunctionFailed(`"${text}" has no prefix of a network`);
  return {address, prefix: bits, bare: prefix === undefined};
}

function prefixOfMask(text: string): number | undefined {
  const bits = parseAddress(text)?.bits.toString(2).padStart(32, '0');
  return bits !== undefined && /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined;
}

function networkOf({address: {version, bits}, prefix: own}: Cidr, prefix = own): IpAddress {
  return {version, bits: bits & maskOf(version, prefix)};
}

function lastOf(net: Cidr): IpAddress {
  const {version} = net.address;
  return {version, bits: networkOf(net).bits | (maskOf(version, widthOf(version)) ^ maskOf(version, net.prefix))};
}

function nthHost(text: string, number: number): string {
  const net = cidr(text);
  const {version} = net.address;
  const [first, last] = [networkOf(net).bits, lastOf(net).bits];
  const bits = number < 0 ? last + 1n + BigInt(number) : first + BigInt(number);
  if (bits < first || bits > last) throw new FunctionFailed(`"${text}" has no address ${number}`);
  return addressText({version, bits});
}

function part(text: string, wanted: string): unknown {
  const net = cidr(text);
  const {address, prefix} = net;
  const {version} = address;
  const width = widthOf(version);
  const [first, last] = [networkOf(net), lastOf(net)];
  const usable = version === 4 && width - prefix > 1 ? 1n : 0n;
  switch (wanted) {
    case 'address':
      return addressText(address);
    case 'network':
      return addressText(first);
    case 'netmask':
      return addressText({version, bits: maskOf(version, prefix)});
    case 'prefix':
      return prefix;
    case 'subnet':
    case 'net':
      return `${addressText(first)}/${prefix}`;
    case 'host':
    case 'host/prefix':
      return `${addressText(address)}/${prefix}`;
    case 'size':
      return Number(1n << BigInt(width - prefix));
    case 'broadcast':
      return addressText(last);
    case 'first_usable':
      return addressText({version, bits: first.bits + usable});
    case 'last_usable':
      return addressText({version, bits: last.bits - usable});
    case 'version':
      return version;
    case 'revdns':
      return reversed(address);
    default:
      if (/^-?\d+$/.test(wanted)) return net.bare ? addressText(address) : `${nthHost(text, Number(wanted))}/${prefix}`;
      throw new FunctionFailed(`"${wanted}" is no part of an address`);
  }
}

function reversed({version, bits}: IpAddress): string {
  const step = version === 4 ? 8n : 4n;
  const count = version === 4 ? 4 : 32;
  const parts = Array.from({length: count}, (_, index) => (bits >> (step * BigInt(index))) & ((1n << step) - 1n));
  return version === 4
    ? `${parts.join('.')}.in-addr.arpa.`
    : `${parts.map((each) => each.toString(16)).join('.')}.ip6.arpa.`;
}
