import type {ExecResult, Host} from '../../engine/host.js';
import {
  ask,
  promise,
  refuse,
  unknown,
  type AnyTaskModule,
  type Change,
  type DiffLine,
  type FactKind,
  type Registry,
  type TaskModule,
} from '../../engine/task.js';

interface FileState {
  readonly exists: boolean;
  readonly text?: string;
}

function kindOf<Value>(name: string, more: Partial<FactKind<string, Value>> = {}): FactKind<string, Value> {
  return {
    name,
    id: (key) => key,
    script: (keys) => JSON.stringify(['read', name, ...keys]),
    parse: (_, result: ExecResult) => JSON.parse(result.stdout) as readonly Value[],
    show: (before, after): readonly DiffLine[] => {
      const words = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
      return words(before) === words(after) ? [] : [{what: name, before: words(before), after: words(after)}];
    },
    ...more,
  };
}

export const fileKind = kindOf<FileState>('file', {
  show: (before, after) => {
    const wanted = after as FileState;
    return before?.text === wanted.text
      ? []
      : [{what: 'file', text: {before: before?.text ?? '', after: wanted.text ?? ''}}];
  },
});

interface ServiceState {
  readonly exists: boolean;
  readonly running: boolean;
}

/** A service is there when its unit file is. */
export const serviceKind = kindOf<ServiceState>('service', {
  follows: (key, before, promised) => {
    if (promised.kind !== 'file' || !('id' in promised) || promised.id !== `/units/${key}`) return undefined;
    return {...before, exists: (promised.value as FileState).exists};
  },
});

interface UserState {
  readonly exists: boolean;
  readonly uid?: number;
}

export const userKind = kindOf<UserState>('user');
export const osKind = kindOf<{readonly family: string; readonly name: string}>('os');

interface PathChange extends Change {
  readonly path: string;
  readonly text?: string;
}

const file: TaskModule<
  {readonly path: string; readonly text?: string; readonly state?: string},
  {readonly file: FileState},
  PathChange
> = {
  name: 'file',
  reads: ({path}) => ({file: ask(fileKind, path)}),
  plan({path, text = '', state}, facts) {
    if (state === 'absent') {
      if (!facts.file.exists) return undefined;
      return {
        kind: 'state',
        summary: `remove ${path}`,
        makes: [{kind: 'file', id: path, key: path, value: {exists: false, text: undefined}}],
        path,
      };
    }
    if (facts.file.exists && facts.file.text === text) return undefined;
    return {
      kind: 'state',
      summary: `write ${path}`,
      makes: [promise(fileKind, path, {exists: true, text})],
      path,
      text,
    };
  },
  async apply(host, {path, text}) {
    await host.run(text === undefined ? JSON.stringify(['remove', path]) : JSON.stringify(['write', path, text]));
  },
  output: ({path}, facts) => ({path, text: facts.file.text}),
};

interface ServiceChange extends Change {
  readonly service: string;
  readonly start: boolean;
}

const service: TaskModule<
  {readonly name: string; readonly running?: boolean},
  {readonly service: ServiceState},
  ServiceChange
> = {
  name: 'service',
  reads: ({name}) => ({service: ask(serviceKind, name)}),
  plan({name, running = true}, facts) {
    if (!facts.service.exists) refuse(`service '${name}' does not exist`, 'write its unit first');
    if (facts.service.running === running) return undefined;
    return {
      kind: 'state',
      summary: `${running ? 'start' : 'stop'} ${name}`,
      makes: [promise(serviceKind, name, {running})],
      service: name,
      start: running,
    };
  },
  async apply(host, change) {
    await host.run(JSON.stringify([change.start ? 'start' : 'stop', change.service]));
  },
};

const user: TaskModule<{readonly name: string}, {readonly user: UserState}, Change & {readonly name: string}> = {
  name: 'user',
  reads: ({name}) => ({user: ask(userKind, name)}),
  plan: ({name}, facts) =>
    facts.user.exists
      ? undefined
      : {
          kind: 'state',
          summary: `add ${name}`,
          makes: [promise(userKind, name, {exists: true, uid: unknown(`uid of ${name}`)})],
          name,
        },
  async apply(host, {name}) {
    await host.run(JSON.stringify(['adduser', name]));
  },
  output: (_, facts) => ({uid: facts.user.uid}),
};

interface CommandArgs {
  readonly cmd: string;
  readonly creates?: string;
}

/** `creates` makes it declared: it makes that file. */
const command: TaskModule<CommandArgs, {readonly creates?: FileState}, Change & {readonly cmd: string}> = {
  name: 'command',
  reads: ({creates}) => (creates === undefined ? {} : {creates: ask(fileKind, creates)}),
  plan({cmd, creates}, facts) {
    if (facts.creates?.exists === true) return undefined;
    const makes =
      creates === undefined
        ? []
        : [promise(fileKind, creates, {exists: true, text: unknown('what the command writes')})];
    return {kind: 'action', summary: cmd, makes, cmd, ...(creates === undefined ? {undeclared: true} : {})};
  },
  async apply(host: Host, {cmd}) {
    const {code, stdout} = await host.run(JSON.stringify(cmd.split(' ')));
    return {rc: code, stdout};
  },
};

const debug: TaskModule<{readonly msg: string}, object, Change> = {
  name: 'debug',
  reads: () => ({}),
  plan: () => undefined,
  apply: () => Promise.resolve(),
  output: ({msg}) => ({msg}),
};

const setFact: TaskModule<Readonly<Record<string, unknown>>, object, Change> = {
  name: 'set_fact',
  reads: () => ({}),
  plan: () => undefined,
  apply: () => Promise.resolve(),
  output: (args) => args,
  setsVariables: true,
};

const fail: TaskModule<{readonly msg: string}, object, Change> = {
  name: 'fail',
  reads: () => ({}),
  plan: ({msg}) => refuse(msg),
  apply: () => Promise.resolve(),
};

interface WaitChange extends Change {
  readonly path: string;
}

const waitFor: TaskModule<{readonly path: string}, {readonly file: FileState}, WaitChange> = {
  name: 'wait_for',
  reads: ({path}) => ({file: ask(fileKind, path)}),
  plan: ({path}, facts) =>
    facts.file.exists
      ? undefined
      : {
          kind: 'wait',
          summary: `wait for ${path}`,
          makes: [promise(fileKind, path, {exists: true, text: unknown('whoever writes it')})],
          path,
        },
  async apply(host, {path}) {
    await host.until(JSON.stringify(['true', path]), {timeout: 10, what: path});
  },
};

export const toyModules: readonly AnyTaskModule[] = [file, service, user, command, debug, setFact, fail, waitFor];

const kinds = [fileKind, serviceKind, userKind, osKind];

/** The toys, and further modules. */
export function toyRegistry(more: readonly AnyTaskModule[] = []): Registry {
  return {
    modules: new Map([...toyModules, ...more].map((module) => [module.name, module])),
    kinds: new Map(kinds.map((kind) => [kind.name, kind])),
    variables: {os: ask(osKind, 'os')},
  };
}

const text = {type: 'string'};

/** Schemas of the toys' arguments. */
export const toySchemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  file: {
    type: 'object',
    properties: {path: text, text: {type: 'string'}, state: text},
    required: ['path'],
    returns: {type: 'object', properties: {path: text, text}},
  },
  service: {type: 'object', properties: {name: text, running: {type: 'boolean', default: true}}, required: ['name']},
  user: {
    type: 'object',
    properties: {name: text, password: {type: 'string', writeOnly: true}},
    required: ['name'],
    returns: {type: 'object', properties: {uid: {type: 'integer'}}},
  },
  command: {
    type: 'object',
    properties: {cmd: text, creates: text},
    required: ['cmd'],
    'x-free-form': 'cmd',
    returns: {type: 'object', properties: {rc: {type: 'integer'}, stdout: text}},
  },
  debug: {type: 'object', properties: {msg: text}},
  set_fact: {type: 'object'},
  fail: {type: 'object', properties: {msg: text}},
  wait_for: {type: 'object', properties: {path: text}, required: ['path']},
};
