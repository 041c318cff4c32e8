import {createHash} from 'node:crypto';
import {createReadStream, existsSync} from 'node:fs';
import {readdir, readFile, stat} from 'node:fs/promises';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';
import type {Play, Task} from '../load/project.js';
import type {LocalSource} from '../task.js';

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

const hashes = new Map<string, Promise<LocalSource>>();

/** Describes a file or a folder of the controller; a file that did not change is hashed once. */
export async function readLocal(path: string): Promise<LocalSource> {
  const status = await stat(path);
  const {size, mtimeMs} = status;
  if (status.isDirectory()) return {type: 'directory', path, entries: await entriesOf(path, '')};
  const state = `${path}\0${mtimeMs}\0${size}`;
  let reading = hashes.get(state);
  if (reading === undefined) hashes.set(state, (reading = readFileOnce(path, size)));
  return reading;
}

async function readFileOnce(path: string, size: number): Promise<LocalSource> {
  if (size > largestText) return {type: 'file', path, size, sha256: await hashFile(path)};
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const text = bytes.toString('utf8');
  const isText = !bytes.includes(0) && Buffer.from(text).equals(bytes);
  return {type: 'file', path, size: bytes.length, sha256, ...(isText ? {text} : {})};
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

type DirectoryEntry = Extract<LocalSource, {type: 'directory'}>['entries'][number];

async function entriesOf(root: string, below: string): Promise<readonly DirectoryEntry[]> {
  const found: DirectoryEntry[] = [];
  const names = (await readdir(join(root, below))).sort();
  for (const name of names) {
    const path = below === '' ? name : `${below}/${name}`;
    const source = (await stat(join(root, path))).isDirectory() ? undefined : await readLocal(join(root, path));
    if (source?.type === 'file') found.push({path, type: 'file', sha256: source.sha256, size: source.size});
    else found.push({path, type: 'directory'}, ...(await entriesOf(root, path)));
  }
  return found;
}
