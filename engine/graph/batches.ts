import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import type {BatchSize, Play} from '../load/project.js';
import {tell, type Draft} from './draft.js';

type Size = Exclude<BatchSize, {readonly term: Term}>;

/** The hosts of a play in the batches that `serial` says: the last size serves for all that is left, a share is at least one host. */
export function batchesOf(draft: Draft, play: Play, hosts: readonly string[]): readonly (readonly string[])[] {
  const [first] = hosts;
  if (first === undefined) return [];
  const sizes = play.serial.flatMap((size) => sizesOf(draft, size, {play, host: first}));
  const batches: (readonly string[])[] = [];
  for (let from = 0; from < hosts.length; from += batches.at(-1)?.length ?? hosts.length) {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] ?? 0;
    const count = typeof size === 'number' ? size : Math.max(1, Math.floor((size.percent * hosts.length) / 100));
    batches.push(hosts.slice(from, count === 0 ? undefined : from + count));
  }
  return batches;
}

function sizesOf(
  draft: Draft,
  size: BatchSize,
  {play, host}: {readonly play: Play; readonly host: string},
): readonly Size[] {
  if (typeof size === 'number' || 'percent' in size) return [size];
  const {term} = size;
  try {
    return sizesIn(evaluate(term, draft.variables.known({host, play}))) ?? wrong(draft, term);
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    tell(draft, {
      at: error.at,
      message: `serial must be known before the first connection: ${error.message}`,
      hint: error.hint,
    });
    return [];
  }
}

function sizesIn(value: unknown): readonly Size[] | undefined {
  if (Array.isArray(value)) {
    const all = value.map(sizesIn);
    return all.every((each) => each !== undefined) ? all.flat() : undefined;
  }
  const text = String(value).trim();
  if (/^\d+$/.test(text)) return [Number(text)];
  return /^[1-9]\d*%$/.test(text) ? [{percent: Number(text.slice(0, -1))}] : undefined;
}

function wrong(draft: Draft, term: Term): readonly Size[] {
  const message = 'serial is neither a number nor a percentage like "30%"';
  tell(draft, {at: term.at, message, hint: 'give its variable one of these, or a list of them'});
  return [];
}
