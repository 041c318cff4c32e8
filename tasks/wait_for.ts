import {CommandFailed, raw, sh} from '../engine/host.js';
import {ask, refuse, type Change, type FactRequest, type TaskModule} from '../engine/task.js';
import {checkFact, type CheckState} from './facts/check.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {portFact, portScript, type PortKey, type PortState} from './facts/port.js';
import {drainedScript, type ConnectionState} from './wait_for/drained.js';

export interface WaitForArgs {
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
  readonly socket?: string;
  readonly state: 'started' | 'stopped' | 'present' | 'absent' | 'drained';
  readonly search_regex?: string;
  readonly active_connection_states: readonly ConnectionState[];
  readonly timeout: number;
  readonly connect_timeout: number;
  readonly delay: number;
  readonly sleep: number;
  readonly msg?: string;
}

interface Facts {
  readonly ports: readonly PortState[];
  readonly files: readonly FileState[];
  readonly checks: readonly CheckState[];
}

interface WaitChange extends Change {
  readonly script: string;
  readonly what: string;
  readonly timeout: number;
  readonly every: number;
  readonly delay: number;
  readonly message?: string;
}

function portKey(args: WaitForArgs): PortKey | undefined {
  if (args.socket !== undefined) return {socket: args.socket};
  return args.port === undefined
    ? undefined
    : {host: args.host, port: args.port, ...(args.connect_timeout === 5 ? {} : {patience: args.connect_timeout})};
}

function isForPresence(args: WaitForArgs): boolean {
  return args.state === 'started' || args.state === 'present';
}

/** A line of sh that succeeds when what is waited for beside a port or a file holds. */
function checkOf(args: WaitForArgs): string | undefined {
  if (args.state === 'drained' && args.port !== undefined)
    return drainedScript(args.port, args.active_connection_states);
  if (args.path === undefined || args.search_regex === undefined) return undefined;
  const found = sh`grep -Eq -e ${args.search_regex} -- ${args.path}`;
  return isForPresence(args) ? found : `! ${found}`;
}

export const waitFor: TaskModule<WaitForArgs, Facts, WaitChange> = {
  name: 'wait_for',
  changesNothing: true,
  reads(args) {
    const key = portKey(args);
    const check = checkOf(args);
    const checks: readonly FactRequest<CheckState>[] = check === undefined ? [] : [ask(checkFact, {script: check})];
    return {
      ports: key === undefined || check !== undefined ? [] : [ask(portFact, key)],
      files: args.path === undefined || check !== undefined ? [] : [ask(fileFact, {path: args.path, digest: false})],
      checks,
    };
  },
  plan(args, {ports, files, checks: [check]}) {
    const key = portKey(args);
    if ([args.port, args.path, args.socket].filter((each) => each !== undefined).length !== 1) {
      refuse("wait_for needs just one of 'port', 'path' and 'socket'");
    }
    if (args.search_regex !== undefined && args.path === undefined) refuse("'search_regex' is for a 'path'");
    if (args.state === 'drained' && args.port === undefined) refuse("'state: drained' is for a 'port'");
    const wanted = isForPresence(args);
    if (check !== undefined ? check.code === 0 : isThere(key, {ports, files}) === wanted) return undefined;
    const script = checkOf(args) ?? plainScript(key, args);
    const what = whatOf(args, key);
    return {
      kind: 'wait',
      summary: `wait for ${what}`,
      makes: [],
      script,
      what,
      timeout: args.timeout,
      every: args.sleep,
      delay: args.delay,
      ...(args.msg === undefined ? {} : {message: args.msg}),
    };
  },
  async apply(host, {script, timeout, every, what, delay, message}) {
    const begun = performance.now();
    if (delay > 0) await host.run(sh`sleep ${delay}`, {timeout: delay + 60, label: `delay of ${delay} s`});
    try {
      await host.until(`{ ${script}\n} >/dev/null 2>&1`, {timeout: Math.max(1, timeout - delay), every, what});
    } catch (error) {
      if (message !== undefined && error instanceof CommandFailed) refuse(message);
      throw error;
    }
    return {elapsed: Math.round((performance.now() - begun) / 1000)};
  },
  output: (args) => ({
    state: args.state,
    ...(args.port === undefined ? {} : {port: args.port}),
    ...(args.path === undefined ? {} : {path: args.path}),
    elapsed: 0,
  }),
};

function isThere(key: PortKey | undefined, {ports, files}: Pick<Facts, 'ports' | 'files'>): boolean {
  return key === undefined ? files[0]?.exists === true : ports[0]?.open === true;
}

function plainScript(key: PortKey | undefined, args: WaitForArgs): string {
  const test =
    key === undefined
      ? sh`{ [ -e ${args.path ?? ''} ] || [ -L ${args.path ?? ''} ]; }`
      : sh`( ${raw(portScript(key))} ) </dev/null`;
  return isForPresence(args) ? test : `! ${test}`;
}

function whatOf(args: WaitForArgs, key: PortKey | undefined): string {
  const wanted = isForPresence(args);
  if (args.search_regex !== undefined)
    return `${args.path ?? ''} to ${wanted ? 'hold' : 'hold no'} '${args.search_regex}'`;
  if (key === undefined) return `${args.path ?? ''} ${wanted ? 'there' : 'gone'}`;
  if (args.state === 'drained') return `no connections to port ${args.port ?? 0}`;
  return `${'socket' in key ? key.socket : `${key.host}:${key.port}`} ${wanted ? 'open' : 'closed'}`;
}
