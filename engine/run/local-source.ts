import {createHash} from 'node:crypto';
import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync, type Stats} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';
import type {Play, Task} from '../load/project.js';
import {noteLocalDigest} from '../local-digest.js';
import type {LocalSource} from '../task.js';
import type {HashCache} from './hash-cache.js';
import type {SealedFiles} from './sealed-files.js';

/** Up to this many bytes the text of a file is kept beside its hash. */
const largestText = 1024 * 1024;

/** A file of the controller that a task names is not there. */
export class LocalFileMissing extends Error {
  override readonly name = 'LocalFileMissing';
  readonly hint: string;

  constructor(name: string, places: readonly string[]) {
    super(`'${name}' is not found`);
    this.hint = `looked for ${places.join(', ')}`;
  }
}

/** A large file of the controller is being read for who does not wait for it: he may ask again. */
export class StillReading extends Error {
  override readonly name = 'StillReading';
}

/** Where a task's file is looked for, in order: its role's folder of that kind, the one beside the playbook, the playbook's folder. */
export function findLocal(
  name: string,
  {play, task, folder}: {readonly play: Play; readonly task: Task; readonly folder: 'files' | 'templates'},
): string {
  const besidePlaybook = dirname(play.file);
  const expanded = name.startsWith('~/') ? join(homedir(), name.slice(2)) : name;
  const places = isAbsolute(expanded)
    ? [expanded]
    : [
        ...(task.role ? [join(task.role.path, folder), task.role.path] : []),
        join(besidePlaybook, folder),
        besidePlaybook,
      ].map((place) => join(place, expanded));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new LocalFileMissing(name, places);
  return found;
}

/**
 * Describes a file or a folder of the controller; large files are hashed through the cache, encrypted ones are opened where `sealed` is given.
 * Rejects with `StillReading` where a large file had to be read first, and `waits` is false.
 */
export async function readLocal(
  path: string,
  hashes: HashCache,
  {sealed, waits = true}: {readonly sealed?: SealedFiles | undefined; readonly waits?: boolean} = {},
): Promise<LocalSource> {
  const status = statSync(path);
  if (status.isDirectory()) {
    const opened: string[] = [];
    const entries = await entriesOf(path, '', {hashes, sealed, opened});
    return {type: 'directory', path: sealed && opened.length > 0 ? sealed.folder(path) : path, entries};
  }
  const attributes = attributesOf(status);
  const bytes = status.size > largestText ? undefined : readFileSync(path);
  const open = await sealed?.open(path, bytes);
  if (open !== undefined) return {...fileOf(open.path, open.bytes), ...attributes};
  if (bytes !== undefined) return {...fileOf(path, bytes), ...attributes};
  const sha256 = hashes.sha256(path, status);
  if (!waits && !hashes.isKnown(path, status)) {
    // Whoever waits for it is told what is wrong.
    sha256.catch(() => undefined);
    throw new StillReading();
  }
  return {type: 'file', path, size: status.size, sha256: await sha256, ...attributes};
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fileOf(path: string, bytes: Buffer): Omit<Extract<LocalSource, {type: 'file'}>, 'mode' | 'mtime'> {
  const sha256 = sha256Of(bytes);
  const text = bytes.toString('utf8');
  const isText = bytes.length <= largestText && !bytes.includes(0) && Buffer.from(text).equals(bytes);
  return {type: 'file', path, size: bytes.length, sha256, ...(isText ? {text} : {})};
}

function attributesOf({mode, mtimeMs}: Stats): {readonly mode: string; readonly mtime: number} {
  return {mode: (mode & 0o7777).toString(8).padStart(4, '0'), mtime: Math.floor(mtimeMs / 1000)};
}

type DirectoryEntry = Extract<LocalSource, {type: 'directory'}>['entries'][number];

interface Walk {
  readonly hashes: HashCache;
  readonly sealed: SealedFiles | undefined;
  /** Files that were encrypted. */
  readonly opened: string[];
}

async function entriesOf(root: string, below: string, walk: Walk): Promise<readonly DirectoryEntry[]> {
  const found: DirectoryEntry[] = [];
  // Each of these takes less time than to wait for it; among folders others have their turn.
  const names = readdirSync(join(root, below)).sort();
  await new Promise((resolve) => setImmediate(resolve));
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    const whole = join(root, path);
    const own = lstatSync(whole);
    const target = own.isSymbolicLink() ? {target: readlinkSync(whole)} : {};
    const status = own.isSymbolicLink() ? statSync(whole) : own;
    const told = {path, ...attributesOf(status), ...target};
    if (status.isDirectory()) found.push({...told, type: 'directory'}, ...(await entriesOf(root, path, walk)));
    else found.push({...told, type: 'file', ...(await digestOf(whole, status, walk))});
  }
  return found;
}

async function digestOf(
  path: string,
  status: Stats,
  {hashes, sealed, opened}: Walk,
): Promise<{readonly sha256: string; readonly size: number}> {
  // Where encrypted files are opened, what is kept of others is that they are not.
  const name = sealed === undefined ? path : `opened ${path}`;
  const plain = await hashes.digest(name, status, async () => {
    const bytes = status.size > largestText ? undefined : readFileSync(path);
    if ((await sealed?.open(path, bytes)) !== undefined) return undefined;
    if (bytes === undefined) return hashes.sha256(path, status);
    const sha256 = sha256Of(bytes);
    noteLocalDigest(path, status, sha256);
    return sha256;
  });
  if (plain !== undefined) return {sha256: plain, size: status.size};
  const source = await readLocal(path, hashes, {sealed});
  if (source.type !== 'file') throw new Error(`'${path}' has become a folder while it was read`);
  if (source.path !== path) opened.push(path);
  return {sha256: source.sha256, size: source.size};
}
