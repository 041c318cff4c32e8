import {hasMagic, knownNames, magicValue} from '../graph/magic-values.js';
import {nothingSelected} from '../graph/standing.js';
import type {ScopeSources, ScopeUse} from './scope.js';

/** A name that stands in scope by itself and needs no other name: what `engine/load/names.ts` documents, without `vars`, `hostvars` and `environment`. */
export function magicMember(
  sources: ScopeSources,
  {use, name}: {readonly use: ScopeUse; readonly name: string},
): (() => unknown) | undefined {
  if (sources.variables.includes(name)) return () => sources.variable(use.host, name);
  const {project, standing = nothingSelected} = sources;
  return hasMagic(name, use, {project}) ? () => magicValue(name, use, {project, standing}) : undefined;
}

/** All such names. */
export function magicMemberNames(sources: ScopeSources, use: ScopeUse): readonly string[] {
  const {project, variables} = sources;
  return [...[...knownNames].filter((name) => hasMagic(name, use, {project})), ...variables];
}
