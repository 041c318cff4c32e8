import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {record} from '../kube/answer.js';

export interface StatKey {
  /** haproxy's stats socket. */
  readonly socket: string;
}

export interface ServerStat {
  readonly backend: string;
  readonly server: string;
  /** `UP`, `DOWN`, `MAINT`, … */
  readonly status: string;
  /** `L7OK`, `L4CON`, … */
  readonly check: string;
}

export interface HaproxyStat {
  readonly servers: readonly ServerStat[];
}

/** What a haproxy says of its servers; nothing where none runs. */
export const haproxyStatFact: FactKind<StatKey, HaproxyStat> = {
  name: 'haproxy_stat',
  id: (key) => key.socket,
  volatile: true,
  script: (keys) => keys.map(({socket}) => record(showStat(socket))).join('\n'),
  parse: (keys, result) => {
    const said = result.stdout.split('\n\u001e\n').slice(0, -1);
    if (said.length !== keys.length) throw new Error(`cannot ask haproxy: ${result.stderr.trim()}`);
    return said.map((text) => ({servers: text.startsWith('0\n') ? serversOf(text.slice(2)) : []}));
  },
  show: (before, after) => [
    {
      what: 'servers',
      before: before?.servers.map(titleOf).join(', '),
      after: 'servers' in after ? after.servers.map(titleOf).join(', ') : undefined,
    },
  ],
};

/** Asks for the table of all servers, as CSV. */
export function showStat(socket: string): string {
  return sh`echo 'show stat' | socat -t 5 - ${`UNIX-CONNECT:${socket}`}`;
}

function serversOf(text: string): readonly ServerStat[] {
  const lines = text.split('\n');
  const columns = (lines.find((line) => line.startsWith('# ')) ?? '# ').slice(2).split(',');
  const field = (line: readonly string[], name: string): string => line[columns.indexOf(name)] ?? '';
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(','))
    .map((line) => ({
      backend: field(line, 'pxname'),
      server: field(line, 'svname'),
      status: field(line, 'status'),
      // While a check is on its way, a star stands before what the last one told.
      check: field(line, 'check_status').replace(/^\* /, ''),
    }))
    .filter(({server}) => server !== 'FRONTEND' && server !== 'BACKEND');
}

function titleOf({backend, server, status, check}: ServerStat): string {
  return `${backend}/${server} ${status} ${check}`;
}
