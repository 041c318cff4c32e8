import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';
import {BadInput} from '../../diagnostic.js';
import {createFiles} from '../../load/files.js';
import {plainOf} from '../../load/plain.js';
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
  const entries = places
    .map(({name, path}) => ({name, file: join(path, 'meta', 'main.yml')}))
    .filter(({file}) => existsSync(file))
    .map(({name, file}) => {
      const term = parseYaml(relative(process.cwd(), file), readFileSync(file, 'utf8'), {report});
      const meta = term === undefined ? {} : plainOf(term, {sources: true});
      return roleEntry(name, typeof meta === 'object' && meta !== null ? {...meta} : {});
    });
  if (report.diagnostics.length > 0) throw new BadInput(report.diagnostics);
  return entries;
}

function listFolder(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
