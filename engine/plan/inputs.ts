import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {relative, resolve} from 'node:path';
import {problem, type Diagnostic} from '../diagnostic.js';
import type {Project} from '../load/project.js';
import {canonical, type Digest} from './digest.js';
import type {Inputs} from './plan.js';
import {stampOf} from './task-files.js';

/** What a project was made of, as digests; `taskFiles` by absolute path. */
export function inputsOf(
  project: Project,
  {
    digest,
    cwd,
    taskFiles = [],
  }: {readonly digest: Digest; readonly cwd: string; readonly taskFiles?: readonly string[]},
): Inputs {
  const files = [...project.sources].map(([path, sha256]) => [nameOf(path, cwd), digest(sha256)] as const);
  return {
    files: Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1))),
    taskFiles: Object.fromEntries([...taskFiles].sort().map((path) => [path, digest(stampOf(path))])),
    inventory: digestOf(project, digest),
  };
}

/** What of the files of a project is not as it was, before anything is loaded again. */
export function changedFiles(
  {files, taskFiles}: Inputs,
  {digest, cwd, what}: {readonly digest: Digest; readonly cwd: string; readonly what: string},
): readonly Diagnostic[] {
  const changed = [
    ...Object.entries(files).filter(([path, was]) => digest(sha256Of(resolve(cwd, path))) !== was),
    ...Object.entries(taskFiles).filter(([path, was]) => digest(stampOf(path)) !== was),
  ].map(([path]) => resolve(cwd, path));
  return [...new Set(changed)].map((path) =>
    problem(`"${nameOf(path, cwd)}" ${existsSync(path) ? 'has changed' : 'is gone'} since ${what}`),
  );
}

function sha256Of(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

/** A path as the user would name it: relative to the working folder where it lies in it. */
export function nameOf(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') ? path : short;
}

/** How a project differs from what was written down of it; nothing where it is the same. */
export function changedInputs(
  {before, now}: {readonly before: Inputs; readonly now: Inputs},
  what: string,
): readonly Diagnostic[] {
  const changed = Object.entries(before.files).flatMap(([file, digest]) => {
    const present = now.files[file];
    if (present === digest) return [];
    return [problem(`"${file}" ${present === undefined ? 'is not read any more' : 'has changed'} since ${what}`)];
  });
  const added = Object.keys(now.files)
    .filter((file) => before.files[file] === undefined)
    .map((file) => problem(`"${file}" is new since ${what}`));
  if (changed.length > 0 || added.length > 0) return [...changed, ...added];
  return before.inventory === now.inventory ? [] : [problem(`the inventory has changed since ${what}`)];
}

/** Layers that hosts share are digested once. */
function digestOf({inventory, extraVars}: Project, digest: Digest): string {
  const known = new Map<unknown, string>();
  const layer = (each: {readonly rank: number; readonly entries: ReadonlyMap<string, unknown>}): string => {
    const found = known.get(each) ?? digest([each.rank, withoutPlaces([...each.entries])]);
    known.set(each, found);
    return found;
  };
  const hosts = [...inventory.hosts.values()].map(({name, groups, layers}) => [name, groups, layers.map(layer)]);
  return digest([hosts, [...inventory.groups], layer(extraVars)]);
}

/** Where a value stands in a file is no part of it. */
function withoutPlaces(data: unknown): unknown {
  return JSON.parse(canonical(data), (name, value: unknown) => (name === 'at' || name === 'keyAt' ? undefined : value));
}
