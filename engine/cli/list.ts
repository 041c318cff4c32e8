import {relative} from 'node:path';
import type {Graph} from '../graph/graph.js';
import type {Play, Task} from '../load/project.js';

/** What is listed of each play. */
export type Listed = 'hosts' | 'tasks' | 'tags';

export interface ListOptions {
  readonly what: readonly Listed[];
  /** Hosts that `--limit` leaves; undefined: all. */
  readonly limited: ReadonlySet<string> | undefined;
  readonly cwd: string;
}

/** Plays with their hosts, selected tasks or tags, in the form of `ansible-playbook --list-hosts`, `--list-tasks` and `--list-tags`. */
export function listText(graph: Graph, options: ListOptions): string {
  const tasks = selectedTasks(graph);
  const files = [...new Set(graph.project.plays.map(({file}) => file))];
  return files
    .map((file) => {
      const plays = graph.project.plays.filter((play) => play.file === file);
      const parts = plays.map((play, index) =>
        playText(play, {...options, number: index + 1, tasks: [...(tasks.get(play) ?? [])]}),
      );
      return `\nplaybook: ${relative(options.cwd, file)}\n${parts.join('')}`;
    })
    .join('');
}

/** The tasks of each play that a run would look at, in the order of the graph; handlers and what is only read are not among them. */
function selectedTasks(graph: Graph): ReadonlyMap<Play, ReadonlySet<Task>> {
  const tasks = new Map<Play, Set<Task>>();
  for (const node of graph.nodes.values()) {
    // A word to the engine is no task to Ansible's lists.
    if (node.kind !== 'task' || node.task.meta !== undefined) continue;
    if (node.handler === true || node.observed !== undefined) continue;
    const ofPlay = tasks.get(node.play) ?? new Set();
    tasks.set(node.play, ofPlay.add(node.task));
  }
  return tasks;
}

function playText(
  play: Play,
  options: ListOptions & {readonly number: number; readonly tasks: readonly Task[]},
): string {
  const lines = [`\n  play #${options.number} (${play.pattern}): ${play.name}\tTAGS: [${play.tags.join(',')}]`];
  if (options.what.includes('hosts')) {
    const hosts = play.hosts.filter((host) => options.limited?.has(host) ?? true);
    lines.push(
      `    pattern: ['${play.pattern}']`,
      `    hosts (${hosts.length}):`,
      ...hosts.map((host) => `      ${host}`),
    );
  }
  if (options.what.includes('tasks')) {
    lines.push(
      '    tasks:',
      ...options.tasks.map((task) => `      ${titleOf(task)}\tTAGS: [${tagsOf(task).join(', ')}]`),
    );
  }
  if (options.what.includes('tags')) {
    lines.push(`      TASK TAGS: [${[...new Set(options.tasks.flatMap(tagsOf))].sort().join(', ')}]`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function titleOf(task: Task): string {
  // Without a name of its own a task is called by its module alone.
  return task.role === undefined || task.name === task.module ? task.name : `${task.role.name} : ${task.name}`;
}

function tagsOf(task: Task): readonly string[] {
  return [...new Set(task.keywords.tags)].sort();
}
