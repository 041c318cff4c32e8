import {hasMagic, knownNames, magicValue} from '../graph/magic-values.js';
import {nothingSelected} from '../graph/standing.js';
import type {ScopeSources, ScopeUse} from './scope.js';

/** The names that stand in scope by themselves and need no other name: what `engine/load/names.ts` documents, without `vars`, `hostvars` and `environment`. */
export function magicMembers(sources: ScopeSources, use: ScopeUse): ReadonlyMap<string, () => unknown> {
  const {project, standing = nothingSelected} = sources;
  const known = [...knownNames]
    .filter((name) => hasMagic(name, use, {project}))
    .map((name): [string, () => unknown] => [name, () => magicValue(name, use, {project, standing})]);
  const facts = sources.variables.map((name): [string, () => unknown] => [
    name,
    () => sources.variable(use.host, name),
  ]);
  return new Map([...known, ...facts]);
}
