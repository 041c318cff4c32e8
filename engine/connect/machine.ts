import {userInfo} from 'node:os';
import {Readable} from 'node:stream';
import {PlaceMissing, Unreachable, type Host} from '../host.js';
import {ChannelRefused, type Link, type OpenOptions} from './channel.js';
import type {ConnectionSettings, Place, Progress} from './connection.js';
import {enter, shellCommand} from './enter.js';
import {killScript} from './kill.js';
import {openLocal} from './local.js';
import {joinLockScript, leaveLockScript, type Holder, type Locked} from './lock.js';
import {inNamespace, noNamespace} from './namespace.js';
import {placeHost, withEnvironment, type Execution} from './place-host.js';
import {relock, takeLock} from './relock.js';
import {Shell, type RawResult} from './shell.js';
import {connectSsh} from './ssh.js';

/** What a machine tells and needs. */
export interface MachineOptions {
  readonly onConnected?: (milliseconds: number) => void;
  readonly onLost?: (reason: string) => void;
  /** Seconds that a reconnect waits for what the lost connection left running; default 120. */
  readonly patience?: number;
  readonly progress?: Progress;
}

/** Whose shell: the user, and whether in the user's session. */
interface Seat {
  readonly user: string | undefined;
  readonly session: boolean;
}

// sshd lets ten channels be; the others are for commands with input and for a cancellation.
const mostShells = 5;
const mostInShell = 32 * 1024;
const killGrace = 5;
const cancelled = 'the command was cancelled';

/** One machine: connected at first use, and again at the next use after a loss; one shell for each user in play. */
export class Machine {
  readonly name: string;
  readonly #settings: ConnectionSettings;
  readonly #options: MachineOptions;
  readonly #shells = new Map<string, Promise<Shell>>();
  /** All shells there are, those of one command too, and whose they are; the one used last comes last. */
  readonly #open = new Map<Shell, Seat>();
  /** Shells of a lost connection, by process number. */
  readonly #left = new Set<number>();
  readonly #cancelled = new Set<number>();
  #link: Promise<Link> | undefined;
  #lock: {readonly holder: Holder; readonly seat: Seat} | undefined;
  #closed = false;

  constructor(settings: ConnectionSettings, options: MachineOptions = {}) {
    this.name = settings.name;
    this.#settings = settings;
    this.#options = options;
  }

  /** The machine as one user in one place; nothing is opened yet. */
  host(place: Place, options: {readonly progress?: Progress} = {}): Host {
    return placeHost(this.name, {
      execute: (script, execution) => this.#execute(place, script, execution),
      toInput: (input) => Readable.from([Buffer.from(input)]),
      progress: options.progress,
    });
  }

  /** Takes the machine's lock as one user (default: who logs in); whatever is started from now on holds it, until it ends. */
  async lock(holder: Holder, options: {readonly user?: string | undefined} = {}): Promise<Locked> {
    const seat = this.#seat({user: options.user, context: 'plain'});
    const locked = await this.#withShell(seat, async (shell) => {
      const answer = await takeLock(shell, holder);
      if (answer.status === 'taken')
        await Promise.all([...this.#open.keys()].filter((other) => other !== shell).map(joinLock));
      return answer;
    });
    if (locked.status === 'taken') this.#lock = {holder, seat};
    return locked;
  }

  /** Ends what runs, by another channel; it is rejected as cancelled. */
  async cancel(): Promise<void> {
    const running = [...this.#open].filter(([shell]) => shell.busy > 0);
    await Promise.all(
      running.map(async ([shell, seat]) => {
        this.#cancelled.add(shell.pid);
        await this.#kill(seat, {pid: shell.pid, spareShell: false}).catch(() => undefined);
        shell.abandon(cancelled);
      }),
    );
  }

  /** Gives the lock back and hangs up. What still runs goes on without us. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#lock !== undefined) {
      const shell = await this.#shells.get(keyOf(this.#lock.seat))?.catch(() => undefined);
      if (shell?.usable === true) await leaveLock(shell);
    }
    for (const shell of this.#open.keys()) shell.abandon('the connection was closed');
    (await this.#link?.catch(() => undefined))?.close();
  }

  async #execute(place: Place, script: string, execution: Execution): Promise<RawResult> {
    if (script.includes('\0')) throw new Error('Internal error: a script with a NUL byte');
    const seat = this.#seat(place);
    const whole = withEnvironment(script, place.environment);
    const text = place.context === 'namespace' ? inNamespace(whole, place.rootlessStateDir) : whole;
    const own = execution.input !== undefined || Buffer.byteLength(text) > mostInShell;
    const result = own
      ? await (await this.#openShell(seat)).runLast(text, execution)
      : await this.#withShell(seat, (shell) => shell.run(text, execution));
    if (place.context === 'namespace' && result.code === noNamespace.code) {
      const stderr = result.stderr.toString();
      if (stderr.startsWith(noNamespace.mark)) {
        const missing = {code: result.code, stdout: '', stderr};
        throw new PlaceMissing('entering the rootless namespace', missing, 'is rootlesskit running there?');
      }
    }
    return result;
  }

  #seat({user, context}: Place): Seat {
    const login = this.#settings.connection === 'local' ? userInfo().username : this.#settings.user;
    return {user: user === login ? undefined : user, session: context !== 'plain'};
  }

  /** Uses the kept shell of a seat. */
  async #withShell<T>(seat: Seat, use: (shell: Shell) => Promise<T>): Promise<T> {
    const key = keyOf(seat);
    for (;;) {
      const present = this.#shells.get(key) ?? this.#keepShell(seat);
      const shell = await present;
      // Nothing may come between this look and the use: an idle shell may be closed for another's sake.
      if (shell.usable) {
        const itsSeat = this.#open.get(shell);
        if (itsSeat !== undefined && this.#open.delete(shell)) this.#open.set(shell, itsSeat);
        return use(shell);
      }
      if (this.#shells.get(key) === present) this.#shells.delete(key);
    }
  }

  #keepShell(seat: Seat): Promise<Shell> {
    const key = keyOf(seat);
    const opened = this.#openShell(seat);
    this.#shells.set(key, opened);
    opened.catch(() => {
      if (this.#shells.get(key) === opened) this.#shells.delete(key);
    });
    return opened;
  }

  async #openShell(seat: Seat): Promise<Shell> {
    if (this.#closed) throw new Unreachable(this.name, 'the connection was closed');
    const link = await this.#connected();
    if (this.#open.size >= mostShells) this.#closeIdle();
    const shell = await this.#enter(link, seat).catch((error: unknown) => {
      if (!(error instanceof ChannelRefused)) throw error;
      if (!this.#closeIdle()) throw this.#refused(error);
      return this.#enter(link, seat).catch((again: unknown) => {
        throw again instanceof ChannelRefused ? this.#refused(again) : again;
      });
    });
    if (this.#lock !== undefined) await joinLock(shell);
    return shell;
  }

  async #enter(link: Link, seat: Seat, options: OpenOptions = {}): Promise<Shell> {
    const {name} = this;
    const {becomePassword: password, connectTimeout: timeout} = this.#settings;
    // All channels may be taken by shells that have become idle meanwhile.
    const making = setInterval(() => {
      if (this.#open.size >= mostShells) this.#closeIdle();
    }, 250);
    const channel = await link.open(shellCommand, options).finally(() => clearInterval(making));
    const {pid} = await enter(channel, {machine: name, ...seat, password, timeout, broken: () => link.broken});
    const shell = new Shell(channel, {
      machine: name,
      pid,
      why: () =>
        (this.#cancelled.has(pid) ? cancelled : undefined) ?? link.broken ?? 'the shell on the machine has ended',
      kill: () => this.#kill(seat, {pid, spareShell: true}),
    });
    this.#open.set(shell, seat);
    void channel.closed.then(() => {
      this.#open.delete(shell);
      if (link.broken !== undefined) this.#left.add(pid);
    });
    return shell;
  }

  /** The link, made anew where there is none. */
  async #connected(): Promise<Link> {
    const present = this.#link;
    if (present !== undefined) {
      const link = await present;
      if (link.broken === undefined) return link;
      if (this.#link !== present) return this.#connected();
      this.#options.onLost?.(link.broken);
    }
    const made = this.#connect();
    this.#link = made;
    made.catch(() => {
      if (this.#link === made) this.#link = undefined;
    });
    return made;
  }

  async #connect(): Promise<Link> {
    const begun = performance.now();
    const link = this.#settings.connection === 'local' ? openLocal() : await connectSsh(this.#settings);
    if (this.#lock !== undefined) {
      try {
        await this.#relock(link, this.#lock);
      } catch (error) {
        link.close();
        throw error;
      }
    }
    this.#left.clear();
    this.#options.onConnected?.(performance.now() - begun);
    return link;
  }

  async #relock(link: Link, {holder, seat}: {readonly holder: Holder; readonly seat: Seat}): Promise<void> {
    const shell = await this.#enter(link, seat);
    const {patience = 120, progress} = this.#options;
    await relock(shell, {machine: this.name, holder, left: [...this.#left], patience, progress});
    this.#shells.set(keyOf(seat), Promise.resolve(shell));
  }

  /** Closes the shell that nobody has used for longest, if there is an idle one. */
  #closeIdle(): boolean {
    for (const [shell, seat] of this.#open) {
      // The lock is this shell's.
      if (shell.busy > 0 || shell.fresh || (this.#lock !== undefined && keyOf(this.#lock.seat) === keyOf(seat)))
        continue;
      shell.close();
      this.#open.delete(shell);
      return true;
    }
    return false;
  }

  #refused(error: ChannelRefused): Unreachable {
    const hint = 'raise MaxSessions in its sshd_config (10 is the default), or use fewer users at once';
    return new Unreachable(this.name, `the machine grants no further channel: ${error.message}`, {hint});
  }

  /** Ends what a shell runs, by a channel of its own as the same user. */
  async #kill(seat: Seat, {pid, spareShell}: {readonly pid: number; readonly spareShell: boolean}): Promise<void> {
    const link = await this.#link;
    if (link === undefined || link.broken !== undefined) return;
    const shell = await this.#enter(link, {...seat, session: false}, {urgent: true});
    await shell.runLast(killScript(pid, {grace: killGrace, spareShell}), {timeout: 30, label: 'ending a command'});
  }
}

function keyOf({user, session}: Seat): string {
  return `${session ? 'session' : 'plain'} ${user ?? ''}`;
}

async function joinLock(shell: Shell): Promise<void> {
  await shell.runInside(joinLockScript(), {timeout: 15, label: 'holding the lock'});
}

async function leaveLock(shell: Shell): Promise<void> {
  await shell.runInside(leaveLockScript(), {timeout: 5, label: 'giving the lock back'}).catch(() => undefined);
}
