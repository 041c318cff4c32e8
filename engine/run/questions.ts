import type {ExecResult} from '../host.js';
import {NoAnswer, type AnyFactKind, type FactRequest} from '../task.js';
import {environmentKey, placeKey, type Where} from './place.js';

/** One question at one place. */
export interface Question {
  readonly where: Where;
  readonly request: FactRequest<unknown>;
}

/** A kind of fact could not be read: its script failed, or what it said is not what was expected. */
export class FactsFailed extends Error {
  override readonly name = 'FactsFailed';
  readonly result: ExecResult;
  /** Set where nobody answered: that may be mended. */
  readonly silence: NoAnswer | undefined;

  constructor(kind: string, reason: unknown, result: ExecResult) {
    super(`cannot read ${kind} facts: ${reason instanceof Error ? reason.message : String(reason)}`);
    this.result = result;
    this.silence = reason instanceof NoAnswer ? reason : undefined;
  }
}

/** Questions that one script can ask. */
export interface Group {
  readonly where: Where;
  readonly requests: readonly FactRequest<unknown>[];
}

/** Questions that one script can ask: at one place, of one kind or of kinds that are asked together. The same question twice is asked once. */
export function groups(questions: readonly Question[]): readonly Group[] {
  const found = new Map<string, {where: Where; requests: FactRequest<unknown>[]}>();
  const seen = new Set<string>();
  let last: {readonly where: Where; readonly place: string} | undefined;
  for (const {where, request} of questions) {
    const {name, together} = request.kind;
    const place = last?.where === where ? last.place : wordsOf(where);
    last = {where, place};
    const same = `${place}\0${name}\0${request.id}\0${JSON.stringify(request.key)}`;
    if (seen.has(same)) continue;
    seen.add(same);
    const group = `${place}\0${together ?? name}`;
    const present = found.get(group);
    if (present === undefined) found.set(group, {where, requests: [request]});
    else present.requests.push(request);
  }
  return [...found.values()];
}

function wordsOf(where: Where): string {
  return [where.machine, placeKey(where.place), environmentKey(where)].join('\0');
}

/** The questions of one kind in a script. */
interface Part {
  readonly kind: AnyFactKind;
  readonly requests: readonly FactRequest<unknown>[];
}

const keysOfAScript = 256;
/** Stands between what the scripts of two kinds said: no text of either holds it. */
const border = '\u001d';

/** The scripts that ask questions of one group: of each kind so many keys at once as are well asked. */
export function scriptsOf(requests: readonly FactRequest<unknown>[]): readonly (readonly Part[])[] {
  const kinds = [...new Set(requests.map(({kind}) => kind))];
  const scripts: Part[][] = [];
  for (const kind of kinds) {
    const own = requests.filter((request) => request.kind === kind);
    for (let index = 0; index * keysOfAScript < own.length; index++)
      (scripts[index] ??= []).push({kind, requests: own.slice(index * keysOfAScript, (index + 1) * keysOfAScript)});
  }
  return scripts;
}

/** The text of a script. */
export function textOf(parts: readonly Part[]): string {
  return parts
    .map(({kind, requests}) => kind.script(requests.map(({key}) => key)))
    .join(`\nprintf '\\035%s\\035' $?\n`);
}

/** What each kind of a script was told: its own part of the output, and its own status. */
export function resultsOf(parts: readonly Part[], result: ExecResult): readonly ExecResult[] {
  if (parts.length === 1) return [result];
  const said = result.stdout.split(border);
  return parts.map((_, index) => ({
    ...result,
    stdout: said[index * 2] ?? '',
    code: index === parts.length - 1 ? result.code : Number(said[index * 2 + 1] ?? result.code),
  }));
}

/** What a script said, as the answers to its questions. */
export function parsed(kind: AnyFactKind, keys: readonly unknown[], result: ExecResult): readonly unknown[] {
  let values: readonly unknown[];
  try {
    values = kind.parse(keys, result);
  } catch (error) {
    throw new FactsFailed(kind.name, error, result);
  }
  if (values.length !== keys.length)
    throw new Error(`Internal error: ${kind.name} gave ${values.length} answers to ${keys.length} questions`);
  return values;
}
