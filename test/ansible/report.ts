import type {Case} from './case.js';
import type {Difference} from './compare.js';
import {lineDifference} from './snapshot.js';
import {judgeCase, type KnownReason, type Verdict} from './known.js';

/** A case and all ways in which the engines differ in it. */
export interface Judged {
  readonly case: Pick<Case, 'id' | 'module'>;
  readonly differences: readonly Difference[];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** The report's lines: a table by module, the reasons, and what is wrong; `good` is whether nothing is. */
export function reportOf(
  judged: readonly Judged[],
  known: readonly KnownReason[],
): {readonly lines: readonly string[]; readonly good: boolean} {
  const verdicts = new Map<string, Verdict>(
    judged.map(({case: {id}, differences}) => [id, judgeCase(id, differences, known)]),
  );
  const modules = [...new Set(judged.map(({case: {module}}) => module))];
  const count = (of: readonly Judged[]): readonly string[] => {
    const unlisted = of.filter(({case: {id}}) => (verdicts.get(id)?.unlisted.length ?? 0) > 0).length;
    const equal = of.filter(({differences}) => differences.length === 0).length;
    return [of.length, equal, of.length - equal - unlisted, unlisted].map(String);
  };
  const rows = [
    ['module', 'cases', 'equal', 'known', 'unlisted'],
    ...modules.map((module) => [module, ...count(judged.filter((each) => each.case.module === module))]),
    ['all', ...count(judged)],
  ];
  const reasons = known.flatMap(({reason}) => {
    const cases = [...verdicts.values()].filter((verdict) => verdict.reasons.includes(reason)).length;
    return cases === 0 ? [] : [`${String(cases).padStart(4)}  ${reason}`];
  });
  const problems = [...verdicts].flatMap(([id, {unlisted, gone}]) => [
    ...unlisted.flatMap(({aspect, details}) => [`${id}: ${aspect}`, ...details.map((line) => `    ${line}`)]),
    ...gone.map((aspect) => `${id}: '${aspect}' is listed in differences.yml and no longer differs`),
  ]);
  return {
    lines: [
      ...table(rows),
      '',
      'cases that differ by reason:',
      ...reasons,
      ...(problems.length > 0 ? ['', ...problems] : []),
    ],
    good: problems.length === 0,
  };
}

/** What became of the machines beside the cases, as cases of their own: one for each list. */
export function machineCases({
  ansible,
  ours,
}: Readonly<
  Record<'ansible' | 'ours', {readonly machine: ReadonlyMap<string, readonly string[]>}>
>): readonly Judged[] {
  return [...ansible.machine].map(([name, lines]) => {
    const details = lineDifference(lines, ours.machine.get(name) ?? []);
    return {
      case: {id: `machine/${name}`, module: 'machine'},
      differences: details.length === 0 ? [] : [{aspect: 'state', details}],
    };
  });
}
