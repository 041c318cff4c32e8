import {createHash} from 'node:crypto';
import {gunzipSync} from 'node:zlib';

/** Something that an archive holds; the path is as it stands in the archive, without `./` and a slash at its end. */
export type Member = {readonly path: string; readonly mode: string} & (
  | {readonly type: 'directory'}
  | {readonly type: 'file'; readonly sha256: string; readonly size: number}
  | {readonly type: 'link'; readonly target: string}
);

const block = 512;
const largest = 1024 ** 3;

/** What an archive of tar holds, packed by gzip or not; undefined where it is of another kind, or larger than 1 GiB. */
export function tarMembers(bytes: Buffer): readonly Member[] | undefined {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, {maxOutputLength: largest}) : bytes;
    return isTar(plain) ? readMembers(plain) : undefined;
  } catch {
    return undefined;
  }
}

function isTar(bytes: Buffer): boolean {
  if (bytes.length < block) return false;
  const said = octal(bytes.subarray(148, 156));
  let sum = 0;
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 0x20 : (bytes[at] ?? 0);
  return said === sum;
}

/** What headers before a member say of it. */
interface Told {
  path?: string;
  target?: string;
  size?: number;
}

function readMembers(bytes: Buffer): readonly Member[] {
  const found = new Map<string, Member>();
  let told: Told = {};
  for (let at = 0; at + block <= bytes.length && bytes[at] !== 0;) {
    const header = bytes.subarray(at, at + block);
    const kind = String.fromCharCode(header[156] ?? 0);
    const size = told.size ?? octal(header.subarray(124, 136));
    const start = at + block;
    const data = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / block) * block;
    if (kind === 'L') told.path = text(data);
    else if (kind === 'K') told.target = text(data);
    else if (kind === 'x') told = {...told, ...paxMembers(data)};
    else if (kind !== 'g') {
      const member = memberOf(header, {kind, data, told, found});
      if (member !== undefined) found.set(member.path, member);
      told = {};
    }
  }
  return [...found.values()];
}

function memberOf(
  header: Buffer,
  {
    kind,
    data,
    told,
    found,
  }: {
    readonly kind: string;
    readonly data: Buffer;
    readonly told: Told;
    readonly found: ReadonlyMap<string, Member>;
  },
): Member | undefined {
  const prefix = header.subarray(257, 262).toString() === 'ustar' ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  const path = cleaned(told.path ?? (prefix === '' ? name : `${prefix}/${name}`));
  if (path === '') return undefined;
  const mode = (octal(header.subarray(100, 108)) & 0o7777).toString(8).padStart(4, '0');
  const target = told.target ?? text(header.subarray(157, 257));
  switch (kind) {
    case '5':
      return {path, mode, type: 'directory'};
    case '2':
      return {path, mode: '0777', type: 'link', target};
    case '1': {
      const same = found.get(cleaned(target));
      return same === undefined ? undefined : {...same, path};
    }
    case '0':
    case '\0':
      return {path, mode, type: 'file', sha256: createHash('sha256').update(data).digest('hex'), size: data.length};
    default:
      throw new Error(`a member of the kind ${kind}`);
  }
}

function cleaned(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

/** Records of the form `LENGTH NAME=VALUE\n`. */
function paxMembers(data: Buffer): Told {
  const told: Told = {};
  for (let at = 0; at < data.length;) {
    const blank = data.indexOf(0x20, at);
    const length = Number(data.subarray(at, blank).toString());
    if (blank === -1 || !Number.isInteger(length) || length <= 0) break;
    const record = data.subarray(blank + 1, at + length - 1).toString();
    const [, name, value = ''] = /^([^=]*)=([^]*)$/.exec(record) ?? [];
    if (name === 'path') told.path = value;
    else if (name === 'linkpath') told.target = value;
    else if (name === 'size') told.size = Number(value);
    at += length;
  }
  return told;
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? bytes.length : end).toString();
}

/** An octal number, or a large one in the letters of base 256. */
function octal(bytes: Buffer): number {
  if (((bytes[0] ?? 0) & 0x80) !== 0) return Number(BigInt(`0x${bytes.toString('hex')}`) & ((1n << 88n) - 1n));
  return Number.parseInt(text(bytes).trim() || '0', 8);
}
