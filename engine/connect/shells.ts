import {setTimeout as sleep} from 'node:timers/promises';
import {Unreachable} from '../host.js';
import type {TellTiming} from '../timing.js';
import {ChannelRefused, type Link, type OpenOptions} from './channel.js';
import type {ConnectionSettings} from './connection.js';
import {enter, shellCommand} from './enter.js';
import {killScript} from './kill.js';
import {Shell} from './shell.js';

/** Whose shell: the user (undefined: who logs in), and whether in the user's session. */
export interface Seat {
  readonly user: string | undefined;
  readonly session: boolean;
}

// sshd lets ten channels be; the others are for commands with input and for a cancellation.
const mostShells = 5;
const killGrace = 5;
const cancelled = 'the command was cancelled';

/** All shells that are open on one machine, kept ones and those of a single command. */
export class Shells {
  readonly #settings: ConnectionSettings;
  readonly #told: TellTiming | undefined;
  /** The one used last comes last. */
  readonly #open = new Map<Shell, Seat>();
  readonly #left = new Set<number>();
  readonly #cancelled = new Set<number>();
  /** Is never closed for another's sake. */
  pinned: Shell | undefined;

  constructor(settings: ConnectionSettings, told?: TellTiming) {
    this.#settings = settings;
    this.#told = told;
  }

  [Symbol.iterator](): IterableIterator<Shell> {
    return this.#open.keys();
  }

  /** Process numbers of the shells that were open when a connection was lost. */
  get left(): readonly number[] {
    return [...this.#left];
  }

  forgetLeft(): void {
    this.#left.clear();
  }

  /** Notes that a shell is being used now. */
  touch(shell: Shell): void {
    const seat = this.#open.get(shell);
    if (seat === undefined) return;
    this.#open.delete(shell);
    this.#open.set(shell, seat);
  }

  /** Opens a shell, closing idle ones where the machine grants no further channel; it may take a moment to see that one is closed. */
  async open(link: Link, seat: Seat): Promise<Shell> {
    if (this.#open.size >= mostShells) this.#closeIdle();
    let closed = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.enter(link, seat);
      } catch (error) {
        if (!(error instanceof ChannelRefused)) throw error;
        closed = this.#closeIdle() || closed;
        if (!closed || attempt === 10) throw this.#refused(error);
        await sleep(20 * attempt);
      }
    }
  }

  /** Opens a shell over a link. */
  async enter(link: Link, seat: Seat, options: OpenOptions = {}): Promise<Shell> {
    const {name, user, becomePassword: password, connectTimeout: timeout} = this.#settings;
    const begun = performance.now();
    // All channels may be taken by shells that have become idle meanwhile.
    const making = setInterval(() => {
      if (this.#open.size >= mostShells) this.#closeIdle();
    }, 250);
    const channel = await link.open(shellCommand, options).finally(() => clearInterval(making));
    const pid = await enter(channel, {machine: name, ...seat, password, timeout, broken: () => link.broken});
    this.#told?.({kind: 'shell', what: `shell of ${seat.user ?? user}`, begun, ended: performance.now()});
    const shell = new Shell(channel, {
      machine: name,
      pid,
      told: this.#told,
      why: () => (this.#cancelled.has(pid) ? cancelled : (link.broken ?? 'the shell on the machine has ended')),
      kill: () => this.#kill(link, {seat, pid, spareShell: true}),
    });
    this.#open.set(shell, seat);
    void channel.closed.then(() => {
      this.#open.delete(shell);
      if (link.broken !== undefined) this.#left.add(pid);
    });
    return shell;
  }

  /** Ends what runs in all shells, over channels of their own; it is rejected as cancelled. */
  async cancel(link: Link): Promise<void> {
    const running = [...this.#open].filter(([shell]) => shell.busy > 0);
    await Promise.all(
      running.map(async ([shell, seat]) => {
        this.#cancelled.add(shell.pid);
        await this.#kill(link, {seat, pid: shell.pid, spareShell: false}).catch(() => undefined);
        shell.abandon(cancelled);
      }),
    );
  }

  /** Ends what a shell runs, by a channel of its own as the same user. */
  async #kill(
    link: Link,
    victim: {readonly seat: Seat; readonly pid: number; readonly spareShell: boolean},
  ): Promise<void> {
    if (link.broken !== undefined) return;
    const {seat, pid, spareShell} = victim;
    const shell = await this.enter(link, {...seat, session: false}, {urgent: true});
    await shell.runLast(killScript(pid, {grace: killGrace, spareShell}), {timeout: 30, label: 'ending a command'});
  }

  /** Closes the shell that nobody has used for longest, if there is an idle one. */
  #closeIdle(): boolean {
    for (const shell of this.#open.keys()) {
      if (shell.busy > 0 || shell.fresh || shell === this.pinned) continue;
      shell.close();
      this.#open.delete(shell);
      return true;
    }
    return false;
  }

  #refused(error: ChannelRefused): Unreachable {
    const hint = 'raise MaxSessions in its sshd_config (10 is the default), or use fewer users at once';
    return new Unreachable(this.#settings.name, `the machine grants no further channel: ${error.message}`, {hint});
  }
}
