import {didYouMean} from '../language/near.js';
import type {Handler, Play, Task} from '../load/project.js';
import {tell, type Draft} from './draft.js';

/** The handlers that a task means by a word: the last one of that name, and all that listen to it. Where a role is used more than once, those of the task's own use. */
export function handlersNamed(play: Play, word: string, by: Task): readonly Handler[] {
  const within = play.handlers.filter(
    ({task: {role}}) => role === by.role || role === undefined || role.path !== by.role?.path,
  );
  const named = within.findLast(
    ({task}) => task.name === word || (task.role !== undefined && `${task.role.name} : ${task.name}` === word),
  );
  return within.filter((handler) => handler === named || handler.listen.includes(word));
}

/** Handlers that a flush must hold when these tasks ran before it, those that they notify in turn included; in definition order where notifying allows. */
export function flushed(draft: Draft, play: Play, notifiers: readonly Task[]): readonly Handler[] {
  const wanted = new Set<Handler>();
  const collect = (task: Task): void => {
    for (const {name, at} of task.notify) {
      const handlers = handlersNamed(play, name, task);
      if (handlers.length === 0) {
        const hint = didYouMean(
          name,
          play.handlers.flatMap((handler) => [handler.task.name, ...handler.listen]),
        );
        tell(draft, {at, message: `no handler of this play is named "${name}" or listens to it`, hint});
      }
      for (const handler of handlers) {
        if (wanted.has(handler)) continue;
        wanted.add(handler);
        collect(handler.task);
      }
    }
  };
  for (const task of notifiers) collect(task);
  return inOrder(play, wanted);
}

function inOrder(play: Play, wanted: ReadonlySet<Handler>): readonly Handler[] {
  const ordered = new Set<Handler>();
  const visiting = new Set<Handler>();
  const visit = (handler: Handler): void => {
    if (ordered.has(handler) || visiting.has(handler)) return;
    visiting.add(handler);
    for (const other of wanted) {
      if (other.task.notify.some(({name}) => handlersNamed(play, name, other.task).includes(handler))) visit(other);
    }
    ordered.add(handler);
  };
  for (const handler of play.handlers) if (wanted.has(handler)) visit(handler);
  return [...ordered];
}
