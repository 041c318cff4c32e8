import {userInfo} from 'node:os';
import {Readable} from 'node:stream';
import {PlaceMissing, Unreachable, type Host} from '../host.js';
import type {TellTiming} from '../timing.js';
import type {Link} from './channel.js';
import type {ConnectionSettings, Place, Progress} from './connection.js';
import {openLocal} from './local.js';
import {joinLock, keepBeating, leaveLock, relock, takeLock} from './locking.js';
import type {Holder, Locked} from './lock.js';
import {inNamespace, noNamespace} from './namespace.js';
import type {Execution} from './execution.js';
import {placeHost, withEnvironment} from './place-host.js';
import type {RawResult, Shell} from './shell.js';
import {Shells, type Seat} from './shells.js';
import {connectSsh} from './ssh.js';

/** What a machine tells and needs. */
export interface MachineOptions {
  readonly onConnected?: (milliseconds: number) => void;
  readonly onLost?: (reason: string) => void;
  /** Hears what the machine was asked, and when. */
  readonly onTiming?: TellTiming;
  /** Seconds that a reconnect waits for what the lost connection left running; default 120. */
  readonly patience?: number;
  /** Hears of the waits that belong to no command. */
  readonly progress?: Progress;
}

const mostInShell = 32 * 1024;

/** One machine: connected at first use, and again at the next use after a loss; one shell for each user in play. */
export class Machine {
  readonly name: string;
  readonly #settings: ConnectionSettings;
  readonly #options: MachineOptions;
  readonly #shells: Shells;
  /** The kept shell of each seat. */
  readonly #kept = new Map<string, Promise<Shell>>();
  #link: Promise<Link> | undefined;
  #lock: {readonly holder: Holder; readonly seat: Seat} | undefined;
  #beat: {stop(): void} | undefined;
  #closed = false;
  /** Something was started that goes on by itself: it holds the lock, and a reconnect shares it with it. */
  #detaches = false;
  readonly #ending = new AbortController();

  constructor(settings: ConnectionSettings, options: MachineOptions = {}) {
    this.name = settings.name;
    this.#settings = settings;
    this.#options = options;
    this.#shells = new Shells(settings, options.onTiming);
  }

  /** The machine as one user in one place; nothing is opened yet. */
  host(place: Place, options: {readonly progress?: Progress; readonly detaches?: boolean} = {}): Host {
    this.#detaches ||= options.detaches === true;
    return placeHost(this.name, {
      execute: (script, execution) => this.#execute(place, script, execution),
      toInput: (input) => Readable.from([Buffer.from(input)]),
      progress: options.progress,
    });
  }

  /**
   * Takes the machine's lock as one user (default: who logs in); whatever is started from now on holds it, until it ends.
   * `isGone`: the present holder is known to have ended, so that its idle shells need not be waited for.
   */
  async lock(
    holder: Holder,
    options: {readonly user?: string | undefined; readonly isGone?: boolean} = {},
  ): Promise<Locked> {
    const seat = this.#seat({user: options.user, context: 'plain'});
    const folders = this.#settings.lockFolders;
    return this.#withShell(seat, async (shell) => {
      const locked = await takeLock(shell, {holder, folders, ...(options.isGone === true ? {silence: 0} : {})});
      if (locked.status !== 'taken') return locked;
      this.#lock = {holder, seat};
      this.#shells.pinned = shell;
      this.#beat ??= keepBeating(() => this.#shells.pinned);
      await Promise.all(
        [...this.#shells].filter((other) => other !== shell).map((other) => this.#joinLock(other, holder)),
      );
      return locked;
    });
  }

  /** Ends what runs, by another channel; it is rejected as cancelled. */
  async cancel(): Promise<void> {
    const link = await this.#link?.catch(() => undefined);
    if (link !== undefined) await this.#shells.cancel(link);
  }

  /** Hangs up; the next use connects anew, and takes the lock again where it was held. Nothing may run meanwhile. */
  async reset(): Promise<void> {
    const link = await this.#link?.catch(() => undefined);
    if (link === undefined || this.#closed) return;
    this.#link = undefined;
    this.#kept.clear();
    for (const shell of this.#shells) shell.abandon('the connection was reset');
    link.close();
  }

  /** Gives the lock back and hangs up. What still runs goes on without us. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ending.abort();
    this.#beat?.stop();
    const {pinned} = this.#shells;
    // What still runs in it keeps the lock, and shall.
    if (pinned?.usable === true && pinned.busy === 0) await leaveLock(pinned, this.#settings.lockFolders);
    for (const shell of this.#shells) shell.abandon('the connection was closed');
    (await this.#link?.catch(() => undefined))?.close();
  }

  #joinLock(shell: Shell, holder: Holder): Promise<void> {
    return joinLock(shell, {machine: this.name, holder, folders: this.#settings.lockFolders});
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
      if (stderr.startsWith(noNamespace.mark)) throw namespaceMissing({code: result.code, stdout: '', stderr});
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
      const present = this.#kept.get(key) ?? this.#keepShell(seat);
      const shell = await present;
      // Nothing may come between this look and the use: an idle shell may be closed for another's sake.
      if (shell.usable) {
        this.#shells.touch(shell);
        return use(shell);
      }
      if (this.#kept.get(key) === present) this.#kept.delete(key);
    }
  }

  #keepShell(seat: Seat): Promise<Shell> {
    const key = keyOf(seat);
    const opened = this.#openShell(seat);
    this.#kept.set(key, opened);
    opened.catch(() => {
      if (this.#kept.get(key) === opened) this.#kept.delete(key);
    });
    return opened;
  }

  async #openShell(seat: Seat): Promise<Shell> {
    const link = await this.#connected();
    if (this.#closed) throw new Unreachable(this.name, 'the connection was closed');
    const shell = await this.#shells.open(link, seat);
    if (this.#lock !== undefined) {
      await this.#joinLock(shell, this.#lock.holder).catch((error: unknown) => {
        shell.abandon('the lock was lost');
        throw error;
      });
    }
    return shell;
  }

  /** The link, made anew where there is none. */
  async #connected(): Promise<Link> {
    if (this.#closed) throw new Unreachable(this.name, 'the connection was closed');
    const present = this.#link;
    if (present !== undefined) {
      const link = await present;
      if (link.broken === undefined) return link;
      if (this.#link !== present) return this.#connected();
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
    let handshaken: number | undefined;
    const onHandshake = (): void => {
      handshaken = performance.now();
    };
    const link = this.#settings.connection === 'local' ? openLocal() : await this.#connectSsh(onHandshake);
    this.#options.onTiming?.({kind: 'connect', begun, handshaken, ended: performance.now()});
    if (this.#lock !== undefined) {
      try {
        await this.#relock(link, this.#lock);
      } catch (error) {
        link.close();
        throw error;
      }
    }
    this.#shells.forgetLeft();
    this.#options.onConnected?.(performance.now() - begun);
    return link;
  }

  #connectSsh(onHandshake: () => void): Promise<Link> {
    const {onLost} = this.#options;
    return connectSsh(this.#settings, {signal: this.#ending.signal, onHandshake, ...(onLost && {onBroken: onLost})});
  }

  async #relock(link: Link, {holder, seat}: {readonly holder: Holder; readonly seat: Seat}): Promise<void> {
    const shell = await this.#shells.enter(link, seat);
    const {patience = 120, progress} = this.#options;
    const folders = this.#settings.lockFolders;
    await relock(shell, {
      machine: this.name,
      holder,
      folders,
      left: this.#shells.left,
      patience,
      progress,
      shares: this.#detaches,
    });
    this.#shells.pinned = shell;
    this.#kept.set(keyOf(seat), Promise.resolve(shell));
  }
}

function keyOf({user, session}: Seat): string {
  return `${session ? 'session' : 'plain'} ${user ?? ''}`;
}

function namespaceMissing(result: {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}): PlaceMissing {
  const missing = new PlaceMissing('entering the rootless namespace', result, 'is rootlesskit running there?');
  missing.message = 'there is no rootless namespace to enter';
  return missing;
}
