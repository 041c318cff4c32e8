import {spawn, type ChildProcess} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The compiled program beside the compiled tests. */
export const mainFile = fileURLToPath(new URL('../../engine/main.js', import.meta.url));

/** A folder with a project, and the program run in it. */
export interface Program {
  readonly folder: string;
  /** Writes a file of the project. */
  write(path: string, text: string): void;
  run(...words: readonly string[]): Promise<Ended>;
  start(...words: readonly string[]): Started;
  remove(): void;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program while it runs. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles when the output so far holds the text, or what the pattern describes. */
  said(text: string | RegExp): Promise<void>;
}

/** Makes an empty project with an inventory of this machine alone: `hosts.yml`, host `here`. */
export function createProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'u7s-play-cli-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), text);
  };
  write('hosts.yml', 'all: {hosts: {here: {ansible_connection: local}}}\n');
  const start = (...words: readonly string[]): Started => startProgram(folder, words);
  return {
    folder,
    write,
    start,
    run: (...words) => start(...words).ended,
    remove: () => {
      rmSync(folder, {recursive: true});
    },
  };
}

function startProgram(cwd: string, words: readonly string[]): Started {
  const env = {...process.env, XDG_STATE_HOME: join(cwd, 'state'), NO_COLOR: '1'};
  const child = spawn(process.execPath, [mainFile, ...words], {cwd, env, stdio: ['ignore', 'pipe', 'pipe']});
  let [stdout, stderr] = ['', ''];
  let waiting: {text: string | RegExp; resolve: () => void}[] = [];
  const holds = (text: string | RegExp): boolean =>
    typeof text === 'string' ? stdout.includes(text) : text.test(stdout);
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    waiting = waiting.filter(({text, resolve}) => {
      if (holds(text)) resolve();
      return !holds(text);
    });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({code, stdout, stderr})));
  const said = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      if (holds(text)) resolve();
      else waiting.push({text, resolve});
      void ended.then(() => reject(new Error(`"${String(text)}" was not said: ${stdout}${stderr}`)));
    });
  return {process: child, ended, said};
}
