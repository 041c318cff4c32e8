import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename, isAbsolute, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {KeptFile, KeptTerms} from '../load/kept-term.js';

/** So many sets of files are kept, and none that is larger, in characters. */
export const mostKept = {sets: 32, characters: 8 * 1024 * 1024};

/** The terms of a set of files; `save` keeps those that were asked for, when there are new ones. */
export interface KeptOnDisk extends KeptTerms {
  save(): void;
}

/** Terms of the playbooks that a command names; undefined where nothing is kept: modules that are not packed change one by one. */
export function keptTermsOf(playbooks: readonly string[]): KeptOnDisk | undefined {
  const program = fileURLToPath(import.meta.url);
  if (playbooks.length === 0 || basename(program) === 'kept-terms.js') return undefined;
  const {mtimeMs, size} = statSync(program);
  const set = digestOf(JSON.stringify(playbooks.map((path) => resolve(path))));
  return openKeptTerms(join(cacheRoot(), 'terms', set), `${mtimeMs} ${size}`);
}

function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment['XDG_CACHE_HOME'];
  return join(configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.cache'), 'u7s-play');
}

/**
 * Opens a file of terms that a build of the program has read: it is of use to the same build alone, and what is broken in it is of none.
 * Its first line holds the build and a digest of the second, which holds the terms.
 */
export function openKeptTerms(file: string, build: string): KeptOnDisk {
  const before = readKept(file, build);
  const used = new Map<string, () => KeptFile>();
  let isNew = false;
  return {
    find(digest) {
      const term = before.get(digest);
      if (term !== undefined) used.set(digest, () => term);
      return term;
    },
    keep(digest, form) {
      used.set(digest, form);
      isNew = true;
    },
    save() {
      if (!isNew) return;
      const terms = JSON.stringify([...used].map(([digest, form]) => [digest, form()]));
      if (terms.length <= mostKept.characters) writeKept(file, `${headOf(build, terms)}\n${terms}`);
    },
  };
}

function readKept(file: string, build: string): ReadonlyMap<string, KeptFile> {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const terms = text.slice(end + 1);
    if (text.slice(0, end) === headOf(build, terms)) return new Map(JSON.parse(terms) as [string, KeptFile][]);
  } catch {
    // What is not there, or cannot be read, is made anew.
  }
  return new Map();
}

function headOf(build: string, terms: string): string {
  return `${build} ${digestOf(terms)}`;
}

/** Only a start that is slower comes of a folder that cannot be written. */
function writeKept(file: string, text: string): void {
  const folder = join(file, '..');
  const making = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    writeFileSync(making, text, {mode: 0o600});
    renameSync(making, file);
    const oldest = readdirSync(folder)
      .map((name) => join(folder, name))
      .map((path) => ({path, time: statSync(path).mtimeMs}))
      .sort((one, other) => other.time - one.time);
    for (const {path} of oldest.slice(mostKept.sets)) rmSync(path, {force: true});
  } catch {
    if (existsSync(making)) rmSync(making);
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
