import {badInput} from '../diagnostic.js';
import type {Graph, NodeId, TaskNode} from '../graph/graph.js';
import type {Task} from '../load/project.js';
import {turnOf} from '../run/node-turn.js';
import {skippedRecord} from '../run/record.js';
import {remember} from '../run/remember.js';
import type {RunOptions} from '../run/run.js';
import {ask, NotAnswered} from './ask.js';

/** What makes a run ask before each task. */
export type Stepping = Required<Pick<RunOptions, 'instead' | 'watches' | 'readAhead'>>;

/** `interrupted`: the user wants no answer of it, but the end of the run. */
type Answer = 'yes' | 'no' | 'interrupted';

interface Question {
  readonly task: Task;
  readonly place: number;
  readonly resolve: (answer: Answer) => void;
}

/** Asks once for each task, when nothing else runs, before its hosts do anything for it. `before` may end a node without asking. */
export function askEachTask(
  graph: Graph,
  {
    question = askAtTerminal,
    before,
  }: {readonly question?: (text: string) => Promise<string | undefined>; readonly before?: RunOptions['instead']} = {},
): Stepping {
  const places = new Map<NodeId, number>([...graph.nodes.keys()].map((id, index) => [id, index]));
  const answers = new Map<Task, Promise<Answer>>();
  const waiting: Question[] = [];
  const running = new Set<TaskNode>();
  let asking = false;
  /** What is answered without asking. */
  let always: Answer | undefined;

  /** The first task in the order of the graph is asked for first. */
  function next(): void {
    if (asking || running.size > 0) return;
    waiting.sort((one, other) => one.place - other.place);
    const first = waiting.shift();
    if (first === undefined) return;
    asking = true;
    void answer(first.task).then((answered) => {
      first.resolve(answered);
      // Those who waited for the answer begin before the next question.
      setImmediate(() => {
        asking = false;
        next();
      });
    });
  }

  async function answer(task: Task): Promise<Answer> {
    if (always !== undefined) return always;
    const title = task.role === undefined ? task.name : `${task.role.name} : ${task.name}`;
    const said = await question(`Perform task: TASK: ${title} (N)o/(y)es/(c)ontinue`);
    const word = said?.trim().toLowerCase();
    if (word === undefined) always = 'interrupted';
    if (word === 'c' || word === 'continue') always = 'yes';
    return always ?? (word === 'y' || word === 'yes' ? 'yes' : 'no');
  }

  function answerFor({id, task}: TaskNode): Promise<Answer> {
    const known = answers.get(task);
    if (known !== undefined) return known;
    const asked = new Promise<Answer>((resolve) => {
      waiting.push({task, place: places.get(id) ?? 0, resolve});
      setImmediate(next);
    });
    answers.set(task, asked);
    return asked;
  }

  return {
    readAhead: false,
    async instead(run, node) {
      const ready = await before?.(run, node);
      if (ready !== undefined) return ready;
      switch (await answerFor(node)) {
        case 'yes':
          running.add(node);
          return undefined;
        case 'no':
          remember(turnOf(run, node, {mayRead: false}), skippedRecord);
          return {outcome: {status: 'skipped', reason: 'not wanted (--step)'}, values: skippedRecord, bug: false};
        case 'interrupted':
          return {outcome: {status: 'interrupted'}, values: {}, bug: false};
      }
    },
    watches: [
      {
        planned: () => undefined,
        ended(node, outcome) {
          running.delete(node);
          setImmediate(next);
          return outcome;
        },
      },
    ],
  };
}

/** Throws `BadInput` where nobody sits at the terminal. */
export function demandTerminal(): void {
  if (process.stdin.isTTY) return;
  throw badInput('--step asks before each task, and there is no terminal to ask at');
}

/** Ctrl-C at a question is an interrupt of the run: undefined. */
async function askAtTerminal(text: string): Promise<string | undefined> {
  try {
    return await ask(text, {instead: '', shown: true});
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    const heard = new Promise((resolve) => process.once('SIGINT', resolve));
    process.kill(process.pid, 'SIGINT');
    await heard;
    return undefined;
  }
}
