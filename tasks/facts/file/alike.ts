import type {FileKey, FileState} from './state.js';

interface Answer {
  readonly keys: readonly FileKey[];
  readonly states: readonly FileState[];
}

const answers = new Map<string, Answer>();
/** As many as a folder of some thousand files takes on the machines that are asked at one time. */
const mostKept = 64;

/** The states of files as `read` tells them of an answer: where another machine gave the same answer to the same questions a moment ago, that machine's. */
export function readAlike(
  keys: readonly FileKey[],
  answer: string,
  read: () => readonly FileState[],
): readonly FileState[] {
  const present = answers.get(answer);
  if (present !== undefined && areSame(present.keys, keys)) return present.states;
  const states = read();
  answers.delete(answer);
  answers.set(answer, {keys, states});
  const [first] = answers.keys();
  if (answers.size > mostKept && first !== undefined) answers.delete(first);
  return states;
}

function areSame(some: readonly FileKey[], others: readonly FileKey[]): boolean {
  if (some.length !== others.length) return false;
  return some.every(({path, digest, content, times}, index) => {
    const other = others[index];
    return path === other?.path && digest === other.digest && content === other.content && times === other.times;
  });
}
