import {sh} from '../engine/host.js';
import {ask, type Change, type TaskModule} from '../engine/task.js';
import {haproxyStatFact, showStat, type HaproxyStat} from './facts/haproxy_stat.js';

export interface HaproxyServerArgs {
  readonly backend: string;
  readonly servers: readonly string[];
  readonly check: string;
  readonly socket: string;
  readonly timeout: number;
}

interface ServerWait extends Change {
  readonly backend: string;
  readonly servers: readonly string[];
  readonly check: string;
  readonly socket: string;
  readonly timeout: number;
}

export const haproxyServer: TaskModule<HaproxyServerArgs, {readonly haproxy: HaproxyStat}, ServerWait> = {
  name: 'haproxy_server',
  changesNothing: true,
  reads: (args) => ({haproxy: ask(haproxyStatFact, {socket: args.socket})}),
  plan({backend, servers, check, socket, timeout}, {haproxy}) {
    const missing = servers.filter(
      (server) =>
        !haproxy.servers.some((stat) => stat.backend === backend && stat.server === server && isFine(stat, check)),
    );
    if (missing.length === 0) return undefined;
    return {
      kind: 'wait',
      summary: `wait for ${describe(missing, {backend, check})}`,
      makes: [],
      backend,
      servers: missing,
      check,
      socket,
      timeout,
    };
  },
  async apply(host, {backend, servers, check, socket, timeout}) {
    const fine = servers.map(
      (server) =>
        sh`printf '%s\n' "$stat" | grep -Eq ${`^${escaped(backend)},${escaped(server)},(.*,)?UP,.*,([*] )?${check},`}`,
    );
    const script = `stat=$(${showStat(socket)} 2>&1) || { printf '%s\\n' "$stat" >&2; exit 1; }
${fine.join(' && ')} || { printf '%s\\n' "$stat" | cut -d, -f1,2,18,37 >&2; exit 1; }`;
    await host.until(script, {timeout, what: describe(servers, {backend, check})});
  },
  output: ({backend}, {haproxy}) => ({servers: haproxy.servers.filter((stat) => stat.backend === backend)}),
};

function isFine({status, check}: {readonly status: string; readonly check: string}, wanted: string): boolean {
  return status === 'UP' && check === wanted;
}

function describe(
  servers: readonly string[],
  {backend, check}: {readonly backend: string; readonly check: string},
): string {
  return `${check} of ${servers.join(', ')} in ${backend}`;
}

function escaped(word: string): string {
  return word.replace(/[.[\]*^$+?(){}|\\]/g, '\\$&');
}
