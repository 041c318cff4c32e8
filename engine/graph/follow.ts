import {referencesOf, type PlacedReference} from '../language/evaluate.js';
import {didYouMean} from '../language/near.js';
import {EvaluationFailed, SourceFailed} from '../language/reference.js';
import type {Span} from '../span.js';
import {tell} from './draft.js';
import {explainName} from './ansible-names.js';
import type {TaskNode} from './graph.js';
import {linkValues} from './link-values.js';
import {lose, memberThere, type Following, type Meeting, type Path, type Walk} from './meeting.js';
import {itemType, ownType, productionsFor, typeOf} from './name-types.js';
import {hasMagic, knownNames} from './magic-values.js';
import {itemsOf} from './placement.js';
import {taskNameTypes, typeOfMagic} from './types.js';
import type {Lost} from './unknown-names.js';
import {magicNames, type Variable, type VariableUse} from './variables.js';

/** Follows a reference to all that it needs, and tells whether that is there. */
export function follow(walk: Walk, reference: PlacedReference, at: Meeting): boolean {
  const [root, ...rest] = reference.path;
  if (typeof root !== 'string') return true;
  const {loopVar, indexVar} = at.node.task.loopControl;
  if (at.source.looped && root === indexVar) return true;
  if (at.source.looped && root === loopVar) {
    return memberThere(walk, {reference, at, path: reference.path, type: itemType(at.node.task), from: 1});
  }
  if (at.source.ownResult && root === at.node.task.register)
    return memberThere(walk, {reference, at, path: reference.path, type: ownType(walk, at.node.task), from: 1});
  const engineName = engineNames.get(root);
  if (engineName) {
    const hint = engineName(at);
    if (hint !== undefined && reference.optional === undefined)
      lose(walk, {reference, at}, {message: `"${root}" is not there`, hint: () => hint});
    if (hint !== undefined) return reference.optional !== undefined;
    const type = taskNameTypes.get(root) ?? 'any';
    return memberThere(walk, {reference, at, path: reference.path, type, from: 1});
  }
  if (root === 'hostvars') return pathsOf(walk, reference, at).every((path) => followHost(walk, {reference, at, path}));
  if (root === 'vars')
    return (
      typeof rest[0] !== 'string' ||
      followName(walk, {reference, at, path: rest, optional: reference.optional !== undefined})
    );
  if (knownNames.has(root) && !hasMagic(root, at.node, walk.draft) && reference.optional === undefined) {
    lose(walk, {reference, at}, {message: `"${root}" is not there`, hint: () => 'it is there in the tasks of roles'});
    return false;
  }
  if (magicNames.has(root) || walk.draft.options.names.has(root)) {
    return memberThere(walk, {reference, at, path: reference.path, type: typeOfMagic(root, walk.draft), from: 1});
  }
  return followName(walk, {reference, at, path: reference.path, optional: reference.optional === 'name'});
}

const looped = ({source, node: {task}}: Meeting): string | undefined =>
  source.looped && task.loop !== undefined ? undefined : 'it is there in the items of a loop';
const rescuing = ({node}: Meeting): string | undefined =>
  node.rescue === true ? undefined : 'it is there in the tasks of a "rescue"';

/** Names that only some tasks have: why this one has not, or undefined where it has. */
const engineNames: ReadonlyMap<string, (at: Meeting) => string | undefined> = new Map([
  ['ansible_loop_var', looped],
  [
    'ansible_index_var',
    (at) => looped(at) ?? (at.node.task.loopControl.indexVar ? undefined : 'set "loop_control: {index_var: index}"'),
  ],
  [
    'ansible_loop',
    (at) => looped(at) ?? (at.node.task.loopControl.extended ? undefined : 'set "loop_control: {extended: true}"'),
  ],
  ['ansible_failed_task', rescuing],
  ['ansible_failed_result', rescuing],
]);

/** The paths that a reference to another host's values means: with its indexes evaluated where that is possible now. */
function pathsOf({draft}: Walk, reference: PlacedReference, at: Meeting): readonly Path[] {
  if (reference.path[1] !== null || !reference.resolve) return [reference.path];
  const {resolve} = reference;
  const {task} = at.node;
  const items = at.source.looped ? itemsOf(draft, at.node) : undefined;
  const locals = items?.map((item, index) => ({
    [task.loopControl.loopVar]: item,
    ...(task.loopControl.indexVar === undefined ? {} : {[task.loopControl.indexVar]: index}),
  }));
  try {
    return (locals ?? [{}]).map((bound) => resolve(draft.variables.known(at.use, bound)));
  } catch (error) {
    if (error instanceof EvaluationFailed || error instanceof SourceFailed) return [reference.path];
    throw error;
  }
}

function followHost(walk: Walk, {reference, at, path}: Following): boolean {
  const [, host, name] = path;
  const {hosts} = walk.draft.project.inventory;
  if (typeof host === 'string' && !hosts.has(host)) {
    if (reference.optional === undefined)
      lose(
        walk,
        {reference, at},
        {message: `"${host}" is no host of the inventory`, hint: () => didYouMean(host, hosts.keys())},
      );
    return reference.optional !== undefined;
  }
  if (typeof name !== 'string') return true;
  if (walk.draft.options.names.has(name))
    return memberThere(walk, {reference, at, path, type: typeOfMagic(name, walk.draft), from: 3});
  if (typeof host === 'string') {
    const there: Meeting = {...at, use: {host}};
    return followName(walk, {reference, at: there, path: path.slice(2), optional: reference.optional !== undefined});
  }
  return followEverywhere(walk, {reference, at, name});
}

/** The host is told at run time: the value of any host may be wanted. */
function followEverywhere(
  walk: Walk,
  {reference, at, name}: Omit<Following, 'path'> & {readonly name: string},
): boolean {
  const hosts = [...walk.draft.project.inventory.hosts.keys()];
  const nodes = producedEverywhere(walk, name, at.node.position);
  let found = nodes.length > 0;
  for (const host of hosts) {
    const variable = walk.draft.variables.find({host}, name);
    if (!variable) continue;
    found = true;
    followTerm(walk, {...at, use: {host}}, {variable, name, usedAt: reference.at});
  }
  linkValues(walk, {node: at.node, name, nodes});
  if (found || reference.optional !== undefined) return true;
  const hint = (): string | undefined =>
    didYouMean(
      name,
      hosts.flatMap((host) => namesOf(walk, {host})),
    );
  lose(walk, {reference, at}, {message: `no host has "${name}"`, hint});
  return false;
}

/** Who gives a name its value on each host; the same list for all who ask at the same place, so that they share a gate. */
function producedEverywhere({producers, everywhere}: Walk, name: string, position: number): readonly TaskNode[] {
  const key = `${name} ${position}`;
  const known = everywhere.get(key);
  if (known) return known;
  const nodes = producers.hosts(name).flatMap((host) => {
    const counting = producers.before(name, host, position) ?? producers.of(name, host).slice(-1);
    return counting.flatMap((production) => production.nodes);
  });
  const distinct = [...new Set(nodes)];
  everywhere.set(key, distinct);
  return distinct;
}

/** Follows a variable or a registered name of the host that counts. */
function followName(walk: Walk, {reference, at, path, optional}: Following & {readonly optional: boolean}): boolean {
  const name = String(path[0]);
  const {host} = at.use;
  const variable = walk.draft.variables.find(at.use, name);
  const productions = productionsFor(walk, at, name);
  if (variable) followTerm(walk, at, {variable, name, usedAt: reference.at});
  if (productions)
    linkValues(walk, {node: at.node, name, nodes: productions.flatMap((production) => production.nodes)});
  if (!variable && !productions) {
    if (optional) return true;
    lose(walk, {reference, at}, nowhere(walk, {name, path, at}));
    return false;
  }
  return memberThere(walk, {reference, at, path, type: typeOf(walk, {variable, productions, host}), from: 1});
}

function nowhere(
  walk: Walk,
  {name, path, at}: {readonly name: string; readonly path: Path; readonly at: Meeting},
): Pick<Lost, 'message' | 'hint'> {
  // Through hostvars the host is named by whoever asks, the host itself among them.
  const owner = at.use.task === undefined || at.use.host !== at.node.host ? ` on "${at.use.host}"` : '';
  const [later] = walk.producers.of(name, at.use.host);
  if (later)
    return {
      message: `"${name}" gets its value only later, by "${later.task.name}" (${later.task.at.file}:${later.task.at.line})`,
      hint: undefined,
    };
  const explained = explainName(path);
  if (explained) return {message: explained.message, hint: () => explained.hint};
  return {message: `"${name}" is not defined${owner}`, hint: () => didYouMean(name, namesOf(walk, at.use))};
}

function namesOf({draft, producers}: Walk, use: VariableUse): readonly string[] {
  return [
    ...draft.variables.names(use),
    ...producers.names(use.host),
    ...(use.task ? magicNames : []),
    ...(use.task ? draft.options.names : []),
  ];
}

function followTerm(
  walk: Walk,
  at: Meeting,
  {variable, name, usedAt}: {readonly variable: Variable; readonly name: string; readonly usedAt: Span},
): void {
  const {term} = variable;
  const {host} = at.use;
  const references = walk.termReferences.get(term) ?? referencesOf(term);
  walk.termReferences.set(term, references);
  const again = at.through.findIndex((each) => each.name === name && each.host === host);
  if (again !== -1) {
    tellCycle(walk, [...at.through.slice(again), {name, host, at: usedAt}]);
    return;
  }
  const key = host === at.node.host ? term : `${host} ${name}`;
  if (references.length === 0 || at.seen.has(key)) return;
  at.seen.add(key);
  const through = [...at.through, {name, host, at: usedAt}];
  for (const reference of references) follow(walk, reference, {...at, through, usedAt: at.usedAt ?? usedAt});
}

/** A variable whose value is made of itself never gets one. */
function tellCycle({draft}: Walk, through: Meeting['through']): void {
  const [first, ...rest] = through;
  if (!first) return;
  const shown = ({name, host}: Meeting['through'][number]): string =>
    host === first.host ? name : `hostvars.${host}.${name}`;
  tell(draft, {
    at: rest[0]?.at,
    message: `the variable "${first.name}" needs itself: ${through.map(shown).join(' → ')}`,
    hint: 'give one of them a value of its own',
    trail: rest.map((each) => ({at: each.at, message: `"${each.name}" is needed here`})),
  });
}
