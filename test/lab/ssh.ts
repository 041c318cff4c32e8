import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {consoleOf, isRunning} from './host.js';
import {identityFiles} from './identity.js';
import type {PlannedHost} from './plan.js';
import {tryCommand} from './process.js';
import type {Finished} from './process.js';

export interface SshOptions {
  /** Default `root`. */
  readonly user?: string;
  readonly input?: string;
  /** Seconds; default 60. */
  readonly timeout?: number;
}

/** The words that reach a host, for a terminal or for `trySsh`. */
export function sshCommand(lab: string, host: string, user = 'root'): readonly ['ssh', ...string[]] {
  return ['ssh', '-F', identityFiles(lab).config, '-l', user, host];
}

/** Runs a command on a host over ssh; any exit status is a result (255: not reached). */
export function trySsh(
  lab: string,
  host: string,
  {command, ...options}: SshOptions & {readonly command: string},
): Promise<Finished> {
  const {user, ...rest} = options;
  const [ssh, ...words] = sshCommand(lab, host, user);
  return tryCommand([ssh, '-o', 'BatchMode=yes', ...words, command], rest);
}

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({host: address, port: 22, timeout: 1000});
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => {
      end(true);
    });
    for (const event of ['error', 'timeout', 'end'] as const) {
      socket.once(event, () => {
        end(false);
      });
    }
  });
}

/** Waits until ssh answers and systemd has started what it shall, at most `seconds`. Rejects with the host's console when it does not. */
export async function waitForHost(lab: string, host: PlannedHost, seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1000;
  let state = 'ssh does not answer';
  while (Date.now() < until) {
    if (!(await greets(host.address))) {
      if (!(await isRunning(lab, host.name))) {
        state = 'its machine has ended';
        break;
      }
      await sleep(100);
      continue;
    }
    const {code, stdout, stderr} = await trySsh(lab, host.name, {command: 'systemctl is-system-running'});
    state = code === 255 ? stderr.trim() : stdout.trim();
    if (state === 'running' || state === 'degraded') return;
    await sleep(200);
  }
  throw new Error(`host '${host.name}' is not ready after ${seconds} s: ${state}\n${await consoleOf(lab, host.name)}`);
}
