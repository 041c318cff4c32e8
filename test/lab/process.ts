import {spawn} from 'node:child_process';

/** What a command of the controller printed, and how it ended (128 + n after signal n is not told apart: `code` is then 255). */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  /** Gets each line of stderr as it comes. */
  readonly onLine?: (line: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds until the command is ended; default 60. */
  readonly timeout?: number;
}

/** Runs a program of the controller without a shell; any exit status is a result. Rejects when it cannot be started or takes too long. */
export function tryCommand(command: readonly [string, ...string[]], options: CommandOptions = {}): Promise<Finished> {
  const [program, ...words] = command;
  const seconds = options.timeout ?? 60;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      stdio: 'pipe',
      timeout: seconds * 1000,
      env: {...process.env, LC_ALL: 'C', ...options.environment},
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let line = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      err.push(chunk);
      if (!options.onLine) return;
      const lines = (line + chunk.toString()).split('\n');
      line = lines.pop() ?? '';
      for (const each of lines) options.onLine(each);
    });
    child.on('error', (error) => {
      reject(new Error(`${program} could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGTERM' && child.killed)
        reject(new Error(`${command.join(' ')} did not end within ${seconds} s`));
      else resolve({code: code ?? 255, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString()});
    });
    // A program that ends without reading its input is judged by its status, not by the broken pipe.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Like `tryCommand`; rejects when the status is not 0, with the end of what the program said. Resolves with its stdout. */
export async function command(words: readonly [string, ...string[]], options: CommandOptions = {}): Promise<string> {
  const {code, stdout, stderr} = await tryCommand(words, options);
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-12).join('\n');
  throw new Error(`${words.join(' ')} exited with ${code}:\n${said}`);
}
