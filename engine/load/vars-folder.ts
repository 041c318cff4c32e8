import {join} from 'node:path';
import type {Files} from './files.js';
import {makeFileLayer} from './layer.js';
import type {VarLayer} from './project.js';
import type {Report} from './report.js';

const endings = ['', '.yml', '.yaml', '.json'];

/**
 * The layers of `group_vars/NAME` or `host_vars/NAME`: the first that is there of NAME, NAME.yml, NAME.yaml and NAME.json, as in Ansible; a folder gives a layer for each file below it.
 */
export function varsFolderLayers(
  folder: string,
  name: string,
  options: {readonly rank: number; readonly files: Files; readonly report: Report},
): readonly VarLayer[] {
  const {rank, files, report} = options;
  const present = files.list(folder);
  const [first, ...others] = endings
    .map((ending) => name + ending)
    .filter((file) => present.has(file))
    .map((file) => join(folder, file));
  if (first === undefined) return [];
  for (const other of others)
    report.warning(
      {file: files.shown(other), line: 1, column: 1, length: 1},
      `"${files.shown(other)}" is not read: "${files.shown(first)}" is there, too`,
      'put all variables into one of them',
    );
  const paths = files.isFolder(first) ? filesUnder(first, files) : [first];
  return paths.map((path) => {
    const term = files.read(path, {at: undefined, what: 'variables'});
    return makeFileLayer(term, {rank, origin: files.shown(path), report});
  });
}

/** The files of variables in a folder and below it, in the order of their names. */
export function filesUnder(folder: string, files: Files): readonly string[] {
  return [...files.list(folder)].flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const hasEnding = /\.[^.]*$/.test(name);
    if (files.isFolder(path)) return hasEnding ? [] : filesUnder(path, files);
    return !hasEnding || endings.includes(/\.[^.]*$/.exec(name)?.[0] ?? '') ? [path] : [];
  });
}
