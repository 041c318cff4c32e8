import type {GraphOptions} from '../graph/build.js';
import {selectHosts} from '../load/host-pattern.js';
import type {Project} from '../load/project.js';
import {packageSchemas} from '../load/schema.js';
import type {Registry} from '../task.js';
import {packageVersion} from './version.js';

/** What a graph is built with: the names of facts, and what modules register. */
export function graphOptions(project: Project, registry: Registry): GraphOptions {
  return {
    version: packageVersion(),
    names: new Set(Object.keys(registry.variables)),
    schemaOfName: (name) => registry.variables[name]?.kind.schema,
    hostsOf: (pattern) => selectHosts(project.inventory, pattern),
    returnsOf: (module) => packageSchemas().module(module)?.['returns'],
    validatorOf: (module) => packageSchemas().moduleValidator(module),
    setsVariables: (module) => registry.modules.get(module)?.setsVariables === true,
  };
}
