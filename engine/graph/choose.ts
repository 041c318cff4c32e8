import {didYouMean} from '../language/near.js';
import type {Item, Play, Task} from '../load/project.js';
import {tell, type Draft} from './draft.js';

/** Tells for each task, asked in the order of the playbook, which option leaves it out. */
export type Choose = (play: Play, task: Task) => string | undefined;

/** Makes the choice by `--tags`, `--skip-tags` and `--start-at-task`; a tag that no task bears and a task that is not there are diagnostics. */
export function createChoice(draft: Draft): Choose {
  const {tags, skipTags, startAtTask} = draft.selection;
  const tasks = draft.project.plays.flatMap((play) =>
    allItems(play)
      .flatMap(tasksOf)
      .map((task) => ({task, tags: tagsOf(play, task)})),
  );
  checkTags(draft, new Set(tasks.flatMap((each) => [...each.tags])));
  const isStart = startAtTask === undefined ? undefined : nameMatcher(startAtTask);
  if (isStart && !tasks.some(({task}) => isStart(task))) {
    const hint = didYouMean(
      startAtTask ?? '',
      tasks.map(({task}) => task.name),
    );
    tell(draft, {at: undefined, message: `no task is named "${startAtTask ?? ''}" (--start-at-task)`, hint});
  }
  const first = isStart && tasks.find(({task}) => isStart(task))?.task;
  let started = first === undefined;
  return (play, task) => {
    started ||= task === first;
    if (!started) return '--start-at-task';
    return chosenByTags(tagsOf(play, task), {tags, skipTags});
  };
}

/** The tasks of an item, those of blocks included. */
export function tasksOf(item: Item): readonly Task[] {
  switch (item.kind) {
    case 'task':
      return [item];
    case 'block':
      return [...item.block, ...item.rescue, ...item.always].flatMap(tasksOf);
    case 'meta':
      return [];
  }
}

/** The items of all sections of a play, in order. */
export function allItems({sections}: Play): readonly Item[] {
  return [...sections.preTasks, ...sections.roles, ...sections.tasks, ...sections.postTasks];
}

function tagsOf(play: Play, task: Task): ReadonlySet<string> {
  return new Set([...play.tags, ...task.keywords.tags]);
}

const special: ReadonlySet<string> = new Set(['all', 'always', 'never', 'tagged', 'untagged']);

/** The option that leaves out a task with these tags, by Ansible's rules; undefined when it stays. */
export function chosenByTags(
  tags: ReadonlySet<string>,
  {tags: only, skipTags}: {readonly tags: readonly string[]; readonly skipTags: readonly string[]},
): string | undefined {
  const never = tags.has('never');
  const alwaysStays = tags.has('always') && !skipTags.includes('always');
  const wanted =
    only.length === 0
      ? !never
      : only.some(
          (tag) =>
            (tag === 'all' && !never) ||
            (tag === 'tagged' && tags.size > 0 && !never) ||
            (tag === 'untagged' && tags.size === 0) ||
            tags.has(tag),
        ) || alwaysStays;
  if (!wanted) return only.length === 0 ? 'its tag "never"' : '--tags';
  const skipped = skipTags.some(
    (tag) =>
      (tag === 'all' && !alwaysStays) ||
      (tag === 'tagged' && tags.size > 0) ||
      (tag === 'untagged' && tags.size === 0) ||
      tags.has(tag),
  );
  return skipped ? '--skip-tags' : undefined;
}

function checkTags(draft: Draft, known: ReadonlySet<string>): void {
  const asked = [
    ...draft.selection.tags.map((tag) => [tag, '--tags'] as const),
    ...draft.selection.skipTags.map((tag) => [tag, '--skip-tags'] as const),
  ];
  for (const [tag, option] of asked) {
    if (special.has(tag) || known.has(tag)) continue;
    const hint =
      didYouMean(tag, known) ?? (known.size === 0 ? 'no task has a tag' : `tags are ${[...known].sort().join(', ')}`);
    tell(draft, {at: undefined, message: `no task has the tag "${tag}" (${option})`, hint});
  }
}

function nameMatcher(wanted: string): (task: Task) => boolean {
  const pattern = new RegExp(
    `^${wanted
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return (task) =>
    [task.name, `${task.role?.name ?? ''} : ${task.name}`].some((name) => name === wanted || pattern.test(name));
}
