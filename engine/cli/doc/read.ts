import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {BadInput} from '../../diagnostic.js';
import {plainOf} from '../../load/plain.js';
import {createReport} from '../../load/report.js';
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

/** The roles of a folder, by name. Rejects with `BadInput` where a role's `meta/main.yml` is no YAML. */
export function readRoles(folder: string): readonly DocEntry[] {
  const report = createReport();
  const entries = listFolder(folder)
    .map((name) => ({name, file: join(folder, name, 'meta', 'main.yml')}))
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
