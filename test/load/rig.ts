import {mkdtempSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {BadInput, type Diagnostic} from '../../engine/diagnostic.js';
import {loadProject, type LoadOptions} from '../../engine/load/load-project.js';
import type {Item, Project, Task} from '../../engine/load/project.js';
import {createSchemas} from '../../engine/load/schema.js';
import type {Term} from '../../engine/language/term.js';

/** Files by their names; `site.yml` and `hosts.yml` are what is loaded. */
export type Written = Readonly<Record<string, string>>;

const modules = new Set([
  'copy',
  'debug',
  'file',
  'shell',
  'command',
  'assert',
  'set_fact',
  'template',
  'systemd_service',
]);
const schemas = createSchemas();

const oneHost = 'all: {hosts: {h1: }}\n';

/** Loads files written to a folder of their own, which is gone afterwards. */
export async function load(written: Written, options: Partial<LoadOptions> = {}): Promise<Project> {
  const cwd = mkdtempSync(join(tmpdir(), 'u7s-load-'));
  try {
    for (const [name, text] of Object.entries({'hosts.yml': oneHost, ...written})) {
      mkdirSync(dirname(join(cwd, name)), {recursive: true});
      writeFileSync(join(cwd, name), text);
    }
    return await loadProject({playbooks: ['site.yml'], inventories: ['hosts.yml'], modules, schemas, cwd, ...options});
  } finally {
    rmSync(cwd, {recursive: true});
  }
}

/** The problems of files, in order. */
export async function diagnosticsOf(
  written: Written,
  options: Partial<LoadOptions> = {},
): Promise<readonly Diagnostic[]> {
  try {
    return (await load(written, options)).warnings ?? [];
  } catch (error) {
    if (error instanceof BadInput) return error.diagnostics;
    throw error;
  }
}

/** The problems of files as `file:line:column message; hint`. */
export async function problemsOf(written: Written, options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  return (await diagnosticsOf(written, options)).map(({at, message, hint}) => {
    const place = at ? `${at.file}:${at.line}:${at.column} ` : '';
    return `${place}${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
}

/** A playbook of one play for all hosts with these tasks, each a line of a YAML list. */
export function playWith(tasks: string): Written {
  return {'site.yml': `- hosts: all\n  tasks:\n${tasks.replaceAll(/^/gm, '    ')}\n`};
}

/** All tasks among items, in order, blocks opened. */
export function tasksIn(items: readonly Item[]): readonly Task[] {
  return items.flatMap((item) => {
    if (item.kind === 'task') return [item];
    return item.kind === 'meta' ? [] : tasksIn([...item.block, ...item.rescue, ...item.always]);
  });
}

/** The data of a term; a template or an expression as its source. */
export function dataOf(term: Term | undefined): unknown {
  switch (term?.kind) {
    case undefined:
      return undefined;
    case 'literal':
      return term.value;
    case 'text':
    case 'expression':
      return term.source;
    case 'list':
      return term.items.map(dataOf);
    case 'dict':
      return Object.fromEntries(term.entries.map(({key, value}) => [key, dataOf(value)]));
  }
}
