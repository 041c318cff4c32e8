import type {Readable, Writable} from 'node:stream';

/** How a channel ended: an exit status, a signal's name, or neither when the connection was cut. */
export interface Ended {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** One process on a machine with its three streams. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has ended and its output has been read; never rejects. */
  readonly closed: Promise<Ended>;
  /** Cuts the channel; what runs behind it may go on. */
  close(): void;
}

export interface OpenOptions {
  /** Do not wait for others to end; for what must get through, a cancellation. */
  readonly urgent?: boolean;
}

/** A way to start processes on a machine as the user who logged in. */
export interface Link {
  /** Starts a command of the login shell; rejects with `Unreachable`, or with `ChannelRefused` when only this channel is refused. */
  open(command: string, options?: OpenOptions): Promise<Channel>;
  /** Why the link broke, once it did without `close`. */
  readonly broken: string | undefined;
  close(): void;
}

/** The machine is there but grants no further channel (sshd's `MaxSessions`). */
export class ChannelRefused extends Error {
  override readonly name = 'ChannelRefused';
}
