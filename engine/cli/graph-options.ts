import {readFileSync} from 'node:fs';
import {relative} from 'node:path';
import type {GraphOptions} from '../graph/build.js';
import {selectHosts} from '../load/host-pattern.js';
import {memberOf, textOf} from '../load/plain.js';
import type {Project, Task} from '../load/project.js';
import {packageSchemas} from '../load/schema.js';
import {findLocal, LocalFileMissing} from '../run/local-source.js';
import type {Registry} from '../task.js';

/** What a graph is built with: the names of facts, what modules register, and the templates that tasks name. */
export function graphOptions(project: Project, registry: Registry): GraphOptions {
  return {
    names: new Set(Object.keys(registry.variables)),
    hostsOf: (pattern) => selectHosts(project.inventory, pattern),
    returnsOf: (module) => packageSchemas().module(module)?.['returns'],
    setsVariables: (module) => registry.modules.get(module)?.setsVariables === true,
    templatesOf: (task) => templatesOf(project, task),
  };
}

interface Template {
  readonly source: string;
  readonly file: string;
}

/** The texts of the templates that a task names plainly; one that is not there is told when the task is run. */
function templatesOf(project: Project, task: Task): readonly Template[] {
  const properties = packageSchemas().module(task.module)?.['properties'] ?? {};
  return Object.entries(properties)
    .filter(([, schema]) => isTemplate(schema))
    .flatMap(([name]) => {
      const written = textOf(memberOf(task.args, name));
      const path = written === undefined ? undefined : templatePath(project, task, written);
      return path === undefined ? [] : [{source: readFileSync(path, 'utf8'), file: relative(process.cwd(), path)}];
    });
}

function isTemplate(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Reflect.get(schema, 'x-local') === 'template';
}

function templatePath(project: Project, task: Task, name: string): string | undefined {
  for (const play of project.plays) {
    try {
      return findLocal(name, {play, task, folder: 'templates'});
    } catch (error) {
      if (!(error instanceof LocalFileMissing)) throw error;
    }
  }
  return undefined;
}
