import {spawn, type ChildProcess} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Event} from '../../engine/event.js';
import {packageRoot} from '../../engine/root.js';

/** What a run of the real command printed, did and took. */
export interface Played {
  /** 128 + n after signal n is not told apart: a run that was killed has 255. */
  readonly code: number;
  /** Both streams, as they came. */
  readonly output: string;
  readonly events: readonly Event[];
  readonly milliseconds: number;
}

/** A run that goes on. */
export interface Playing {
  readonly ended: Promise<Played>;
  /** Ends the controller as a crash would, at once. */
  readonly kill: () => void;
  /** What it has told so far. */
  readonly events: () => Promise<readonly Event[]>;
  /** Whether it has ended. */
  readonly over: () => boolean;
}

/** The compiled program beside the compiled tests. */
export const program = fileURLToPath(import.meta.resolve('../../engine/main.js'));

async function eventsIn(file: string): Promise<readonly Event[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last line of a run that was killed may be cut.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Event);
}

let count = 0;

/** Starts u7s-play with these words as a user would, in a terminal-less shell at the package's root. What it keeps goes into a folder. */
export function startPlay(words: readonly string[], folder: string): Playing {
  const file = join(folder, `run-${++count}.jsonl`);
  const begun = Date.now();
  const outputs = ['--output', 'plain', '--output', `json:${file}`];
  const child: ChildProcess = spawn(process.execPath, [program, ...words, ...outputs], {
    cwd: packageRoot,
    env: {...process.env, XDG_STATE_HOME: join(folder, 'state')},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  let over = false;
  const ended = new Promise<Played>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      over = true;
      const output = Buffer.concat(said).toString();
      eventsIn(file).then((events) => {
        resolve({code: code ?? 255, output, events, milliseconds: Date.now() - begun});
      }, reject);
    });
  });
  return {
    ended,
    kill: () => {
      child.kill('SIGKILL');
    },
    events: () => eventsIn(file),
    over: () => over,
  };
}

/** The end of what a run printed, for the message of an assertion. */
export function tail({output}: Played, lines = 60): string {
  return `\n${output.trimEnd().split('\n').slice(-lines).join('\n')}\n`;
}
