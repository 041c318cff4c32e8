import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {badInput} from '../diagnostic.js';
import {findJournal, journalsIn, readJournal} from '../history/journals.js';
import {replay} from '../history/replay.js';
import {summaryOf, type Ending, type RunSummary} from '../history/summary.js';
import {didYouMean} from '../language/near.js';
import {duration} from '../render/duration.js';
import {openRenderers} from '../render/open.js';
import {stateFolderPath, stateRoot} from '../run/state-folder.js';
import type {Invocation} from './invocation.js';

/** The runs that are kept, the newest last: a table, or JSON. */
export function runsText({inventories, json}: Extract<Invocation, {command: 'runs'}>): string {
  const runs = journalsIn(foldersOf(inventories)).flatMap((file) => summaryOf(file) ?? []);
  if (json) return `${JSON.stringify(runs, undefined, 2)}\n`;
  if (runs.length === 0) return 'no run is kept\n';
  const rows = [['RUN', 'BEGUN', 'TOOK', 'PLAYBOOK', '', 'CHANGED', 'FAILED', 'END'], ...runs.map(rowOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function rowOf({run, begun, playbooks, check, changed, failed, ending}: RunSummary): string[] {
  const time = new Date(begun).toISOString().slice(0, 19).replace('T', ' ');
  const took = ending.kind === 'running' ? '' : duration(ending.milliseconds);
  return [run, time, took, playbooks.join(' '), check ? 'check' : '', String(changed), String(failed), endText(ending)];
}

function endText(ending: Ending): string {
  switch (ending.kind) {
    case 'ended':
      return `code ${ending.code}`;
    case 'running':
      return 'running';
    case 'cut-off':
      return 'cut off';
  }
}

/** Shows a run again. */
export async function showRun(invocation: Extract<Invocation, {command: 'show'}>): Promise<void> {
  const {inventories, run, outputs, verbosity, host} = invocation;
  const file = findJournal(journalsIn(foldersOf(inventories)), run);
  const events = readJournal(file);
  const summary = summaryOf(file);
  if (summary === undefined) throw badInput(`the journal of the run "${file.run}" is empty`);
  const [first] = events;
  const hosts = first?.type === 'run-started' ? first.hosts : [];
  if (host !== undefined && !hosts.includes(host))
    throw badInput(`the run "${file.run}" has no host "${host}"`, didYouMean(host, hosts));
  const plain = outputs.map((output) => (output.format === 'human' ? {...output, format: 'plain' as const} : output));
  const renderer = await openRenderers({outputs: plain, verbosity, stdout: process.stdout, environment: process.env});
  for (const event of replay(events, {...invocation, ending: summary.ending})) renderer.show(event);
  await renderer.end();
}

/** The state folders of an inventory, or of all. */
function foldersOf(inventories: readonly string[]): readonly string[] {
  if (inventories.length > 0) return [stateFolderPath(inventories)];
  const root = stateRoot();
  return existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : [];
}
