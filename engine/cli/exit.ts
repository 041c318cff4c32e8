import {mkdirSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {secrets} from './secrets.js';

const codeOfBug = 250;

/** Runs the program, then ends the process with the code that it gives. A bug is told in a line and its stack kept in a file. */
export async function exitWith(main: () => Promise<number>): Promise<void> {
  quietly(process.stdout);
  quietly(process.stderr);
  process.on('uncaughtException', (error) => void leave(tellBug(error)));
  try {
    await leave(await main());
  } catch (error) {
    await leave(tellBug(error));
  }
}

/** Who reads our output may stop reading: that is no error of ours, and no reason to leave a host half done. */
function quietly(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function tellBug(error: unknown): number {
  const {message, stack = message} = secrets.mask(described(error));
  process.stderr.write(
    `internal error: ${message.replace(/^Internal error: /, '')}\n  this is a bug in u7s-play; its stack: ${keepStack(stack)}\n`,
  );
  return codeOfBug;
}

function described(error: unknown): {readonly message: string; readonly stack?: string} {
  if (!(error instanceof Error)) return {message: String(error)};
  const {message, stack} = error;
  return {message, ...(stack === undefined ? {} : {stack})};
}

function keepStack(stack: string): string {
  const folder = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'u7s-play');
  const file = join(folder, `bug-${new Date().toISOString().replaceAll(':', '-')}-${process.pid}.txt`);
  try {
    mkdirSync(folder, {recursive: true});
    writeFileSync(file, `${stack}\n`, {mode: 0o600});
    return file;
  } catch {
    return `\n${stack}`;
  }
}

async function leave(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) await drained(stream);
  process.exit(code);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
