import {spawn} from 'node:child_process';
import type {Channel, Ended, Link} from './channel.js';

/** The machine that the engine itself runs on, as the user who started it. */
export function openLocal(): Link {
  const open = new Set<() => void>();
  return {
    broken: undefined,
    open: (command) =>
      Promise.resolve(
        startProcess(command, (close) => {
          open.add(close);
          return () => open.delete(close);
        }),
      ),
    close() {
      for (const close of open) close();
    },
  };
}

function startProcess(command: string, track: (close: () => void) => () => void): Channel {
  // A session of its own: a Ctrl-C at the terminal is the engine's to handle.
  const child = spawn('/bin/sh', ['-c', command], {stdio: ['pipe', 'pipe', 'pipe'], detached: true});
  const close = (): void => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
  };
  const forget = track(close);
  const closed = new Promise<Ended>((resolve) => {
    child.on('error', () => resolve({code: 127, signal: undefined}));
    child.on('close', (code, signal) => resolve({code: code ?? undefined, signal: signal ?? undefined}));
  });
  void closed.then(forget);
  return {stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, closed, close};
}
