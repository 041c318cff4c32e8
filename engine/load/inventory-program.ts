import {spawn} from 'node:child_process';
import type {Span} from '../span.js';
import type {Files} from './files.js';
import type {InventoryDraft} from './inventory-draft.js';
import {addHostVars, addListed, isRecord} from './inventory-json.js';
import type {Term} from '../language/term.js';
import type {Report} from './report.js';

export interface ProgramReading {
  readonly files: Files;
  readonly report: Report;
  /** Seconds that it may take for an answer. */
  readonly seconds: number;
}

/** So many hosts are asked for at once where the list has no `_meta`. */
const together = 8;

/** Adds what an executable inventory prints, in Ansible's JSON: all of `--list`, and `--host NAME` for each host where `_meta` is missing. */
export async function readInventoryProgram(
  draft: InventoryDraft,
  path: string,
  {files, report, seconds}: ProgramReading,
): Promise<void> {
  const shown = files.shown(path);
  const at: Span = {file: shown, line: 1, column: 1, length: 1};
  const ask = async (words: readonly string[]): Promise<Readonly<Record<string, unknown>> | undefined> => {
    const origin = [shown, ...words].join(' ');
    const answer = await run(path, words, {cwd: files.cwd, seconds});
    const found = 'problem' in answer ? answer : parse(answer.stdout);
    if ('value' in found) return found.value;
    report.error(at, `"${origin}" ${found.problem}`, found.hint);
    return undefined;
  };
  const listed = await ask(['--list']);
  if (!listed) return;
  const unseal = (term: Term): Term => files.unseal(term);
  const hosts = [...addListed(draft, listed, {origin: `${shown} --list`, at, report, unseal})];
  const meta = listed['_meta'];
  if (isRecord(meta) && isRecord(meta['hostvars'])) {
    for (const name of hosts)
      addHostVars(draft, {name, vars: meta['hostvars'][name]}, {origin: `${shown} --list`, at, report, unseal});
    return;
  }
  const answers = new Map<string, unknown>();
  const waiting = [...hosts];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const vars = await ask(['--host', name]);
      // What is wrong with one is most likely wrong with all.
      if (!vars) waiting.length = 0;
      answers.set(name, vars);
    }
  };
  await Promise.all(Array.from({length: together}, work));
  for (const name of hosts)
    addHostVars(draft, {name, vars: answers.get(name)}, {origin: `${shown} --host ${name}`, at, report, unseal});
}

interface Problem {
  readonly problem: string;
  readonly hint?: string;
}

function parse(text: string): {readonly value: Readonly<Record<string, unknown>>} | Problem {
  const begin = text.trim().slice(0, 100);
  if (begin === '') return {problem: 'printed nothing; expected JSON'};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
    return {problem: `printed what is no JSON: ${reason}`, hint: `it begins with: ${begin.replace(/\s+/g, ' ')}`};
  }
  return isRecord(value) ? {value} : {problem: 'printed JSON that is no map', hint: `it begins with: ${begin}`};
}

/** Runs a program; its failure is text, with the end of what it said on standard error. */
function run(
  path: string,
  words: readonly string[],
  {cwd, seconds}: {readonly cwd: string; readonly seconds: number},
): Promise<{readonly stdout: string} | Problem> {
  return new Promise((resolve) => {
    const child = spawn(path, words, {cwd, stdio: ['ignore', 'pipe', 'pipe']});
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const said = (): {readonly hint?: string} => {
      const lines = Buffer.concat(err).toString('utf8').trimEnd().split('\n').slice(-8).join('\n    ');
      return lines === '' ? {} : {hint: lines};
    };
    const timer = setTimeout(() => {
      resolve({problem: `did not answer within ${seconds} seconds`, ...said()});
      child.kill('SIGKILL');
      // What it started may still hold them.
      child.stdout.destroy();
      child.stderr.destroy();
    }, seconds * 1000);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({problem: `cannot be executed: ${error.message}`});
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve({stdout: Buffer.concat(out).toString('utf8')});
      else
        resolve({problem: code === null ? `was ended by ${signal ?? 'a signal'}` : `exited with ${code}`, ...said()});
    });
  });
}
