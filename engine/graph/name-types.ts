import {commonType, type ValueType} from '../language/value-type.js';
import type {Task} from '../load/project.js';
import type {Meeting, Walk} from './meeting.js';
import type {Production} from './producers.js';
import {taskNameTypes, typeOfMagic, typeOfResult, typeOfTerm} from './types.js';
import {magicNames, setAtRunTime, type Variable} from './variables.js';

/** What gives a name its value at the node's turn; for another host also what comes later, since the edge makes it come first. */
export function productionsFor(
  {producers}: Walk,
  {node, use}: Meeting,
  name: string,
): readonly Production[] | undefined {
  const before = producers.before(name, use.host, node.position);
  if (before || use.host === node.host) return before;
  const all = producers.of(name, use.host);
  return all.length === 0 ? undefined : all.slice(-1);
}

/** The type of a variable, or of what gives a name its value at run time. */
export function typeOf(
  {draft}: Walk,
  {
    variable,
    productions,
  }: {
    readonly variable: Variable | undefined;
    readonly productions: readonly Production[] | undefined;
    readonly host: string;
  },
): ValueType {
  if (productions && variable) return variable.layer.rank > setAtRunTime ? typeOfTerm(variable.term) : 'any';
  if (productions)
    return commonType(
      productions.map(({task}) => (task.register === undefined ? 'any' : typeOfResult(task, draft.options))),
    );
  return variable ? typeOfTerm(variable.term) : 'any';
}

/** The type of a task's own result, as its `until` sees it. */
export function ownType({draft}: Walk, task: Task): ValueType {
  // Inside a loop the result is that of one item.
  return task.loop === undefined ? typeOfResult(task, draft.options) : 'any';
}

/** The type of a name where a source uses it. */
export function typeOfName(
  walk: Walk,
  name: string,
  {node, source, use}: Pick<Meeting, 'node' | 'source' | 'use'>,
): ValueType {
  const {loopVar, indexVar} = node.task.loopControl;
  if (source.looped && name === loopVar) return itemType(node.task);
  if (source.looped && name === indexVar) return 'int';
  if (source.ownResult && name === node.task.register) return ownType(walk, node.task);
  const ofTask = taskNameTypes.get(name);
  if (ofTask !== undefined) return ofTask;
  if (magicNames.has(name)) return typeOfMagic(name, walk.draft);
  const at: Meeting = {node, source, use, seen: new Set(), usedAt: undefined, through: []};
  return typeOf(walk, {
    variable: walk.draft.variables.find(use, name),
    productions: productionsFor(walk, at, name),
    host: use.host,
  });
}

/** The type of a loop's item, where the list is written in the task. */
export function itemType({loop}: Task): ValueType {
  const type = loop?.kind === 'list' ? typeOfTerm(loop) : 'any';
  return typeof type === 'object' && 'list' in type ? type.list : 'any';
}
