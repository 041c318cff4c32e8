import {CommandFailed, PlaceMissing, Unreachable, type ExecResult, type Host} from '../../engine/host.js';
import type {Place} from '../../engine/run/place.js';

/** A machine in memory: files, services, and what was asked of it. Scripts are JSON words. */
export interface ToyMachine {
  readonly name: string;
  readonly files: Map<string, string>;
  readonly running: Set<string>;
  /** Scripts that were run, in order: `read file a b`, `write a text`. */
  readonly log: string[];
  /** How often somebody waited for answers: scripts sent together count once. */
  trips: number;
  /** Called before each script; may throw, wait, or change the machine. */
  before: ((words: readonly string[]) => Promise<void> | void) | undefined;
  /** Users that exist beside root. */
  readonly users: Set<string>;
  host(place: Place): Host;
}

/** Makes a machine with these files. */
export function toyMachine(name: string, files: Readonly<Record<string, string>> = {}): ToyMachine {
  let inFlight = 0;
  const machine: ToyMachine = {
    name,
    files: new Map(Object.entries(files)),
    running: new Set(),
    users: new Set(),
    log: [],
    trips: 0,
    before: undefined,
    host: (place) => toyHost(machine, place, execute),
  };

  async function execute(place: Place, script: string): Promise<ExecResult> {
    const words = JSON.parse(script) as readonly string[];
    if (inFlight === 0) machine.trips++;
    inFlight++;
    try {
      // Answers come only when all that is sent together has been sent.
      await new Promise((resolve) => setImmediate(resolve));
      machine.log.push(words.join(' '));
      await machine.before?.(words);
      if (place.user !== undefined && place.user !== 'root' && !machine.users.has(place.user)) {
        throw new PlaceMissing(`becoming ${place.user}`, {code: 1, stdout: '', stderr: `unknown user ${place.user}`});
      }
      return {code: 0, stdout: run(machine, words), stderr: ''};
    } finally {
      inFlight--;
    }
  }

  return machine;
}

function run(machine: ToyMachine, [verb, ...words]: readonly string[]): string {
  const [name = '', text = ''] = words;
  switch (verb) {
    case 'read': {
      const [kind, ...keys] = words;
      return JSON.stringify(keys.map((key) => read(machine, kind ?? '', key)));
    }
    case 'write':
      machine.files.set(name, text);
      return '';
    case 'remove':
      machine.files.delete(name);
      return '';
    case 'start':
      machine.running.add(name);
      return '';
    case 'stop':
      machine.running.delete(name);
      return '';
    case 'adduser':
      machine.users.add(name);
      return '';
    case 'echo':
      return words.join(' ');
    case 'true':
      return '';
    default:
      throw new Error(`the toy machine does not know ${String(verb)}`);
  }
}

function read(machine: ToyMachine, kind: string, key: string): unknown {
  switch (kind) {
    case 'file':
      return machine.files.has(key) ? {exists: true, text: machine.files.get(key)} : {exists: false};
    case 'service':
      return {exists: machine.files.has(`/units/${key}`), running: machine.running.has(key)};
    case 'user':
      return machine.users.has(key) ? {exists: true, uid: 1000 + key.length} : {exists: false};
    case 'os':
      return {family: 'toy', name: machine.name};
    default:
      throw new Error(`no such kind: ${kind}`);
  }
}

function toyHost(
  machine: ToyMachine,
  place: Place,
  execute: (place: Place, script: string) => Promise<ExecResult>,
): Host {
  const exec = (script: string): Promise<ExecResult> =>
    execute(place, script.startsWith('[') ? script : JSON.stringify(script.split(' ')));
  const runIt = async (script: string): Promise<ExecResult> => {
    const result = await exec(script);
    if (result.code !== 0) throw new CommandFailed(script, result);
    return result;
  };
  const put: Host['put'] = async (path, content) => {
    if (typeof content !== 'string') throw new Error('the toy machine takes text only');
    await exec(JSON.stringify(['write', path, content]));
  };
  return {
    name: machine.name,
    exec,
    run: runIt,
    until: runIt,
    put,
    async putAll(files) {
      for (const {path, content, options} of files) await put(path, content, options);
    },
    fetch: (path) => Promise.resolve(Buffer.from(machine.files.get(path) ?? '')),
  };
}

/** What a lost connection throws. */
export function lost(machine: string, during?: string): Unreachable {
  return new Unreachable(machine, 'the connection was lost', {during});
}
