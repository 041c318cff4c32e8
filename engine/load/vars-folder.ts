import {join} from 'node:path';
import type {Files} from './files.js';
import {makeFileLayer} from './layer.js';
import type {VarLayer} from './project.js';
import type {Report} from './report.js';

const endings = ['', '.yml', '.yaml', '.json'];

/**
 * The layers of `group_vars/NAME` or `host_vars/NAME`: a file (without ending, .yml, .yaml, .json) and a folder of such files, in the order of their names.
 */
export function varsFolderLayers(
  folder: string,
  name: string,
  options: {readonly rank: number; readonly files: Files; readonly report: Report},
): readonly VarLayer[] {
  const {rank, files, report} = options;
  const present = files.list(folder);
  const named = endings.map((ending) => name + ending).filter((file) => present.has(file));
  const paths = named.map((file) => join(folder, file)).filter((path) => files.isFile(path));
  const inFolder = present.has(name) ? filesUnder(join(folder, name), files) : [];
  return [...paths, ...inFolder].map((path) => {
    const term = files.read(path, {at: undefined, what: 'variables'});
    return makeFileLayer(term, {rank, origin: files.shown(path), report});
  });
}

/** The files of variables in a folder and below it, in the order of their names. */
export function filesUnder(folder: string, files: Files): readonly string[] {
  return [...files.list(folder)].flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || name.endsWith('~')) return [];
    if (files.isFolder(path)) return filesUnder(path, files);
    return /^[^.]+$|\.(?:yml|yaml|json)$/.test(name) ? [path] : [];
  });
}
