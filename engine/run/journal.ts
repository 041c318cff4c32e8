import {closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {Event} from '../event.js';

/** The events of one run, as JSON lines in a file. */
export interface Journal {
  readonly path: string;
  write(event: Event): void;
  close(): void;
}

/** So many runs of an inventory are kept, and no more bytes than this. */
export const retention = {runs: 50, bytes: 256 * 1024 * 1024};

/** Opens the journal of a run and drops the oldest ones. Each event is written at once, so that it is there when the run is killed. */
export function openJournal(folder: string, run: string, bounds: typeof retention = retention): Journal {
  const runs = join(folder, 'runs');
  mkdirSync(runs, {recursive: true, mode: 0o700});
  dropOldest(runs, bounds);
  const path = join(runs, `${run}.jsonl`);
  let file: number | undefined = openSync(path, 'a', 0o600);
  return {
    path,
    write(event) {
      if (file !== undefined) writeSync(file, `${JSON.stringify(event)}\n`);
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Makes room for one more run. What lies beside a journal under its name goes with it. */
function dropOldest(runs: string, bounds: typeof retention): void {
  const sizes = new Map<string, number>();
  for (const name of readdirSync(runs).sort()) {
    const run = name.replace(/\.[a-z]+$/, '');
    const size = statSync(join(runs, name), {throwIfNoEntry: false})?.size ?? 0;
    sizes.set(run, (sizes.get(run) ?? 0) + size);
  }
  let bytes = [...sizes.values()].reduce((all, size) => all + size, 0);
  let left = sizes.size;
  for (const [run, size] of sizes) {
    if (left < bounds.runs && bytes <= bounds.bytes) return;
    for (const ending of ['jsonl', 'inputs']) rmSync(join(runs, `${run}.${ending}`), {force: true});
    left--;
    bytes -= size;
  }
}
