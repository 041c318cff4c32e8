import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {graphOptions} from '../../engine/cli/graph-options.js';
import {createMachines} from '../../engine/cli/machines.js';
import {BadInput, type Diagnostic} from '../../engine/diagnostic.js';
import {buildGraph} from '../../engine/graph/build.js';
import {loadProject} from '../../engine/load/load-project.js';
import type {Span} from '../../engine/span.js';
import {identityOf} from '../../engine/vault/identity.js';
import {createVault} from '../../engine/vault/vault.js';
import {registry} from '../../tasks/index.js';
import {mainFile} from '../cli/program.js';
import type {Example, ExampleOptions} from './examples.js';

const modules = new Set(registry.modules.keys());
const login = {
  user: undefined,
  privateKey: undefined,
  timeout: undefined,
  connection: undefined,
  become: false,
  becomeUser: undefined,
  askPassword: false,
  askBecomePassword: false,
  passwordFile: undefined,
  becomePasswordFile: undefined,
};

/** What is told of an example up to the first connection, as its listing writes it. */
export async function toldOf(example: Omit<Example, 'told'>): Promise<readonly string[]> {
  const {files = {}, latin1 = [], programs = [], options = {}, script} = example;
  const cwd = mkdtempSync(join(tmpdir(), 'u7s-listing-'));
  try {
    for (const [name, text] of Object.entries({'hosts.yml': 'all: {hosts: {h1: }}\n', ...files})) {
      mkdirSync(dirname(join(cwd, name)), {recursive: true});
      writeFileSync(join(cwd, name), text.replaceAll('FOLDER', cwd), latin1.includes(name) ? 'latin1' : 'utf8');
    }
    for (const name of programs) chmodSync(join(cwd, name), 0o755);
    const told = script === undefined ? (await diagnose(cwd, options)).map(textOf) : typed(cwd, script);
    return told.map((each) => each.replaceAll(cwd, 'FOLDER'));
  } finally {
    rmSync(cwd, {recursive: true});
  }
}

async function diagnose(cwd: string, options: ExampleOptions): Promise<readonly Diagnostic[]> {
  const {limit, tags = [], skipTags = [], startAtTask, vaultIds, ...given} = options;
  try {
    const project = await loadProject({
      playbooks: ['site.yml'],
      inventories: ['hosts.yml'],
      ...given,
      modules,
      cwd,
      // Nobody sits there.
      ask: () => Promise.resolve(undefined),
      ...(vaultIds && {
        vault: createVault({identities: vaultIds.map(identityOf), ask: () => Promise.resolve(''), cwd}),
      }),
    });
    const graph = buildGraph(project, {limit, tags, skipTags, startAtTask}, graphOptions(project, registry));
    createMachines(graph, {login, passwords: {login: undefined, become: undefined}});
    return project.warnings ?? [];
  } catch (error) {
    if (error instanceof BadInput) return error.diagnostics;
    throw error;
  }
}

/** What a script's programs tell, without lines of sources. */
function typed(cwd: string, script: string): readonly string[] {
  const program = `u7s-play() { "${process.execPath}" "${mainFile}" "$@"; }\n`;
  const {stderr} = spawnSync('bash', ['-c', program + script], {
    cwd,
    encoding: 'utf8',
    env: {...process.env, XDG_STATE_HOME: join(cwd, 'state'), NO_COLOR: '1'},
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 50_000,
  });
  return stderr
    .trimEnd()
    .split('\n\n')
    .map((each) => each.split('\n    ').join('; '));
}

function textOf({severity, at, message, hint, trail = []}: Diagnostic): string {
  const first = `${placeOf(at)}${severity === 'warning' ? 'warning: ' : ''}${message}${hint === undefined ? '' : `; ${hint}`}`;
  return [first, ...trail.map((step) => `  ${placeOf(step.at)}${step.message}`)].join('\n');
}

function placeOf(at: Span | undefined): string {
  return at ? `${at.file}:${at.line}:${at.column} ` : '';
}
