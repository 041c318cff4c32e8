import {closeSync, openSync, readSync} from 'node:fs';
import {dirname, extname, join, resolve} from 'node:path';
import type {Span} from '../span.js';
import type {Files} from './files.js';
import {addHost, checkHostName, hostAndPort, type InventoryDraft} from './inventory-draft.js';
import {readInventoryProgram} from './inventory-program.js';
import {portLayer, readInventoryFile} from './inventory-tree.js';
import type {Report} from './report.js';
import type {Schemas} from './schema.js';

export interface SourceReading {
  readonly files: Files;
  readonly schemas: Schemas;
  readonly report: Report;
  /** Seconds that a program may take for an answer. */
  readonly programSeconds: number;
}

/** Where `-i` stands for a file. */
const commandLine: Span = {file: '-i', line: 1, column: 1, length: 1};

const dataEndings = ['.yml', '.yaml', '.json'];

/** What is no inventory in a folder of inventories: Ansible's list. */
const ignored =
  /^(?:\.|group_vars$|host_vars$|vars_plugins$)|(?:~|\.(?:orig|bak|ini|cfg|retry|pyc|pyo|swp|rpm|md|txt|rst))$/;

/** Adds what one `-i` names to a draft; gives the folders in which its variables may lie. */
export async function readSource(
  draft: InventoryDraft,
  source: string,
  reading: SourceReading,
): Promise<readonly string[]> {
  const {files, report} = reading;
  const path = resolve(files.cwd, source);
  if (source.includes(',') && !files.isFile(path)) {
    addNamedHosts(draft, source, report);
    return [];
  }
  if (files.isFolder(path)) {
    if ((await readFolder(draft, path, reading)) === 0)
      report.error(undefined, `inventory "${files.shown(path)}" is a folder without inventories`);
    return [path];
  }
  if (files.isFile(path)) await readFile(draft, path, reading);
  else
    report.error(
      undefined,
      `inventory "${files.shown(path)}" is not there`,
      'for a list of hosts end it with a comma: -i "host1,host2,"',
    );
  return [dirname(path)];
}

function addNamedHosts(draft: InventoryDraft, source: string, report: Report): void {
  for (const text of source.split(',').map((each) => each.trim())) {
    const {name, port} = hostAndPort(text);
    if (text === '' || !checkHostName(name, commandLine, report)) continue;
    addHost(draft, name, {at: commandLine, group: 'all'});
    if (port !== undefined) draft.hosts.get(name)?.layers.push(portLayer(port, {at: commandLine, origin: '-i'}));
  }
}

/** Reads all inventories of a folder and of those below it, in the order of their names; gives how many there are. */
async function readFolder(draft: InventoryDraft, folder: string, reading: SourceReading): Promise<number> {
  let count = 0;
  for (const name of reading.files.list(folder)) {
    const path = join(folder, name);
    if (ignored.test(name)) continue;
    if (reading.files.isFolder(path)) count += await readFolder(draft, path, reading);
    else {
      count++;
      await readFile(draft, path, reading);
    }
  }
  return count;
}

async function readFile(draft: InventoryDraft, path: string, reading: SourceReading): Promise<void> {
  const {files, report} = reading;
  if (dataEndings.includes(extname(path))) {
    readInventoryFile(draft, path, reading);
    return;
  }
  const shown = files.shown(path);
  const head = headOf(path);
  if (head.startsWith('#!') || head.includes('\0')) {
    if (files.isExecutable(path))
      await readInventoryProgram(draft, path, {...reading, seconds: reading.programSeconds});
    else
      report.error(
        {file: shown, line: 1, column: 1, length: 1},
        `inventory "${shown}" is a program and may not be executed`,
        `chmod +x ${shown}`,
      );
    return;
  }
  const other = otherForm(files.text(path) ?? '');
  if (!other) readInventoryFile(draft, path, reading);
  else
    report.error(
      {file: shown, ...other},
      `inventory "${shown}" is in INI form, and inventories are read as YAML`,
      `convert it: ansible-inventory -i ${shown} --list --yaml --export > ${shown.replace(/\.[^./]*$/, '')}.yml`,
    );
}

/** The first characters of a file, as bytes. */
function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(512);
    return head.toString('latin1', 0, readSync(file, head));
  } finally {
    closeSync(file);
  }
}

/** The place that shows that a text is INI or the like: a `[group]` line, or a first line that is a host and no YAML. */
function otherForm(text: string): Omit<Span, 'file'> | undefined {
  const lines = text.split(/\r?\n/);
  const section = lines.findIndex((line) => /^\s*\[[\w.: -]+\]\s*(?:[#;].*)?$/.test(line));
  const first = lines.findIndex((line) => /^\s*[^\s#;]/.test(line));
  const isHost = /^[^\s:{"'[-][^\s:]*(?:\s+\w+=.*)?\s*(?:#.*)?$/.test(lines[first]?.trim() ?? '');
  const index = section !== -1 ? section : isHost ? first : -1;
  const line = lines[index];
  if (line === undefined) return undefined;
  const column = line.length - line.trimStart().length + 1;
  return {line: index + 1, column, length: Math.max(1, line.trim().length)};
}
