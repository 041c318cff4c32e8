import type {OutputChoice} from '../render/open.js';
import type {VaultFlags} from '../vault/identity.js';
import type {Invocation, ProjectOptions, RunOptions} from './invocation.js';

/** The flags that name a project and a part of it, as the parser gives them. */
export interface ProjectFlags extends VaultFlags {
  inventory?: readonly string[];
  limit?: string;
  extraVars?: readonly string[];
  tags?: readonly string[];
  skipTags?: readonly string[];
  startAtTask?: string;
  rolesPath?: readonly string[];
  forceHandlers?: true;
}

/** The flags that say how fast a run goes and what it shows. */
export interface ShowFlags {
  forks?: number;
  seed?: number;
  verbose: number;
  profile?: string;
  output?: readonly OutputChoice[];
}

/** The flags of a run, as the parser gives them. */
export interface RunFlags extends ProjectFlags, ShowFlags {
  plan?: string;
  resume?: string;
  step?: true;
  explain?: string;
  listHosts?: true;
  listTasks?: true;
  listTags?: true;
  syntaxCheck?: true;
  check?: true;
  diff?: true;
  strict?: true;
  become?: true;
  becomeUser?: string;
  user?: string;
  privateKey?: string;
  timeout?: number;
  connection?: string;
  askPass?: true;
  askBecomePass?: true;
  connectionPasswordFile?: string;
  becomePasswordFile?: string;
}

/** What the flags say of a project. */
export function projectOptions(playbooks: readonly string[], flags: ProjectFlags): ProjectOptions {
  const {inventory = [], extraVars = [], limit, tags = [], skipTags = [], startAtTask} = flags;
  return {
    playbooks,
    inventories: inventory,
    extraVars,
    limit,
    tags,
    skipTags,
    startAtTask,
    vault: vaultFlags(flags),
    rolesPath: flags.rolesPath ?? [],
    forceHandlers: flags.forceHandlers === true,
  };
}

/** What the flags say of vault passwords. */
export function vaultFlags({vaultId, vaultPasswordFile, askVaultPass}: VaultFlags): VaultFlags {
  return {
    ...(vaultId === undefined ? {} : {vaultId}),
    ...(vaultPasswordFile === undefined ? {} : {vaultPasswordFile}),
    ...(askVaultPass === undefined ? {} : {askVaultPass}),
  };
}

/** The outputs that flags ask for: one goes to standard output, if only for people. */
export function outputsOf({output = []}: Pick<ShowFlags, 'output'>): readonly OutputChoice[] {
  return output.some((choice) => choice.file === undefined) ? output : [{format: 'human'} as const, ...output];
}

/** What is to be done with playbooks: run them, list what is in them, or only check them. */
export function runInvocation(playbooks: readonly string[], flags: RunFlags): Invocation {
  const project = projectOptions(playbooks, flags);
  if (flags.syntaxCheck) return {command: 'syntax-check', options: project, profile: flags.profile};
  if (flags.explain !== undefined) return {command: 'explain', options: project, task: flags.explain};
  const what = [
    ...(flags.listHosts ? (['hosts'] as const) : []),
    ...(flags.listTasks ? (['tasks'] as const) : []),
    ...(flags.listTags ? (['tags'] as const) : []),
  ];
  if (what.length > 0) return {command: 'list', options: project, what};
  return {command: 'run', options: runOptions(playbooks, flags)};
}

/** What the flags say of a run. */
export function runOptions(playbooks: readonly string[], flags: RunFlags): RunOptions {
  const login = {
    user: flags.user,
    privateKey: flags.privateKey,
    timeout: flags.timeout,
    connection: flags.connection,
    become: flags.become === true,
    becomeUser: flags.becomeUser,
    askPassword: flags.askPass === true,
    askBecomePassword: flags.askBecomePass === true,
    passwordFile: flags.connectionPasswordFile,
    becomePasswordFile: flags.becomePasswordFile,
  };
  return {
    project: projectOptions(playbooks, flags),
    login,
    check: flags.check === true || flags.plan !== undefined,
    diff: flags.diff === true,
    strict: flags.strict === true,
    forks: flags.forks,
    seed: flags.seed,
    verbosity: flags.verbose,
    outputs: outputsOf(flags),
    plan: flags.plan,
    resume: flags.resume,
    step: flags.step === true,
    ...(flags.profile === undefined ? {} : {profile: flags.profile}),
  };
}
