import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';
import {BadInput} from '../../diagnostic.js';
import type {Term} from '../../language/term.js';
import {createFiles} from '../../load/files.js';
import {entriesOf, plainOf} from '../../load/plain.js';
import {createReport} from '../../load/report.js';
import {locateRole} from '../../load/role-search.js';
import {parseYaml} from '../../load/yaml.js';
import {moduleEntry, roleEntry, type DocEntry} from './entry.js';

/** The modules that a package's folder holds schemas of, by name. */
export function readModules(root: string): readonly DocEntry[] {
  const folder = join(root, 'schemas', 'tasks');
  return listFolder(folder)
    .filter((file) => file.endsWith('.schema.json'))
    .map((file) =>
      moduleEntry(
        file.replace(/\.schema\.json$/, ''),
        JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>,
      ),
    );
}

/** A role that can be read: its name, or the path by which it was asked for, and its folder. */
export interface RolePlace {
  readonly name: string;
  readonly path: string;
}

/** The roles of a folder, by name. */
export function rolesIn(folder: string): readonly RolePlace[] {
  return described(listFolder(folder).map((name) => ({name, path: join(folder, name)})));
}

/** The role that a path or a package's name with a slash in it means, if there is one. */
export function roleNamed(name: string, rolesPath: readonly string[]): readonly RolePlace[] {
  if (!name.includes('/')) return [];
  const cwd = process.cwd();
  const around = {files: createFiles(cwd, createReport()), rolesPath: rolesPath.map((path) => resolve(path))};
  const path = locateRole(around, name, {folder: cwd, within: undefined});
  return path === undefined ? [] : described([{name, path}]);
}

/** Those that say what they are. */
function described(places: readonly RolePlace[]): readonly RolePlace[] {
  return places.filter(({path}) => existsSync(join(path, 'meta', 'main.yml')));
}

/** What roles say of themselves. Throws `BadInput` where a `meta/main.yml` or `defaults/main.yml` is no YAML. */
export function readRoles(places: readonly RolePlace[]): readonly DocEntry[] {
  const report = createReport();
  const read = (path: string): Readonly<Record<string, unknown>> => {
    if (!existsSync(path)) return {};
    const term = parseYaml(relative(process.cwd(), path), readFileSync(path, 'utf8'), {report});
    return Object.fromEntries(entriesOf(term).map(({key, value}) => [key, sourceOf(value)]));
  };
  const entries = places.map(({name, path}) =>
    roleEntry(name, read(join(path, 'meta/main.yml')), read(join(path, 'defaults/main.yml'))),
  );
  if (report.diagnostics.length > 0) throw new BadInput(report.diagnostics);
  return entries;
}

/** A value as it is written: what is made up has its source. */
function sourceOf(term: Term): unknown {
  return term.kind === 'expression' ? `!cel ${term.source.trim()}` : plainOf(term, {sources: true});
}

function listFolder(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
