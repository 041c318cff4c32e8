import {existsSync, readFileSync} from 'node:fs';
import {relative, resolve} from 'node:path';
import {BadInput, problem, type Diagnostic} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {readYaml} from '../../yaml.js';

/** A line of the table: what is verified under one tag. */
export interface Row {
  /** The tag of the tasks that state it. */
  readonly name: string;
  /** One line of what it is about. */
  readonly about: string;
  /** Why nothing states it, where nothing does. */
  readonly absent?: string;
}

/** Reads the rows that are declared beside playbooks, in `NAME.rows.yml` for `NAME.yml`; undefined where none has such a file. Throws `BadInput`. */
export function readRows(playbooks: readonly string[], cwd: string): readonly Row[] | undefined {
  const files = playbooks.map((playbook) => resolve(cwd, playbook.replace(/\.[^./]+$/, '.rows.yml')));
  const there = [...new Set(files)].filter((file) => existsSync(file));
  if (there.length === 0) return undefined;
  const problems: Diagnostic[] = [];
  const rows = there.flatMap((file) => rowsIn(file, {shown: relative(cwd, file), problems}));
  if (problems.length > 0) throw new BadInput(problems);
  return rows;
}

function rowsIn(
  file: string,
  {shown, problems}: {readonly shown: string; readonly problems: Diagnostic[]},
): readonly Row[] {
  let read: unknown;
  try {
    read = readYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    problems.push(problem(`${shown} is no YAML: ${reasonOf(error)}`));
    return [];
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    problems.push(problem(`${shown}: expected a map, the rows by their names`));
    return [];
  }
  return Object.entries(read).flatMap(([name, value]: readonly [string, unknown]) => {
    const row = rowOf(name, value);
    if (row === undefined)
      problems.push(
        problem(`${shown}: row "${name}": expected {about: TEXT}, and {absent: TEXT} where nothing states it`),
      );
    return row ?? [];
  });
}

function rowOf(name: string, value: unknown): Row | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const {about, absent, ...more} = value as Readonly<Record<string, unknown>>;
  if (typeof about !== 'string' || Object.keys(more).length > 0) return undefined;
  if (absent === undefined) return {name, about};
  return typeof absent === 'string' ? {name, about, absent} : undefined;
}
