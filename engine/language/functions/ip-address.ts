/** An address of IPv4 or IPv6 as a number. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

/** How many bits an address of a version has. */
export const widthOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

/** Reads an address; undefined where it is none. */
export function parseAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? parse6(text) : parse4(text);
}

function parse4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return {version: 4, bits: parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)};
}

function parse6(text: string): IpAddress | undefined {
  const last = text.slice(text.lastIndexOf(':') + 1);
  const inner = last.includes('.') ? parse4(last) : undefined;
  if (last.includes('.') && !inner) return undefined;
  const tail = inner ? [inner.bits >> 16n, inner.bits & 0xffffn].map((part) => part.toString(16)).join(':') : last;
  const halves = `${text.slice(0, text.length - last.length)}${tail}`.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const parts = [...head, ...Array<string>(halves.length === 1 ? 0 : missing).fill('0'), ...rest];
  if (!parts.every((part) => /^[\da-f]{1,4}$/i.test(part))) return undefined;
  return {version: 6, bits: parts.reduce((bits, part) => (bits << 16n) | BigInt(`0x${part}`), 0n)};
}

/** Writes an address in its usual short form. */
export function addressText({version, bits}: IpAddress): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
  const parts = Array.from({length: 8}, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const zeros = parts.join(':').match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return parts.join(':');
  const at = parts.join(':').search(new RegExp(`(?:^|:)${longest}(?:$|:)`));
  const whole = parts.join(':');
  const before = whole.slice(0, at);
  const after = whole.slice(at).replace(/^:/, '').slice(longest.length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** The bits of a network mask. */
export function maskOf(version: 4 | 6, prefix: number): bigint {
  const width = BigInt(widthOf(version));
  return ((1n << BigInt(prefix)) - 1n) << (width - BigInt(prefix));
}
