import {closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import type {Event} from '../event.js';

/** The events of one run, as JSON lines in a file. */
export interface Journal {
  readonly path: string;
  write(event: Event): void;
  close(): void;
}

const kept = 50;

/** Opens the journal of a run and drops the oldest ones. Each event is written at once, so that it is there when the run is killed. */
export function openJournal(folder: string, run: string): Journal {
  const runs = join(folder, 'runs');
  mkdirSync(runs, {recursive: true, mode: 0o700});
  const older = readdirSync(runs)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  for (const name of older.slice(0, Math.max(0, older.length - kept + 1))) rmSync(join(runs, name), {force: true});
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
