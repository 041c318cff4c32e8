import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import type {Socket} from 'node:net';
import {createServer, connect as connectTcp} from 'node:net';
import {tmpdir} from 'node:os';
import type {Writable} from 'node:stream';
import {join} from 'node:path';
import ssh2, {type PublicKeyAuthContext} from 'ssh2';
import type {ConnectionSettings} from '../../engine/connect/connection.js';
import {knownHostsLine} from '../../engine/connect/known-hosts.js';

const {Server, utils} = ssh2;

/** How the machine of a test differs from a plain one. */
export interface ServerOptions {
  /** Channels that a connection may have; default unbounded. */
  readonly maxSessions?: number;
  /** Connections that are dropped before the first word. */
  readonly dropFirst?: number;
  /** Put in front of PATH. */
  readonly path?: string;
  readonly password?: string;
  /** The kind of the client's key; default ed25519. */
  readonly clientKey?: 'ed25519' | 'rsa';
  /** Nobody is let in before it. */
  readonly opening?: Promise<void>;
  /** Whoever has logged in gets no answer any more. */
  readonly hangs?: boolean;
  /** Each connection is cut after so many pieces of input. */
  readonly cutAfter?: number;
}

/** An SSH server in this process whose commands are real: what it starts, a real sh runs. */
export interface TestServer {
  readonly folder: string;
  readonly port: number;
  readonly settings: ConnectionSettings;
  readonly hostKey: Buffer;
  readonly knownHosts: string;
  /** How many connections were made, how many of them waited for their login at the same time at the most, how many logins asked whether a key would do, and how many pieces of input the channels got. */
  readonly counts: {connections: number; loggingIn: number; asked: number; writes: number; channels: number};
  /** Cuts all connections without a word, as a power cut does. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a server on the loopback interface with a key, a client key and a known_hosts file of its own. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'u7s-connect-'));
  const host = keyPair();
  const client = keyPair(options.clientKey);
  const keyFile = join(folder, 'id_ed25519');
  writeFileSync(keyFile, client.private, {mode: 0o600});
  const hostKey = publicBytes(host.public);
  const counts = {connections: 0, loggingIn: 0, asked: 0, writes: 0, channels: 0};
  const outside = new Set<object>();
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  let toDrop = options.dropFirst ?? 0;
  const server = new Server({hostKeys: [host.private]}, (connection) => {
    counts.connections++;
    outside.add(connection);
    counts.loggingIn = Math.max(counts.loggingIn, outside.size);
    connection.on('ready', () => outside.delete(connection));
    connection.on('close', () => outside.delete(connection));
    let sessions = 0;
    let left = options.cutAfter ?? Infinity;
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      const isKey = context.method === 'publickey' && isSigned(context, client.public);
      if (context.method === 'publickey' && context.signature === undefined) counts.asked++;
      const isAllowed = isKey || (context.method === 'password' && context.password === options.password);
      void (options.opening ?? Promise.resolve()).then(() => {
        if (isAllowed) context.accept();
        else context.reject(['publickey', 'password']);
      });
    });
    connection.on('tcpip', (accept, _reject, info) => {
      const socket = connectTcp(info.destPort, info.destIP, () => {
        const stream = accept();
        stream.pipe(socket).pipe(stream);
      });
      socket.on('error', () => undefined);
    });
    connection.on('session', (accept, reject) => {
      if (sessions >= (options.maxSessions ?? Infinity)) {
        reject();
        return;
      }
      sessions++;
      counts.channels++;
      const session = accept();
      session.on('close', () => sessions--);
      session.on('exec', (acceptExec, _rejectExec, info) => {
        const channel = acceptExec();
        if (options.hangs === true) return;
        const path = `${options.path === undefined ? '' : `${options.path}:`}${process.env['PATH'] ?? ''}`;
        const child = spawn('/bin/sh', ['-c', info.command], {env: {...process.env, PATH: path}, detached: true});
        children.add(child);
        channel.on('data', (bytes: Buffer) => {
          counts.writes++;
          if (left-- === 0) connection.end();
          child.stdin.write(bytes);
        });
        channel.on('end', () => child.stdin.end());
        channel.on('close', () => child.stdin.end());
        channel.on('error', () => undefined);
        child.stdin.on('error', () => undefined);
        // One at a time: the library forgets what waits on one stream while the other waits for the window too.
        let written: Promise<unknown> = Promise.resolve();
        const send = (stream: Writable, bytes: Buffer): void => {
          written = written.then(() => new Promise((resolve) => stream.write(bytes, resolve)));
        };
        child.stdout.on('data', (bytes: Buffer) => send(channel, bytes));
        child.stderr.on('data', (bytes: Buffer) => send(channel.stderr, bytes));
        child.on('close', (code, signal) => {
          children.delete(child);
          if (code === null) channel.exit(signal?.replace('SIG', '') ?? 'KILL');
          else channel.exit(code);
          void written.then(() => channel.end(() => channel.close()));
        });
      });
    });
  });
  const front = createServer((socket) => {
    if (toDrop > 0) {
      toDrop--;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    server.injectSocket(socket);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('Internal error: no port');
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, knownHostsLine(`[127.0.0.1]:${address.port}`, hostKey));
  return {
    folder,
    port: address.port,
    hostKey,
    knownHosts,
    counts,
    settings: settingsFor({port: address.port, keyFile, knownHosts, folder}),
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const child of children) child.kill('SIGKILL');
      front.close();
      await once(front, 'close');
      rmSync(folder, {recursive: true, force: true});
    },
  };
}

/** Whether a login is with a key, and signed by it where it is not only asked for. */
function isSigned({key, blob, signature, hashAlgo}: PublicKeyAuthContext, line: string): boolean {
  const known = utils.parseKey(line);
  if (known instanceof Error || !publicBytes(line).equals(key.data)) return false;
  return signature === undefined || (blob !== undefined && known.verify(blob, signature, hashAlgo));
}

/** Makes a key pair; the library makes one now and then that it cannot read itself. */
export function keyPair(kind: 'ed25519' | 'rsa' = 'ed25519'): {readonly private: string; readonly public: string} {
  for (;;) {
    const pair = kind === 'rsa' ? utils.generateKeyPairSync('rsa', {bits: 2048}) : utils.generateKeyPairSync('ed25519');
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** The bytes of a public key in its one-line form. */
export function publicBytes(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

/** A public key on the wire that belongs to nobody. */
export function someKey(): Buffer {
  return publicBytes(keyPair().public);
}

/** Plain settings, for the local machine unless a server is given. */
export function settingsFor(server?: {
  readonly port: number;
  readonly keyFile: string;
  readonly knownHosts: string;
  readonly folder: string;
}): ConnectionSettings {
  return {
    name: 'w1',
    connection: server === undefined ? 'local' : 'ssh',
    address: '127.0.0.1',
    port: server?.port ?? 22,
    user: 'tester',
    privateKeyFiles: server === undefined ? [] : [server.keyFile],
    identitiesOnly: true,
    agent: undefined,
    password: undefined,
    knownHostsFiles: server === undefined ? [] : [server.knownHosts],
    hostKeyAlias: undefined,
    hostKeyChecking: 'strict',
    connectTimeout: 5,
    keepalive: 10,
    becomePassword: undefined,
    jumps: [],
    lockFolders: server === undefined ? [] : [server.folder],
  };
}

/** What a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('expected a rejection');
  return error;
}
