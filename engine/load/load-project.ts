import {dirname, resolve} from 'node:path';
import {BadInput, type Diagnostic} from '../diagnostic.js';
import {loadExtraVars} from './extra-vars.js';
import {createFiles} from './files.js';
import {nothingInherited} from './inherited.js';
import {loadInventory} from './inventory.js';
import type {KeptTerms} from './kept-term.js';
import type {Loading} from './loading.js';
import type {Project} from './project.js';
import {readPlaybook} from './read-playbook.js';
import type {Secrets} from '../secrets.js';
import {answering, type Vault} from '../vault/vault.js';
import {answerPrompts, type Ask} from './prompts.js';
import {createReport} from './report.js';
import {checkDemands} from './role-demands.js';
import {packageSchemas, type Schemas} from './schema.js';

export interface LoadOptions {
  /** As the user named them. */
  readonly playbooks: readonly string[];
  /** As given by `-i`. */
  readonly inventories: readonly string[];
  /** Seconds that an executable inventory may take for an answer; default: 300. */
  readonly programSeconds?: number;
  /** As given by `-e`. */
  readonly extraVars?: readonly string[];
  /** The YAML words of all modules. */
  readonly modules: ReadonlySet<string>;
  /** Folders in which roles lie, besides `roles/` beside the playbook and those of u7s-play. */
  readonly rolesPath?: readonly string[];
  /** The working folder; files are named relative to it. */
  readonly cwd: string;
  /** Folders whose `group_vars` and `host_vars` count as those beside a playbook. */
  readonly playbookFolders?: readonly string[];
  /** Plays may name hosts that are not there: nothing is done on them then. */
  readonly anyHosts?: boolean;
  /** Files that are not on disk, by absolute path: what was written on the command line. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Default: those of this package. */
  readonly schemas?: Schemas;
  /** Opens what is encrypted. */
  readonly vault?: Vault;
  /** Values that are encrypted one by one stay so where no vault password is given. */
  readonly keepSealed?: boolean;
  /** Encrypted values are as plain as others: somebody asks to see them. */
  readonly showSecrets?: boolean;
  /** Asks for the variables of `vars_prompt`; without it their defaults stand for the answers. */
  readonly ask?: Ask;
  /** Numbers from 0 up to 1, for `order: shuffle`; default: `Math.random`. */
  readonly random?: () => number;
  /** What earlier commands read of playbooks, tasks and roles. */
  readonly kept?: KeptTerms | undefined;
  /** Learns of the secrets among what is read. */
  readonly secrets?: Pick<Secrets, 'add'>;
}

/** Reads inventory, playbooks, roles and variables. Throws `BadInput` with every problem of every file; touches no network. */
export function loadProject(options: LoadOptions): Promise<Project> {
  return answering(() => readProject(options));
}

async function readProject(options: LoadOptions): Promise<Project> {
  const {cwd, schemas = packageSchemas(), modules, vault, keepSealed = false} = options;
  const report = createReport(options.showSecrets === true ? undefined : options.secrets);
  const files = createFiles(cwd, report, {
    vault,
    keepSealed,
    unmarked: options.showSecrets === true,
    texts: options.texts,
    kept: options.kept,
  });
  const playbooks = options.playbooks.map((path) => resolve(cwd, path));
  const inventory = await loadInventory({
    sources: options.inventories,
    ...(options.programSeconds !== undefined && {programSeconds: options.programSeconds}),
    playbookFolders: [
      ...playbooks.map((path) => dirname(path)),
      ...(options.playbookFolders ?? []).map((path) => resolve(cwd, path)),
    ],
    files,
    schemas,
    report,
  });
  const extraVars = loadExtraVars(options.extraVars ?? [], {files, report});
  const rolesPath = (options.rolesPath ?? []).map((path) => resolve(cwd, path));
  const loading: Loading = {
    files,
    schemas,
    report,
    modules,
    rolesPath,
    roles: new Map(),
    anyHosts: options.anyHosts === true,
    extraVars,

    random: options.random ?? Math.random,
  };
  const read = playbooks.flatMap((file) =>
    readPlaybook({file, at: undefined, importers: [], keywords: nothingInherited, inventory}, loading),
  );
  // Nobody is asked for a playbook that cannot be used.
  const isBroken = report.diagnostics.some(({severity}) => severity === 'error');
  const ask = isBroken ? undefined : options.ask;
  const loaded = await answerPrompts(read, {ask, extraVars, secrets: options.secrets, report});
  checkDemands(loaded, {inventory, extraVars, report});
  const found = inOrder(report.diagnostics);
  if (found.some(({severity}) => severity === 'error')) throw new BadInput(found);
  return {
    inventory,
    playbooks: options.playbooks,
    plays: loaded.map(({play}) => play),
    extraVars,
    sources: files.sources,
    ...(found.length > 0 ? {warnings: found} : {}),
  };
}

/** File by file in the order in which they were read, each from top to bottom; what has no place comes first. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = [...new Set(diagnostics.map(({at}) => at?.file))];
  const place = ({at}: Diagnostic): readonly number[] => [
    at ? files.indexOf(at.file) : -1,
    at?.line ?? 0,
    at?.column ?? 0,
  ];
  const compare = (one: readonly number[], other: readonly number[]): number =>
    one.map((value, index) => value - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return [...diagnostics].sort((one, other) => compare(place(one), place(other)));
}
