import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';

/** A place where something may listen: a TCP port as seen from the machine, or a socket in its file system. */
export type PortKey =
  | {readonly host: string; readonly port: number; /** Seconds to connect; default 3. */ readonly patience?: number}
  | {readonly socket: string};

export interface PortState {
  /** Something accepts connections. */
  readonly open: boolean;
}

/**
 * A script whose status is 0 when something listens: asked of the kernel's tables for the machine itself, by connecting else
 * (nc, bash or curl, whatever is there).
 */
export function portScript(key: PortKey): string {
  if ('socket' in key) return sh`[ -S ${key.socket} ]`;
  const {host, port, patience = 3} = key;
  const seconds = Math.max(1, Math.ceil(patience));
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  if (['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'].includes(host)) {
    // Listening (0A) on every address or on loopback, in IPv4, IPv6 and IPv4 mapped into IPv6.
    const listening = `^ *[0-9]*: (00000000|0100007F|0{32}|0{24}01000000|0{16}FFFF00000100007F):${hex} [0-9A-F]*:0000 0A `;
    return sh`cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq ${listening}`;
  }
  return sh`if command -v nc >/dev/null 2>&1; then nc -z -w ${seconds} ${host} ${port}
elif command -v bash >/dev/null 2>&1; then timeout ${seconds} bash -c ${`exec 3<>/dev/tcp/${host}/${port}`}
elif command -v curl >/dev/null 2>&1; then curl -s --connect-timeout ${seconds} ${`telnet://${host}:${port}`} </dev/null
else echo 'a connection needs nc, bash or curl on this machine' >&2; exit 3; fi >/dev/null 2>&1`;
}

/** Whether something listens. */
export const portFact: FactKind<PortKey, PortState> = {
  name: 'port',
  id: (key) => ('socket' in key ? key.socket : `${key.host}:${key.port}`),
  script: (keys) => keys.map((key) => `( ${portScript(key)} ) </dev/null && echo open || echo closed`).join('\n'),
  parse(keys, result) {
    const lines = result.stdout.split('\n').slice(0, -1);
    if (lines.length !== keys.length) throw new Error(`cannot ask for ports: ${result.stderr.trim()}`);
    return lines.map((line) => ({open: line === 'open'}));
  },
  show: (before, after) => [
    {
      what: 'port',
      before: before === undefined ? undefined : before.open ? 'open' : 'closed',
      after: 'open' in after ? (after.open ? 'open' : 'closed') : undefined,
    },
  ],
  volatile: true,
};
