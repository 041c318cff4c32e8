import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import type {Host} from '../../engine/host.js';
import {createSchemas} from '../../engine/load/schema.js';
import {Refused, type AnyTaskModule, type LocalSource} from '../../engine/task.js';
import {registry} from '../../tasks/index.js';
import {busyboxShell, createLocalHost, plainShell} from './local-host.js';
import {performOn, type Performed} from './perform.js';

const schemas = createSchemas();

/** Arguments as a playbook gives them. */
export type Args = Readonly<Record<string, unknown>>;

/** What a test on a shell works with; the folder is fresh for each test. */
export interface Bench {
  readonly host: Host;
  readonly folder: () => string;
  /** Does a task for real; its promises must hold and a second plan must be empty. */
  readonly perform: (module: string, args: Args) => Promise<Performed>;
}

/** A module and its arguments, defaults filled in. */
export function taskOf(name: string, args: Args): {readonly module: AnyTaskModule; readonly args: unknown} {
  const module = registry.modules.get(name);
  if (module === undefined) throw new Error(`no module ${name}`);
  const checked = schemas.validateArgs(name, args);
  expect(checked.problems, `arguments of ${name}`).to.deep.equal([]);
  return {module, args: checked.value};
}

/** Describes the same on this machine's sh and on busybox alone; skipped loudly without root or busybox. */
export function describeOnShells(title: string, describeTests: (bench: Bench) => void): void {
  const applets = mkdtempSync(join(tmpdir(), 'u7s-applets-'));
  for (const [name, shell] of Object.entries({sh: plainShell, busybox: busyboxShell(applets)})) {
    describe(`${title}, on this machine by ${name}`, function () {
      this.timeout(30_000);
      const host = createLocalHost(shell);
      let folder = '';
      before(function () {
        if (process.getuid?.() === 0 && shell !== undefined) return;
        console.warn(`    SKIPPED: needs root${shell === undefined ? ` and ${name} (package busybox-static)` : ''}`);
        this.skip();
      });
      after(() => {
        if (name === 'busybox') rmSync(applets, {recursive: true, force: true});
      });
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'u7s-tasks-'));
      });
      afterEach(() => {
        rmSync(folder, {recursive: true, force: true});
      });
      describeTests({
        host,
        folder: () => folder,
        async perform(module, args) {
          const performed = await performOn(host, {...taskOf(module, args), kinds: registry.kinds});
          expect(performed.broken, `promises of ${module}`).to.deep.equal([]);
          expect(performed.again, `second plan of ${module}`).to.equal(undefined);
          return performed;
        },
      });
    });
  }
}

/** The words of a refusal. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

/** A file of the controller, as the engine gives it to a module. */
export function local(path: string): LocalSource & {readonly type: 'file'} {
  const bytes = readFileSync(path);
  return {type: 'file', path, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length};
}

/** Names that break scripts that split on what a name may hold. */
export const hostileNames = [
  'plain',
  'two words',
  "it's",
  'say "hi"',
  'line\nbreak',
  'trailing newline\n',
  '$(touch pwned)',
  '`id`',
  '-rf',
  '*',
  'back\\slash',
  'grüße-日本',
  'x'.repeat(255),
  ' lead',
  '#hash',
  ';semi',
];
