import {randomBytes} from 'node:crypto';
import {Unreachable} from '../host.js';
import type {TellTiming} from '../timing.js';
import {capture, type Capture} from './capture.js';
import type {Channel} from './channel.js';
import {pour} from './pour.js';
import {frameText, innerFrameText, lastFrameText, preamble} from './frame.js';
import {splitter} from './splitter.js';

/** What a command did, its output as bytes. */
export interface RawResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly truncated: boolean;
}

/** How a frame is run. */
export interface FrameOptions {
  /** Seconds. */
  readonly timeout: number;
  /** Have the machine itself end the command after its time, also when the connection is lost by then; costs it two processes. */
  readonly guarded?: boolean;
  /** How errors name it. */
  readonly label: string;
  /** Bytes of each stream that are kept. */
  readonly keep?: number;
}

interface Frame extends FrameOptions {
  readonly number: number;
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly resolve: (result: RawResult) => void;
  readonly reject: (error: Error) => void;
  readonly go?: () => void;
  readonly sent: number;
  code: number | undefined;
  stderrEnded: boolean;
  begun: number;
}

/** What a shell needs to know of its surroundings. */
export interface ShellSurroundings {
  /** The machine's name, for errors. */
  readonly machine: string;
  /** The shell's process number on the machine. */
  readonly pid: number;
  /** Says why the channel ended. */
  readonly why: () => string;
  /** Ends what the shell runs, through another channel. */
  readonly kill: () => Promise<void>;
  readonly told?: TellTiming | undefined;
  /** Seconds beyond a command's own time-out until it is killed from outside, and then again until the shell is given up. */
  readonly grace?: number;
}

const defaultKeep = 8 * 1024 * 1024;
// A kill takes a login, perhaps a sudo, and five seconds until what ignores TERM gets KILL.
const defaultGrace = 15;

/** One `/bin/sh` on a machine, kept for many scripts: they are written at once and answered in order. */
export class Shell {
  readonly pid: number;
  readonly #channel: Channel;
  readonly #around: ShellSurroundings;
  readonly #mark = `u7s-${randomBytes(16).toString('hex')}-`;
  readonly #frames: Frame[] = [];
  #count = 0;
  #used = false;
  // The streams are read independently: one may be frames ahead of the other.
  #stdoutFrame = 0;
  #stderrFrame = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended: Unreachable | undefined;

  constructor(channel: Channel, around: ShellSurroundings) {
    this.#channel = channel;
    this.#around = around;
    this.pid = around.pid;
    const guarded = (read: (chunk: Buffer) => void) => (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const out = splitter(this.#mark, {
      data: (bytes) => this.#frames[this.#stdoutFrame]?.stdout.add(bytes),
      end: (trailer) => this.#stdoutEnd(trailer),
    });
    const err = splitter(this.#mark, {
      data: (bytes) => this.#frames[this.#stderrFrame]?.stderr.add(bytes),
      end: (trailer) => this.#stderrEnd(trailer),
    });
    channel.stdout.on('data', guarded(out));
    channel.stderr.on('data', guarded(err));
    // The channel's end tells of it; without a listener a broken pipe would end the program.
    channel.stdin.on('error', () => undefined);
    void channel.closed.then(() => {
      this.#fail(new Unreachable(around.machine, around.why()));
    });
    channel.stdin.write(preamble());
  }

  /** Commands that have not been answered yet. */
  get busy(): number {
    return this.#frames.length;
  }

  /** Whether it was opened for a command that has not come yet. */
  get fresh(): boolean {
    return !this.#used;
  }

  get usable(): boolean {
    return this.#ended === undefined;
  }

  /** Runs a script in a process of its own, its standard input closed. */
  run(script: string, options: FrameOptions): Promise<RawResult> {
    this.#used = true;
    return this.#send(options, (number) =>
      frameText({script, timeout: options.guarded === true ? seconds(options) : undefined, mark: this.#mark, number}),
    );
  }

  /** Runs a script in the shell itself: descriptors that it opens stay open for all that comes later. */
  runInside(script: string, options: FrameOptions): Promise<RawResult> {
    return this.#send(options, (number) => innerFrameText({script, mark: this.#mark, number}));
  }

  /** Runs a script of any length with an input of any length, and ends the shell. */
  async runLast(script: string, options: FrameOptions & {readonly input?: AsyncIterable<Buffer>}): Promise<RawResult> {
    this.#used = true;
    const go = (): void => {
      if (options.input === undefined) this.#channel.stdin.end();
      else void pour(options.input, this.#channel);
    };
    try {
      return await this.#send(
        options,
        (number) => lastFrameText({script, timeout: seconds(options), mark: this.#mark, number}),
        go,
      );
    } finally {
      this.close();
    }
  }

  /** Gives the shell up: what waits is rejected with the reason. */
  abandon(reason: string): void {
    this.#fail(new Unreachable(this.#around.machine, reason));
  }

  /** Ends the shell once nothing runs in it. */
  close(): void {
    if (this.#frames.length === 0) this.#fail(new Unreachable(this.#around.machine, 'the shell was closed'));
  }

  #send(options: FrameOptions, text: (number: number) => string, go?: () => void): Promise<RawResult> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const number = ++this.#count;
      const keep = options.keep ?? defaultKeep;
      this.#frames.push({
        ...options,
        number,
        resolve,
        reject,
        stdout: capture(keep),
        stderr: capture(keep),
        code: undefined,
        stderrEnded: false,
        begun: 0,
        sent: performance.now(),
        ...(go && {go}),
      });
      if (this.#frames.length === 1) this.#begin();
      this.#channel.stdin.write(text(number));
    });
  }

  #begin(): void {
    const frame = this.#frames[0];
    if (frame === undefined) return;
    frame.begun = performance.now();
    const grace = this.#around.grace ?? defaultGrace;
    this.#timer = setTimeout(
      () => {
        this.#timer = setTimeout(() => {
          this.abandon(`the shell gives no answer ${grace} s after its command was killed`);
        }, grace * 1000);
        void this.#around.kill().catch(() => undefined);
      },
      (seconds(frame) + (frame.guarded === true ? grace : 0)) * 1000,
    );
  }

  #stdoutEnd(trailer: string): void {
    const frame = this.#frames[this.#stdoutFrame];
    if (trailer === 'go') {
      frame?.go?.();
      return;
    }
    const [number, code] = trailer.split(' ').map(Number);
    if (frame === undefined || number !== frame.number || code === undefined) {
      throw new Error(`Internal error: the shell answered "${trailer}" to frame ${frame?.number ?? 'none'}`);
    }
    frame.code = code;
    this.#stdoutFrame++;
    this.#settle();
  }

  #stderrEnd(trailer: string): void {
    const frame = this.#frames[this.#stderrFrame];
    if (frame === undefined || Number(trailer) !== frame.number) {
      throw new Error(`Internal error: the shell answered "${trailer}" on stderr to frame ${frame?.number ?? 'none'}`);
    }
    frame.stderrEnded = true;
    this.#stderrFrame++;
    this.#settle();
  }

  #settle(): void {
    const frame = this.#frames[0];
    if (frame?.code === undefined || !frame.stderrEnded) return;
    clearTimeout(this.#timer);
    this.#frames.shift();
    this.#stdoutFrame--;
    this.#stderrFrame--;
    this.#begin();
    this.#around.told?.({kind: 'script', what: frame.label, begun: frame.sent, ended: performance.now()});
    const killed = frame.code === 137 || frame.code === 143;
    const overdue = performance.now() - frame.begun >= seconds(frame) * 1000;
    frame.resolve({
      code: killed && overdue ? 124 : frame.code,
      stdout: frame.stdout.bytes(),
      stderr: frame.stderr.bytes(),
      truncated: frame.stdout.truncated || frame.stderr.truncated,
    });
  }

  #fail(error: Error): void {
    if (this.#ended !== undefined) return;
    const {machine} = this.#around;
    this.#ended = error instanceof Unreachable ? error : new Unreachable(machine, error.message);
    clearTimeout(this.#timer);
    for (const frame of this.#frames.splice(0)) {
      frame.reject(
        error instanceof Unreachable
          ? new Unreachable(machine, error.message, {during: frame.label, hint: error.hint})
          : error,
      );
    }
    this.#channel.close();
  }
}

function seconds(options: FrameOptions): number {
  return Math.max(1, Math.ceil(options.timeout));
}
