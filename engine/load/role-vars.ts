import {join} from 'node:path';
import {didYouMean} from '../language/near.js';
import type {Span} from '../span.js';
import {firstFile} from './files.js';
import {makeFileLayer} from './layer.js';
import type {Loading} from './loading.js';
import type {VarLayer} from './project.js';
import {filesUnder} from './vars-folder.js';

/** Whose variables are read, and for which use. */
interface RoleAt {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly at: Span;
}

interface Wanted {
  readonly folder: 'defaults' | 'vars';
  /** Another file of the folder than `main`. */
  readonly from: string | undefined;
  readonly rank: number;
}

/** The variables of a role's `defaults` or `vars`: of `main` as a file and as a folder of files, or of the file that `defaults_from` or `vars_from` names. */
export function readRoleVars(loading: Loading, role: RoleAt, wanted: Wanted): readonly VarLayer[] {
  const {files, report} = loading;
  return pathsOf(loading, role, wanted).map((path) => {
    const term = files.read(path, {at: role.at, what: wanted.folder});
    return makeFileLayer(term, {rank: wanted.rank, origin: `role ${role.name}, ${wanted.folder}`, report});
  });
}

function pathsOf({files, report}: Loading, role: RoleAt, {folder, from}: Wanted): readonly string[] {
  const inside = join(role.path, folder);
  const name = from ?? 'main';
  const names = [...new Set([`${name}.yml`, `${name}.yaml`, `${name}.json`, name])];
  const file = firstFile(files, inside, names);
  const more = files.isFolder(join(inside, name)) ? filesUnder(join(inside, name), files) : [];
  const paths = [...(file === undefined ? [] : [file]), ...more];
  if (paths.length === 0 && from !== undefined)
    report.error(
      role.at,
      `role "${role.name}" has no ${folder}/${from}.yml`,
      didYouMean(`${from}.yml`, files.list(inside)),
    );
  return paths;
}
