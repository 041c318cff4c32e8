import {homedir} from 'node:os';
import {basename, dirname, join, resolve} from 'node:path';
import {didYouMean} from '../language/near.js';
import {packageRoot} from '../root.js';
import type {Span} from '../span.js';
import type {Files} from './files.js';
import type {Loading} from './loading.js';

/** Who names a role. */
export interface RoleOrigin {
  /** Absolute folder of the playbook. */
  readonly folder: string;
  /** Absolute folder of the role that names it. */
  readonly within: string | undefined;
}

/** The roles of u7s-play itself: looked in last. */
export const ownRoles = join(packageRoot, 'playbooks', 'roles');

/** The folders in which a role's name is looked for, in this order: beside the playbook, the roles path, beside the role that names it, those of u7s-play. */
export function roleFolders(rolesPath: readonly string[], {folder, within}: RoleOrigin): readonly string[] {
  const beside = within === undefined ? [] : [dirname(within)];
  return [...new Set([join(folder, 'roles'), ...rolesPath, ...beside, ownRoles])];
}

/**
 * A role's folder: a path (`./x`, `../x`, `/x`, `~/x`) from the role or the playbook that names it, a name in one of the folders,
 * or `PACKAGE/ROLE` of an npm package (`node_modules/PACKAGE/roles/ROLE`, upwards from the playbook).
 */
export function locateRole(
  {files, rolesPath}: Pick<Loading, 'files' | 'rolesPath'>,
  name: string,
  origin: RoleOrigin,
): string | undefined {
  const candidates = isPath(name)
    ? [pathOf(name, origin)]
    : roleFolders(rolesPath, origin).map((folder) => join(folder, name));
  const isThere = (path: string): boolean => files.isFolder(path);
  return candidates.find(isThere) ?? (isPath(name) ? undefined : packaged(name, origin.folder).find(isThere));
}

/** What a role is called in messages and in `role_name`: the last word of a path, else its name as written. */
export function roleNameOf(name: string): string {
  return isPath(name) ? basename(name) : name;
}

/** Reports a role that is not there, with where it was looked for. */
export function reportNoRole(
  {files, rolesPath, report}: Pick<Loading, 'files' | 'rolesPath' | 'report'>,
  name: string,
  {at, origin}: {readonly at: Span; readonly origin: RoleOrigin},
): void {
  if (isPath(name)) {
    report.error(at, `there is no role "${name}"`, `looked for the folder ${files.shown(pathOf(name, origin))}`);
    return;
  }
  const folders = roleFolders(rolesPath, origin);
  const known = folders.flatMap((folder) => [...files.list(folder)]);
  report.error(at, `there is no role "${name}"`, didYouMean(name, known) ?? whereAbouts(name, {files, folders}));
}

function whereAbouts(
  name: string,
  {files, folders}: {readonly files: Files; readonly folders: readonly string[]},
): string {
  const searched = `looked in ${folders.map((folder) => files.shown(folder)).join(', ')}`;
  if (/^\w+\.\w+\.\w+$/.test(name))
    return `${searched}; roles of collections are named by their folder or package here`;
  const [, scoped] = /^(@[^/]+\/[^/]+|[^/]+)\/./.exec(name) ?? [];
  return scoped === undefined ? searched : `${searched}, and for the package ${scoped} in node_modules`;
}

function isPath(name: string): boolean {
  return /^(?:\.{1,2}|~)?\//.test(name);
}

function pathOf(name: string, {folder, within}: RoleOrigin): string {
  return name.startsWith('~/') ? join(homedir(), name.slice(2)) : resolve(within ?? folder, name);
}

/** Where npm would have put the package of `PACKAGE/ROLE`. */
function packaged(name: string, folder: string): readonly string[] {
  const [, pack = '', role = ''] = /^(@[^/]+\/[^/]+|[^@/][^/]*)\/(.+)$/.exec(name) ?? [];
  if (pack === '') return [];
  const upwards: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    upwards.push(join(at, 'node_modules', pack, 'roles', role));
    if (at === dirname(at)) return upwards;
  }
}
