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

/** The roles of a folder, by name. Throws `BadInput` where a role's `meta/main.yml` is no YAML. */
export function readRoles(folder: string): readonly DocEntry[] {
  return rolesAt(listFolder(folder).map((name) => ({name, path: join(folder, name)})));
}

/** The role that a path or a package's name with a slash in it means, if there is one. */
export function readNamedRole(name: string, rolesPath: readonly string[]): readonly DocEntry[] {
  if (!name.includes('/')) return [];
  const cwd = process.cwd();
  const around = {files: createFiles(cwd, createReport()), rolesPath: rolesPath.map((path) => resolve(path))};
  const path = locateRole(around, name, {folder: cwd, within: undefined});
  return path === undefined ? [] : rolesAt([{name, path}]);
}

function rolesAt(places: readonly {readonly name: string; readonly path: string}[]): readonly DocEntry[] {
  const report = createReport();
  const read = (path: string): Readonly<Record<string, unknown>> => {
    if (!existsSync(path)) return {};
    const term = parseYaml(relative(process.cwd(), path), readFileSync(path, 'utf8'), {report});
    return Object.fromEntries(entriesOf(term).map(({key, value}) => [key, sourceOf(value)]));
  };
  const entries = places
    .filter(({path}) => existsSync(join(path, 'meta', 'main.yml')))
    .map(({name, path}) => roleEntry(name, read(join(path, 'meta/main.yml')), read(join(path, 'defaults/main.yml'))));
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
