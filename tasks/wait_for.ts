import {sh} from '../engine/host.js';
import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import type {FileState} from './facts/file/state.js';
import {portFact, portScript, type PortKey, type PortState} from './facts/port.js';

export interface WaitForArgs {
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
  readonly socket?: string;
  readonly state: 'started' | 'stopped' | 'present' | 'absent';
  readonly timeout: number;
  readonly sleep: number;
}

interface Facts {
  readonly ports: readonly PortState[];
  readonly files: readonly FileState[];
}

interface WaitChange extends Change {
  readonly script: string;
  readonly what: string;
  readonly timeout: number;
  readonly every: number;
}

function portKey(args: WaitForArgs): PortKey | undefined {
  if (args.socket !== undefined) return {socket: args.socket};
  return args.port === undefined ? undefined : {host: args.host, port: args.port};
}

function isForPresence(args: WaitForArgs): boolean {
  return args.state === 'started' || args.state === 'present';
}

export const waitFor: TaskModule<WaitForArgs, Facts, WaitChange> = {
  name: 'wait_for',
  reads(args) {
    const key = portKey(args);
    return {
      ports: key === undefined ? [] : [ask(portFact, key)],
      files: args.path === undefined ? [] : [ask(fileFact, {path: args.path, digest: false})],
    };
  },
  plan(args, {ports, files}) {
    const key = portKey(args);
    if ([args.port, args.path, args.socket].filter((each) => each !== undefined).length !== 1) {
      refuse("wait_for needs just one of 'port', 'path' and 'socket'");
    }
    const wanted = isForPresence(args);
    const present = key === undefined ? files[0]?.exists === true : ports[0]?.open === true;
    if (present === wanted) return undefined;
    const test =
      key === undefined
        ? sh`{ [ -e ${args.path ?? ''} ] || [ -L ${args.path ?? ''} ]; }`
        : `( ${portScript(key)} ) </dev/null`;
    const thing = key === undefined ? (args.path ?? '') : 'socket' in key ? key.socket : `${key.host}:${key.port}`;
    const what = `${thing} ${key === undefined ? (wanted ? 'there' : 'gone') : wanted ? 'open' : 'closed'}`;
    return {
      kind: 'wait',
      summary: `wait for ${what}`,
      makes: [],
      script: wanted ? test : `! ${test}`,
      what,
      timeout: args.timeout,
      every: args.sleep,
    };
  },
  async apply(host, change) {
    await host.until(change.script, {timeout: change.timeout, every: change.every, what: change.what});
  },
  output: (args) => ({
    state: args.state,
    ...(args.port === undefined ? {} : {port: args.port}),
    ...(args.path === undefined ? {} : {path: args.path}),
  }),
};
