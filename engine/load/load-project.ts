import {dirname, resolve} from 'node:path';
import {BadInput} from '../diagnostic.js';
import {loadExtraVars} from './extra-vars.js';
import {createFiles} from './files.js';
import {nothingInherited} from './inherited.js';
import {loadInventory} from './inventory.js';
import type {Loading} from './loading.js';
import type {Project} from './project.js';
import {readPlaybook} from './read-playbook.js';
import {createReport} from './report.js';
import {checkDemands} from './role-demands.js';
import {packageSchemas, type Schemas} from './schema.js';

export interface LoadOptions {
  /** As the user named them. */
  readonly playbooks: readonly string[];
  /** As given by `-i`. */
  readonly inventories: readonly string[];
  /** As given by `-e`. */
  readonly extraVars?: readonly string[];
  /** The YAML words of all modules. */
  readonly modules: ReadonlySet<string>;
  /** Folders in which roles lie, besides `roles/` beside the playbook and those of u7s-play. */
  readonly rolesPath?: readonly string[];
  /** The working folder; files are named relative to it. */
  readonly cwd: string;
  /** Default: those of this package. */
  readonly schemas?: Schemas;
}

/** Reads inventory, playbooks, roles and variables. Throws `BadInput` with every problem of every file; touches no network. */
export async function loadProject(options: LoadOptions): Promise<Project> {
  const {cwd, schemas = packageSchemas(), modules} = options;
  const report = createReport();
  const files = createFiles(cwd, report);
  const playbooks = options.playbooks.map((path) => resolve(cwd, path));
  const inventory = loadInventory({
    sources: options.inventories,
    playbookFolders: playbooks.map((path) => dirname(path)),
    files,
    schemas,
    report,
  });
  const extraVars = loadExtraVars(options.extraVars ?? [], {files, report});
  const rolesPath = (options.rolesPath ?? []).map((path) => resolve(cwd, path));
  const loading: Loading = {files, schemas, report, modules, rolesPath, roles: new Map()};
  const loaded = playbooks.flatMap((file) =>
    readPlaybook({file, at: undefined, importers: [], keywords: nothingInherited, inventory}, loading),
  );
  checkDemands(loaded, {inventory, extraVars, report});
  const errors = report.diagnostics.filter(({severity}) => severity === 'error');
  if (errors.length > 0) throw new BadInput(report.diagnostics);
  const warnings = report.diagnostics;
  return Promise.resolve({
    inventory,
    playbooks: options.playbooks,
    plays: loaded.map(({play}) => play),
    extraVars,
    ...(warnings.length > 0 ? {warnings} : {}),
  });
}
