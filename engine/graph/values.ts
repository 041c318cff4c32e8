import type {Term} from '../language/term.js';
import type {Task} from '../load/project.js';
import {surelySkipped} from './argument-values.js';
import type {Draft} from './draft.js';
import {follow} from './follow.js';
import {createForeknown, type Foreknown} from './foreknown.js';
import type {TaskNode} from './graph.js';
import type {Walk} from './meeting.js';
import {typeOfName} from './name-types.js';
import {findProducers} from './producers.js';
import {taskSources, type TaskSource} from './task-sources.js';
import {createTypeCheck} from './types.js';
import {createLostAndFound} from './unknown-names.js';
import type {VariableUse} from './variables.js';

/** Follows every name that a node needs: values of other nodes become edges, and what is nowhere is a diagnostic. Nodes that are left out and wanted are kept to be observed. */
export function values(draft: Draft): void {
  const lostAndFound = createLostAndFound(draft);
  const bySource = new Map<Task, readonly TaskSource[]>();
  const walk: Walk = {
    draft,
    producers: findProducers(draft),
    lost: lostAndFound.add,
    skipped: skipping(draft),
    sources: (task) => {
      const known = bySource.get(task) ?? taskSources(task);
      bySource.set(task, known);
      return known;
    },
    gates: new Map(),
    everywhere: new Map(),
    wanted: [],
    termReferences: new Map(),
  };
  const checkTypes = createTypeCheck(draft);
  for (const node of [...draft.nodes.values()]) {
    if (node.kind === 'task' && !draft.left.has(node.id)) followNode(walk, node, checkTypes);
  }
  for (let node = walk.wanted.shift(); node; node = walk.wanted.shift()) followNode(walk, node, checkTypes);
  lostAndFound.report();
}

/** Tells which nodes are surely skipped; most graphs never ask. */
function skipping(draft: Draft): Walk['skipped'] {
  const {project, variables, options} = draft;
  let foreknown: Foreknown | undefined;
  return ({host, play, task}) => {
    foreknown ??= createForeknown(project, {variables, setsVariables: options.setsVariables});
    return surelySkipped({variables, foreknown, use: {host, play, task}, followed: new Map()});
  };
}

function followNode(walk: Walk, node: TaskNode, checkTypes: ReturnType<typeof createTypeCheck>): void {
  const use: VariableUse = {host: node.host, play: node.play, task: node.task};
  const seen = new Set<string | Term>();
  for (const source of walk.sources(node.task)) {
    let sound = true;
    for (const reference of source.references)
      sound = follow(walk, reference, {node, source, use, seen, usedAt: undefined, through: []}) && sound;
    if (sound) checkTypes(source, (name) => typeOfName(walk, name, {node, source, use}));
  }
}
