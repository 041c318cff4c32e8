import {readFileSync, renameSync, writeFileSync, type Stats} from 'node:fs';
import {join} from 'node:path';
import {localDigest, noteLocalDigest, stateOf} from '../local-digest.js';

/** Hashes of large files of the controller, kept from run to run: a file that looks untouched is not read again. */
export interface HashCache {
  /** The file's sha256 in hexadecimal; two who ask at the same time share one reading. */
  sha256(path: string, status: Stats): Promise<string>;
  /** Whether that is known without reading the file. */
  isKnown(path: string, status: Stats): boolean;
  /** What was found out of a small file under a name, read again only when it looks touched; undefined is not kept, and nothing longer than the process. */
  digest(name: string, status: Stats, find: () => Promise<string | undefined>): Promise<string | undefined>;
  save(): void;
}

interface Kept {
  /** What of the file would be different if it had been written to. */
  readonly state: string;
  readonly sha256: string;
}

/** The cache in a folder; without a folder it lasts as long as the process. */
export function openHashCache(folder: string | undefined): HashCache {
  const file = folder === undefined ? undefined : join(folder, 'hashes.json');
  const kept = new Map<string, Kept>(file === undefined ? [] : Object.entries(read(file)));
  const used = new Set<string>();
  const hashing = new Map<string, Promise<string>>();
  const notes = new Map<string, {readonly state: string; readonly found: Promise<string | undefined>}>();
  let changed = false;

  async function hash(path: string, status: Stats): Promise<string> {
    const sha256 = await localDigest(path, status);
    kept.set(path, {state: stateOf(status), sha256});
    changed = true;
    return sha256;
  }

  return {
    sha256(path, status) {
      const state = stateOf(status);
      used.add(path);
      const present = kept.get(path);
      if (present?.state === state) {
        noteLocalDigest(path, status, present.sha256);
        return Promise.resolve(present.sha256);
      }
      const key = `${path}\0${state}`;
      const begun = hashing.get(key) ?? hash(path, status);
      hashing.set(key, begun);
      return begun;
    },
    isKnown: (path, status) => kept.get(path)?.state === stateOf(status),
    async digest(name, status, find) {
      const state = stateOf(status);
      const present = notes.get(name);
      if (present?.state === state) return present.found;
      const found = find();
      notes.set(name, {state, found});
      // What was written just now may be written again without looking otherwise.
      const isFresh = Date.now() - Math.max(status.mtimeMs, status.ctimeMs) < settled;
      const forget = (): void => {
        if (notes.get(name)?.found === found) notes.delete(name);
      };
      found.then((sha256) => {
        if (isFresh || sha256 === undefined) forget();
      }, forget);
      return found;
    },
    save() {
      if (file === undefined || !changed) return;
      const beside = `${file}.${process.pid}`;
      const entries = [...kept].filter(([path]) => used.has(path));
      writeFileSync(beside, JSON.stringify(Object.fromEntries(entries), undefined, 1), {mode: 0o600});
      renameSync(beside, file);
    },
  };
}

/** Milliseconds after which a further change of a file changes its times, too. */
const settled = 100;

function read(file: string): Readonly<Record<string, Kept>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Kept>>;
  } catch {
    // Not there yet, or cut short: what it held is found out again.
    return {};
  }
}
