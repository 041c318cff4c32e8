import type {Readable} from 'node:stream';
import {NodeSSH, type Config} from 'node-ssh';
import {Unreachable} from '../host.js';
import {reasonOf} from '../reason.js';
import {credentials, type Credentials} from './authentication.js';
import {ChannelRefused, type Channel, type Ended, type Link} from './channel.js';
import type {ConnectionSettings} from './connection.js';
import {Dropped, explain, type LibraryError} from './connect-failure.js';
import {GatheringSocket} from './gathering-socket.js';
import {hostKeyCheck} from './host-key.js';
import {makeLean} from './lean-client.js';
import {slots} from './slots.js';

type Client = NonNullable<NodeSSH['connection']>;
type ClientChannel = Parameters<NonNullable<NonNullable<Parameters<NodeSSH['execCommand']>[1]>['onChannel']>>[0];

// sshd's MaxSessions is 10; two are left for a cancellation.
const mostChannels = 8;

// More at once would take each other the time in which one must be done; fewer would leave the controller idle while packets are on their way.
const logins = slots(64);
/** Milliseconds after which one that has met nobody yet holds up no other. */
const longestSilence = 3000;

/** What the one who connects wants to hear, and may say. */
export interface ConnectOptions {
  /** Hears, once, why a connection that stood has broken. */
  readonly onBroken?: (reason: string) => void;
  /** Hears that keys were exchanged with the machine, so that logging in begins. */
  readonly onHandshake?: () => void;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/** Connects to a machine, through its jumps, within the settings' time; rejects with `Unreachable`. */
export async function connectSsh(settings: ConnectionSettings, options: ConnectOptions = {}): Promise<Link> {
  const {signal} = options;
  const [first, ...rest] = [...settings.jumps, settings].map((hop) => ({
    ...hop,
    connectTimeout: settings.connectTimeout,
  }));
  if (first === undefined) throw new Error('Internal error: no hop to connect to');
  const onHandshake = options.onHandshake;
  const hops = [await connectHop(first, {signal, onHandshake})];
  try {
    for (const hop of rest) {
      const before = hops.at(-1);
      if (before === undefined) throw new Error('Internal error: no hop to go through');
      const through = (): Promise<Readable> => forward(before.ssh, hop);
      hops.push(await connectHop(hop, {through, signal, onHandshake}));
    }
  } catch (error) {
    for (const hop of hops.reverse()) hop.ssh.dispose();
    throw error;
  }
  return linkOver(settings, hops, options.onBroken);
}

interface Hop {
  readonly ssh: NodeSSH;
  /** Why it broke. */
  broken: string | undefined;
  onClose: (() => void) | undefined;
}

function linkOver(settings: ConnectionSettings, hops: readonly Hop[], onBroken: ConnectOptions['onBroken']): Link {
  const last = hops.at(-1);
  if (last === undefined) throw new Error('Internal error: a connection of no hops');
  const channels = slots(mostChannels);
  last.onClose = () => {
    if (last.broken !== undefined) onBroken?.(last.broken);
  };
  const open = async (command: string): Promise<Channel> => {
    if (last.broken !== undefined) throw new Unreachable(settings.name, last.broken);
    return startCommand(last, {command, name: settings.name});
  };
  return {
    get broken() {
      return last.broken;
    },
    async open(command, options = {}) {
      if (options.urgent === true) return open(command);
      const giveBack = await channels.take();
      const channel = await open(command).catch((error: unknown) => {
        giveBack();
        throw error;
      });
      void channel.closed.then(giveBack);
      return channel;
    },
    close() {
      last.onClose = undefined;
      for (const hop of [...hops].reverse()) {
        hop.broken ??= 'the connection was closed';
        hop.ssh.dispose();
      }
    },
  };
}

function startCommand(hop: Hop, {command, name}: {readonly command: string; readonly name: string}): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const client: Client | null = hop.ssh.connection;
    if (client === null) {
      reject(new Unreachable(name, hop.broken ?? 'the connection was lost'));
      return;
    }
    client.exec(command, (error: Error | undefined, channel: ClientChannel) => {
      if (error === undefined) resolve(asChannel(channel));
      else if (hop.broken !== undefined) reject(new Unreachable(name, hop.broken));
      else if (/channel open failure/i.test(error.message)) reject(new ChannelRefused(error.message));
      else reject(new Unreachable(name, error.message));
    });
  });
}

function asChannel(channel: ClientChannel): Channel {
  let ended: Ended = {code: undefined, signal: undefined};
  channel.on('exit', (code: number | null, signal?: string) => {
    ended = {code: code ?? undefined, signal};
  });
  channel.on('error', () => undefined);
  const ends = [channel, channel.stderr].map((stream) => new Promise((resolve) => stream.on('close', resolve)));
  const closed = Promise.all(ends).then(() => ended);
  return {stdin: channel, stdout: channel, stderr: channel.stderr, closed, close: () => channel.close()};
}

interface HopOptions {
  /** The way to the machine, when it is not the network itself. */
  readonly through?: () => Promise<Readable>;
  readonly signal: AbortSignal | undefined;
  readonly onHandshake: (() => void) | undefined;
}

/** Connects in its turn: its time begins then. */
async function connectHop(settings: ConnectionSettings, options: HopOptions): Promise<Hop> {
  const giveBack = await logins.take();
  const silence = setTimeout(giveBack, longestSilence);
  try {
    return await connectInTime(settings, {...options, onConnected: () => clearTimeout(silence)});
  } finally {
    clearTimeout(silence);
    giveBack();
  }
}

async function connectInTime(settings: ConnectionSettings, options: TurnOptions): Promise<Hop> {
  const deadline = performance.now() + settings.connectTimeout * 1000;
  const ways = await credentials(settings);
  for (let attempt = 1; ; attempt++) {
    const left = deadline - performance.now();
    try {
      return await attemptHop(settings, {...options, ways, milliseconds: Math.max(1, left)});
    } catch (error) {
      // sshd drops new connections at random when many come at once (MaxStartups).
      const pause = (0.5 + Math.random()) * Math.min(1500, 150 * 2 ** attempt);
      if (!(error instanceof Dropped) || options.signal?.aborted === true || performance.now() + pause >= deadline) {
        throw error instanceof Dropped ? error.reason : error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

interface TurnOptions extends HopOptions {
  /** Hears that the machine has answered at all. */
  readonly onConnected: () => void;
}

interface Attempt extends TurnOptions {
  readonly ways: Credentials;
  readonly milliseconds: number;
}

async function attemptHop(
  settings: ConnectionSettings,
  {ways, through, signal, onConnected, onHandshake, milliseconds}: Attempt,
): Promise<Hop> {
  const check = hostKeyCheck(settings);
  const hop: Hop = {ssh: new NodeSSH(), broken: undefined, onClose: undefined};
  let refused: Unreachable | undefined;
  let keySeen = false;
  const config: Config = {
    host: settings.address,
    port: settings.port,
    username: settings.user,
    readyTimeout: milliseconds,
    keepaliveInterval: settings.keepalive * 1000,
    keepaliveCountMax: 3,
    algorithms: {serverHostKey: [...check.algorithms] as never},
    authHandler: [...ways.list] as never,
    hostVerifier: (key: Buffer, answer: (valid: boolean) => void) => {
      keySeen = true;
      check.verify(key).then(
        (problem) => {
          refused = problem;
          answer(problem === undefined);
        },
        (error: unknown) => {
          refused = new Unreachable(settings.name, `its key cannot be remembered: ${String(error)}`);
          answer(false);
        },
      );
    },
    sock: through ? await through() : new GatheringSocket().connect(settings.port, settings.address),
  };
  const ready = hop.ssh.connect(config);
  const client = hop.ssh.connection;
  if (client) makeLean(client);
  // node-ssh takes its own listener away when connected; a reset would then end the program.
  client?.on('error', (error: Error) => {
    hop.broken ??= `the connection was lost: ${error.message}`;
  });
  // The library leaves small packets waiting for the answer to the ones before them.
  client?.on('connect', () => {
    client.setNoDelay(true);
    onConnected();
  });
  if (onHandshake) client?.on('handshake', onHandshake);
  client?.on('close', () => {
    hop.broken ??= 'the connection was closed by the machine';
    hop.onClose?.();
  });
  const giveUp = (): void => {
    client?.destroy();
  };
  signal?.addEventListener('abort', giveUp, {once: true});
  try {
    if (signal?.aborted === true) giveUp();
    await ready;
  } catch (error) {
    hop.ssh.dispose();
    throw refused ?? explain(settings, {error: error as LibraryError, ways, keySeen});
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  return hop;
}

async function forward(ssh: NodeSSH, to: ConnectionSettings): Promise<Readable> {
  try {
    return await ssh.forwardOut('127.0.0.1', 0, to.address, to.port);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Unreachable(to.name, `the jump host cannot reach ${to.address} port ${to.port}: ${reason}`);
  }
}
