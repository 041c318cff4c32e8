import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {badInput} from '../diagnostic.js';
import type {Graph} from '../graph/graph.js';
import {printGraph, timesOf} from '../graph/print/print.js';
import {reasonOf} from '../reason.js';
import {stateFolder} from '../run/state-folder.js';
import type {Invocation} from './invocation.js';

/** A graph as a picture, with the times of a run where a journal is named. */
export function drawing(graph: Graph, {format, tasks, times}: Extract<Invocation, {command: 'graph'}>): string {
  const measured = times === undefined ? {} : {milliseconds: timesOf(readJournal(graph, times))};
  const text = printGraph(graph, {form: format, tasks, ...measured});
  return text.endsWith('\n') ? text : `${text}\n`;
}

function readJournal(graph: Graph, name: string): string {
  const file = name === 'last' ? lastJournal(graph) : name;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw badInput(`the journal "${name}" cannot be read: ${reasonOf(error)}`);
  }
}

/** Names of journals begin with the time: the last one is the newest. */
function lastJournal(graph: Graph): string {
  const runs = join(stateFolder(graph.project.inventory.sources), 'runs');
  const newest = readdirSync(runs, {encoding: 'utf8'}).sort().at(-1);
  return newest === undefined ? runs : join(runs, newest);
}
