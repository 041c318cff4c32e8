import type {Case} from './case.js';
import {taskName} from './playbook.js';
import {isCheck, passes, type Pass, type PassResults, type TaskResult} from './result.js';
import {lineDifference} from './snapshot.js';

/** What one engine did with all cases. */
export interface Performance {
  readonly results: Readonly<Record<Pass, PassResults>>;
  /** The state of a case before the first pass and after each, as lines. */
  readonly states: (each: Case) => Readonly<Record<'setup' | Pass, readonly string[]>>;
}

/** One way in which the engines differ: a pass's words, `state`, `state again`, `values`, `refused`, or `touched` (a check of ours that wrote). */
export interface Difference {
  readonly aspect: string;
  /** What a person needs to judge it. */
  readonly details: readonly string[];
}

const lost: TaskResult = {said: 'lost', values: {}, message: 'no result was told'};

interface Pair {
  readonly ansible: Performance;
  readonly ours: Performance;
}

function resultsIn(performance: Performance, pass: Pass, each: Case, count: number): readonly TaskResult[] {
  return Array.from({length: count}, (_, index) => performance.results[pass].get(taskName(each, index)) ?? lost);
}

function words(results: readonly TaskResult[]): string {
  return results.map(({said, message}) => (message === '' ? said : `${said} (${message.slice(0, 400)})`)).join(', ');
}

function wordsDiffer(each: Case, pass: Pass, {ansible, ours}: Pair): readonly Difference[] {
  const theirs = resultsIn(ansible, pass, each, each.ansible.length);
  const own = resultsIn(ours, pass, each, each.ours.length);
  const same = theirs.map(({said}) => said).join() === own.map(({said}) => said).join();
  return same ? [] : [{aspect: pass, details: [`Ansible: ${words(theirs)}`, `we: ${words(own)}`]}];
}

function valuesDiffer(each: Case, {ansible, ours}: Pair): readonly Difference[] {
  const details = (['run', 'again'] as const).flatMap((pass) => {
    const theirs = resultsIn(ansible, pass, each, each.ansible.length).at(-1) ?? lost;
    const own = resultsIn(ours, pass, each, each.ours.length).at(-1) ?? lost;
    return each.values
      .map((path) => [path, at(theirs.values, path), at(own.values, path)] as const)
      .filter(([, left, right]) => left !== right)
      .map(([path, left, right]) => `${pass} ${path}: Ansible ${left}, we ${right}`);
  });
  return details.length === 0 ? [] : [{aspect: 'values', details}];
}

/** The member at a path of dots, as JSON with its keys in order. */
function at(values: unknown, path: string): string {
  let value = values;
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}

/** A line without what time and chance make of a name: of a copy that was kept, of a temporary file. */
function withoutChance(line: string): string {
  return line
    .replaceAll(/\.(\d+\.)?\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~/g, '.BACKUP~')
    .replaceAll(/\b(ansible|u7s)\.[a-z0-9_]{8,12}/g, 'TEMPORARY')
    .replaceAll(/\bpre[a-z0-9_]{8,12}\.suf/g, 'TEMPORARY');
}

/** The lines of a state that are compared. */
function seen({hide}: Case, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !hide.some((path) => line.startsWith(`./${path}`))).map(withoutChance);
}

function statesDiffer(each: Case, {ansible, ours}: Pair): readonly Difference[] {
  const [theirs, own] = [ansible.states(each), ours.states(each)];
  const differences: Difference[] = [];
  const after = (['run', 'again'] as const).map((pass) =>
    lineDifference(seen(each, theirs[pass]), seen(each, own[pass])),
  );
  for (const [index, aspect] of ['state', 'state again'].entries()) {
    const details = after[index] ?? [];
    // What differs after the first run is not told twice.
    if (details.length > 0 && details.join('\n') !== after[index - 1]?.join('\n')) differences.push({aspect, details});
  }
  const steps = ['setup', ...passes] as const;
  const touched = passes
    .filter(isCheck)
    .flatMap((pass) => lineDifference(own[steps[steps.indexOf(pass) - 1]!], own[pass]));
  if (touched.length > 0) differences.push({aspect: 'touched', details: touched});
  return differences;
}

/** Whether Ansible fails the case where we refuse it before anything is touched. */
function bothRefuse(each: Case, {ansible}: Pair): boolean {
  return resultsIn(ansible, 'run', each, each.ansible.length).some(({said}) => said === 'failed');
}

/** All ways in which the engines differ in a case. */
export function differencesOf(each: Case, pair: Pair): readonly Difference[] {
  const refused = resultsIn(pair.ours, 'run', each, each.ours.length).filter(({said}) => said === 'refused');
  if (refused.length > 0) {
    return bothRefuse(each, pair) ? [] : [{aspect: 'refused', details: refused.map(({message}) => message)}];
  }
  return [
    ...passes.flatMap((pass) => wordsDiffer(each, pass, pair)),
    ...valuesDiffer(each, pair),
    ...statesDiffer(each, pair),
  ];
}
