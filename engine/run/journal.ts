import {closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync} from 'node:fs';
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

/** Characters that wait for the others of their moment. */
const mostWaiting = 64 * 1024;

/**
 * Opens the journal of a run and drops the oldest ones. What happens in one moment is written at its end, before the answer of any machine is heard,
 * so that it is there when the run is killed.
 */
export function openJournal(folder: string, run: string, bounds: typeof retention = retention): Journal {
  const runs = join(folder, 'runs');
  mkdirSync(runs, {recursive: true, mode: 0o700});
  dropOldest(folder, bounds);
  const path = join(runs, `${run}.jsonl`);
  let file: number | undefined = openSync(path, 'a', 0o600);
  let waiting = '';
  const flush = (): void => {
    if (file !== undefined && waiting !== '') writeSync(file, waiting);
    waiting = '';
  };
  return {
    path,
    write(event) {
      if (file === undefined) return;
      if (waiting === '') setImmediate(flush);
      waiting += `${JSON.stringify(event)}\n`;
      if (waiting.length > mostWaiting) flush();
    },
    close() {
      flush();
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** Makes room for one more run. What was kept of a run for going on with it goes with its journal. */
function dropOldest(folder: string, bounds: typeof retention): void {
  const parts = ['runs', 'inputs'].map((part) => join(folder, part));
  const sizes = new Map<string, number>();
  for (const name of parts.flatMap(namesIn).sort()) {
    const size = parts.reduce((all, part) => all + (statSync(join(part, name), {throwIfNoEntry: false})?.size ?? 0), 0);
    sizes.set(name, size);
  }
  let bytes = [...sizes.values()].reduce((all, size) => all + size, 0);
  let left = sizes.size;
  for (const [name, size] of sizes) {
    if (left < bounds.runs && bytes <= bounds.bytes) return;
    for (const part of parts) rmSync(join(part, name), {force: true});
    left--;
    bytes -= size;
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
}
