import type {Item, Play, Task} from '../load/project.js';
import {batchesOf} from './batches.js';
import {createChoice, type Choose} from './choose.js';
import {addGate, addNode, tell, type Batch, type Draft, type Step, type TaskStep} from './draft.js';
import type {NodeId, TaskNode} from './graph.js';
import {flushed} from './handlers.js';
import {placesOf, throttleOf} from './placement.js';

/** What expansion carries along within one batch of a play. */
interface Expansion {
  readonly draft: Draft;
  readonly play: Play;
  readonly hosts: readonly string[];
  /** Why the hosts are left out. */
  readonly left: string | undefined;
  readonly choose: (task: Task) => string | undefined;
  /** Tasks that may have notified since the last flush. */
  readonly notifiers: Task[];
  readonly counts: Map<string, number>;
}

/** Makes the nodes: plays × batches of hosts × tasks, handlers × hosts × flushes. */
export function expand(draft: Draft): void {
  const {project, selection} = draft;
  const limit = selection.limit === undefined ? undefined : new Set(draft.options.hostsOf(selection.limit));
  if (limit && !project.plays.some((play) => play.hosts.some((host) => limit.has(host)))) {
    const hint = `plays have ${[...new Set(project.plays.flatMap((play) => play.hosts))].slice(0, 12).join(', ')}`;
    tell(draft, {at: undefined, message: `--limit "${selection.limit ?? ''}" leaves no host of any play`, hint});
  }
  const choose = remembering(createChoice(draft));
  const counts = new Map<string, number>();
  for (const play of project.plays) {
    const hosts = play.hosts.filter((host) => limit?.has(host) ?? true);
    const others = play.hosts.filter((host) => !hosts.includes(host));
    const start = addGate(draft, 'play', {label: `start of "${play.name}"`});
    const expansion = (of: readonly string[], left?: string): Batch => {
      const steps = playSteps({
        draft,
        play,
        hosts: of,
        left,
        choose: (task) => choose(play, task),
        notifiers: [],
        counts,
      });
      return {hosts: of, left: left !== undefined, steps};
    };
    const planned = batchesOf(draft, play, hosts);
    draft.batches.set(play, planned);
    const batches = planned.map((batch) => expansion(batch));
    if (others.length > 0) batches.push(expansion(others, '--limit'));
    draft.plays.push({play, start, batches, end: addGate(draft, 'end', {label: `end of "${play.name}"`})});
  }
}

/** A task is asked for once for each batch, and must get the same answer. */
function remembering(choose: Choose): Choose {
  const answers = new Map<Play, Map<Task, string | undefined>>();
  return (play, task) => {
    const known = answers.get(play) ?? new Map<Task, string | undefined>();
    answers.set(play, known);
    if (!known.has(task)) known.set(task, choose(play, task));
    return known.get(task);
  };
}

function playSteps(expansion: Expansion): readonly Step[] {
  const {preTasks, roles, tasks, postTasks} = expansion.play.sections;
  // Ansible's flushes: after pre_tasks, after roles and tasks together, after post_tasks.
  return [preTasks, [...roles, ...tasks], postTasks].flatMap((section) => [
    ...steps(expansion, section, false),
    ...flush(expansion),
  ]);
}

function steps(expansion: Expansion, items: readonly Item[], rescue: boolean): readonly Step[] {
  return items.flatMap((item): readonly Step[] => {
    switch (item.kind) {
      case 'task':
        if (item.notify.length > 0) expansion.notifiers.push(item);
        return [taskStep(expansion, item, {rescue})];
      case 'block': {
        const tries = steps(expansion, item.block, rescue);
        if (item.rescue.length === 0 && item.always.length === 0) return tries;
        const label = item.name ?? 'block';
        return [
          {
            kind: 'block',
            label,
            tries,
            rescues: steps(expansion, item.rescue, true),
            always: steps(expansion, item.always, rescue),
          },
        ];
      }
      case 'meta':
        return flush(expansion);
    }
  });
}

function flush(expansion: Expansion): readonly Step[] {
  const notifiers = expansion.notifiers.splice(0);
  return flushed(expansion.draft, expansion.play, notifiers).map((handler) =>
    taskStep(expansion, handler.task, {handler}),
  );
}

function taskStep(
  expansion: Expansion,
  task: Task,
  more: {readonly rescue?: boolean; readonly handler?: TaskStep['handler']},
): TaskStep {
  const {draft, play, hosts} = expansion;
  const nodes = new Map<string, readonly TaskNode[]>();
  const position = draft.nodes.size;
  const reason = expansion.left ?? (more.handler ? undefined : expansion.choose(task));
  const same = {
    ...(more.handler ? {handler: true} : {}),
    ...(more.rescue ? {rescue: true} : {}),
    ...(task.keywords.runOnce && hosts.length > 1 ? {standsFor: hosts} : {}),
  };
  for (const host of task.keywords.runOnce ? hosts.slice(0, 1) : hosts) {
    const own = {...same, ...throttleOf(draft, {play, task, host})};
    const made = placesOf(draft, {play, task, host}).map(({lane, ...item}) => {
      const count = (expansion.counts.get(host) ?? 0) + 1;
      expansion.counts.set(host, count);
      const id = `${host}/${count}` as NodeId;
      const node: TaskNode = {kind: 'task', id, host, lane, play, task, position, ...item, ...own};
      if (reason !== undefined) draft.left.set(node.id, reason);
      return addNode(draft, node);
    });
    nodes.set(host, made);
  }
  const threshold = task.keywords.anyErrorsFatal ? 0 : play.maxFailPercentage;
  return {kind: 'task', task, handler: more.handler, nodes, threshold};
}
