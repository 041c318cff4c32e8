import {appendFileSync, mkdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import type {Digest} from '../plan/digest.js';
import type {Inputs} from '../plan/plan.js';
import {stampOf, taskFiles} from '../plan/task-files.js';
import type {PlanWatch} from '../run/plan-watch.js';

/** What a run was made of: kept beside its journal, so that it can be gone on with. */
export interface RunInputs {
  /** Digest of what the command line selected. */
  readonly selection: string;
  readonly inputs: Inputs;
  /** Files that nodes sent or rendered: by node, by absolute path, with their digests. */
  readonly nodes: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Where the inputs of a run lie: beside the folder of journals, under the same name. */
export function inputsPath(journal: string): string {
  return join(dirname(dirname(journal)), 'inputs', basename(journal));
}

/** Writes a run's inputs down while it goes on. Gives what is to be told of its journal, and what watches its plans. */
export function keepInputs(
  {selection, inputs}: Omit<RunInputs, 'nodes'>,
  digest: Digest,
): {readonly takeJournal: (path: string) => void; readonly watch: PlanWatch} {
  const stamps = new Map<string, string>();
  let path: string | undefined;
  const write = (line: unknown): void => {
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(line)}\n`, {mode: 0o600});
  };
  return {
    takeJournal(journal) {
      path = inputsPath(journal);
      mkdirSync(dirname(path), {recursive: true, mode: 0o700});
      write({selection, inputs});
    },
    watch: {
      planned(turn, {args}) {
        const files = taskFiles(turn, args).map((file) => {
          const stamp = stamps.get(file) ?? digest(stampOf(file));
          stamps.set(file, stamp);
          return [file, stamp] as const;
        });
        if (files.length > 0) write({node: turn.node.id, files: Object.fromEntries(files)});
      },
    },
  };
}

/** Reads what a run was made of; undefined where nothing of it was kept. */
export function readInputs(journal: string): RunInputs | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(inputsPath(journal), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [first, ...rest] = lines.map(parse);
  if (first?.inputs === undefined || first.selection === undefined) return undefined;
  const nodes = new Map<string, Readonly<Record<string, string>>>();
  for (const line of rest) if (line?.node !== undefined) nodes.set(line.node, {...nodes.get(line.node), ...line.files});
  return {selection: first.selection, inputs: first.inputs, nodes};
}

interface Line {
  readonly selection?: string;
  readonly inputs?: Inputs;
  readonly node?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** The last line of a run that was killed may be cut off. */
function parse(line: string): Line | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Line);
  } catch {
    return undefined;
  }
}
