import {spawn} from 'node:child_process';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Does something while no other process holds the lock of this file; the lock ends with this process, however that ends. Says so when it has to wait. */
export async function withLock<T>(file: string, report: (line: string) => void, action: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), {recursive: true});
  // `cat` holds the lock until its standard input, our end of the pipe, is closed.
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) =>
    holder.once('close', () => {
      resolve();
    }),
  );
  const waiting = setTimeout(() => {
    report(`waiting for another run of the lab, which holds ${file}`);
  }, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject);
      holder.stdout.once('data', () => {
        resolve();
      });
      void ended.then(() => {
        reject(new Error(`flock could not lock ${file}`));
      });
    });
    clearTimeout(waiting);
    return await action();
  } finally {
    clearTimeout(waiting);
    holder.stdin.end();
    await ended;
  }
}
