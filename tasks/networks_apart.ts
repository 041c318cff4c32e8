import {refuse, type Change, type TaskModule} from '../engine/task.js';

export interface NetworksApartArgs {
  readonly networks: Readonly<Record<string, string>>;
}

interface Network {
  readonly name: string;
  readonly text: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly bits: 32 | 128;
}

export const networksApart: TaskModule<NetworksApartArgs, Record<string, never>, Change> = {
  name: 'networks_apart',
  reads: () => ({}),
  plan({networks}) {
    const all = Object.entries(networks).map(([name, text]) => network(name, text));
    const crossing = all.flatMap((one, index) =>
      all.slice(index + 1).flatMap((other) => (cross(one, other) ? [`${title(one)} and ${title(other)}`] : [])),
    );
    if (crossing.length > 0) refuse(`networks cross: ${crossing.join('; ')}`, 'give them ranges of their own');
    return undefined;
  },
  apply: () => Promise.resolve(),
  output: () => ({}),
};

function cross(one: Network, other: Network): boolean {
  return one.bits === other.bits && one.first <= other.last && other.first <= one.last;
}

function title({name, text}: Network): string {
  return `${name} (${text})`;
}

function network(name: string, text: string): Network {
  const [address = '', length = ''] = text.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 32 ? fourBytes(address) : eightGroups(address);
  const size = Number(length === '' ? bits : length);
  if (value === undefined || !Number.isInteger(size) || size < 0 || size > bits)
    refuse(`'${text}' of ${name} is no network`, 'write it as 10.244.0.0/16 or fd00:10::/56');
  const below = (1n << BigInt(bits - size)) - 1n;
  return {name, text, bits, first: value & ~below, last: value | below};
}

function fourBytes(address: string): bigint | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function eightGroups(address: string): bigint | undefined {
  const [before = '', after, more] = address.split('::');
  if (more !== undefined) return undefined;
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(before), groups(after ?? '')];
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({length: missing}, () => '0'), ...tail];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
