import {sh} from '../../engine/host.js';

// As the kernel numbers them in its tables.
const numbers = {
  ESTABLISHED: '01',
  SYN_SENT: '02',
  SYN_RECV: '03',
  FIN_WAIT1: '04',
  FIN_WAIT2: '05',
  TIME_WAIT: '06',
  CLOSE_WAIT: '08',
  LAST_ACK: '09',
  CLOSING: '0B',
} as const;

export type ConnectionState = keyof typeof numbers;

/** A script that succeeds when the machine has no connection of these states to its port. */
export function drainedScript(port: number, states: readonly ConnectionState[]): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const wanted = `^ *[0-9]*: [0-9A-F]*:${hex} [0-9A-F]*:[0-9A-F]* (${states.map((state) => numbers[state]).join('|')}) `;
  return sh`! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -Eq ${wanted}`;
}
