import {placed, type Case, type Places, type TaskText} from './case.js';

/** A playbook of many cases, and where in it each task stands. */
export interface Playbook {
  readonly text: string;
  /** The case of each line that is a task, by the line's number (from 1). */
  readonly lines: ReadonlyMap<number, Case>;
}

/** The name of a case's task, by which its results are known again. */
export function taskName({folder}: Case, index: number): string {
  return `${folder}#${index}`;
}

function head(strategy: string | undefined): readonly string[] {
  return [
    '- hosts: twin',
    '  gather_facts: false',
    '  ignore_errors: true',
    ...(strategy === undefined ? [] : [`  strategy: ${strategy}`]),
    '  tasks:',
  ];
}

/** One task a line, so that a diagnostic's line tells its case. Every task runs, whatever becomes of those before it. */
export function playbookOf(
  cases: readonly Case[],
  tasksOf: (each: Case) => readonly TaskText[],
  {
    places,
    strategyOf = () => undefined,
  }: {
    readonly places: Places;
    /** Ansible's word for how the tasks of a case are done. */
    readonly strategyOf?: (each: Case) => string | undefined;
  },
): Playbook {
  const lines: string[] = [];
  const known = new Map<number, Case>();
  for (const strategy of new Set(cases.map(strategyOf))) {
    lines.push(...head(strategy));
    for (const each of cases.filter((one) => strategyOf(one) === strategy)) {
      for (const [index, task] of tasksOf(each).entries()) {
        known.set(lines.length + 1, each);
        lines.push(`    - ${JSON.stringify({name: taskName(each, index), ...placed(task, each, places)})}`);
      }
    }
  }
  return {text: lines.join('\n') + '\n', lines: known};
}
