import {registry} from '../tasks/index.js';
import {documentation, writeDocumentation} from './cli/doc/command.js';
import {inventoryText} from './cli/inventory-view.js';
import type {Invocation, ProjectOptions} from './cli/invocation.js';
import {parseArguments} from './cli/options.js';
import {packageVersion} from './cli/version.js';
import {BadInput} from './diagnostic.js';
import {diagnosticsText} from './load/diagnostic-text.js';
import {loadProject} from './load/load-project.js';
import type {Project} from './load/project.js';
import {packageRoot} from './root.js';

/** The program: words of the command line in, exit code out. What is wrong with the input is told before anything is touched. */
export async function main(words: readonly string[]): Promise<number> {
  const invocation = parseArguments(words, {version: packageVersion(), out: print, error: complain});
  try {
    return await carryOut(invocation);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    complain(`${diagnosticsText(error.diagnostics, {cwd: process.cwd()})}\n`);
    return 1;
  }
}

async function carryOut(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'none':
      return invocation.code;
    case 'doc':
      print(
        invocation.write
          ? writeDocumentation(packageRoot)
              .map((path) => `wrote ${path}\n`)
              .join('')
          : documentation(invocation.names),
      );
      return 0;
    case 'inventory': {
      const {inventory} = await load({playbooks: [], inventories: invocation.inventories, extraVars: []});
      print(inventoryText(inventory, invocation.form));
      return 0;
    }
    case 'syntax-check':
      await load(invocation.options);
      return 0;
    case 'run':
    case 'list':
    case 'graph':
      return 0;
  }
}

function load(options: Pick<ProjectOptions, 'playbooks' | 'inventories' | 'extraVars'>): Promise<Project> {
  return loadProject({...options, modules: new Set(registry.modules.keys()), cwd: process.cwd()});
}

function print(text: string): void {
  process.stdout.write(text);
}

function complain(text: string): void {
  process.stderr.write(text);
}
