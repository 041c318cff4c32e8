import {Machine} from '../connect/machine.js';
import type {Place, Progress} from '../connect/connection.js';
import {settingsOf, type SettingsOptions} from '../connect/settings.js';
import {BadInput, type Diagnostic} from '../diagnostic.js';
import type {Emit} from '../event.js';
import type {Graph} from '../graph/graph.js';
import type {Host} from '../host.js';
import type {Timing} from '../timing.js';
import type {Passwords} from './ask.js';
import {connectionVariables} from './connection-variables.js';
import type {LoginOptions} from './invocation.js';
import {lockMachine} from './machine-lock.js';

/** All machines of a run, each connected at its first use. */
export interface Machines {
  /** The passwords with which they are reached. */
  readonly secrets: readonly string[];
  /** From now on connections made and lost are told as events. */
  readonly takeEmit: (emit: Emit) => void;
  readonly hostFor: (
    machine: string,
    place: Place,
    options: {readonly progress?: Progress; readonly detaches?: boolean},
  ) => Host;
  /** Hangs up; the next use connects anew. */
  readonly reset: (machine: string) => Promise<void>;
  /** Takes the lock of a machine of the inventory for a run; rejects, saying who holds it, when another run has it. */
  readonly lock: (machine: string, run: string) => Promise<void>;
  /** Ends what runs on them. */
  readonly cancel: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface MachinesOptions {
  readonly login: LoginOptions;
  readonly passwords: Passwords;
  /** Hears what each host was asked, and when. */
  readonly onTiming?: ((host: string, timing: Timing) => void) | undefined;
}

/** Reads how each of the hosts is reached; throws `BadInput` with what is wrong in their variables. Nothing is connected to yet. */
export function createMachines(
  {project, logins}: Pick<Graph, 'project' | 'logins'>,
  options: MachinesOptions,
): Machines {
  let emit: Emit = () => undefined;
  const diagnostics: Diagnostic[] = [];
  const machines = new Map<string, Machine>();
  const secrets = new Set<string>();
  const addresses = new Map<string, string>();
  const locks = new Map<string, Promise<void>>();
  const {connection} = options.login;
  const named = new Set(project.inventory.groups.get('all'));
  for (const name of project.inventory.hosts.keys()) {
    const ownVariables = connectionVariables(project, name, (diagnostic) => diagnostics.push(diagnostic));
    const variables = {
      ...(connection === undefined ? {} : {ansible_connection: connection}),
      ...ownVariables,
      ...logins.get(name),
    };
    const {settings, problems} = settingsOf({name, variables}, settingsOptions(options));
    diagnostics.push(
      ...problems.map(({message}): Diagnostic => ({
        severity: 'error',
        at: undefined,
        message: `host "${name}": ${message}`,
      })),
    );
    const machine = new Machine(settings, {
      onConnected: (milliseconds) => emit({type: 'host-connected', host: name, milliseconds}),
      onLost: (reason) => emit({type: 'host-lost', host: name, reason}),
      ...(options.onTiming && {onTiming: (timing) => options.onTiming?.(name, timing)}),
    });
    machines.set(name, machine);
    for (const secret of [settings.password, settings.becomePassword]) if (secret !== undefined) secrets.add(secret);
    addresses.set(name, settings.connection === 'local' ? 'local' : `${settings.address}:${settings.port}`);
  }
  if (diagnostics.length > 0) throw new BadInput(diagnostics);
  const machineOf = (name: string): Machine => {
    const machine = machines.get(name);
    if (machine === undefined) throw new Error(`Internal error: no machine for the host ${name}`);
    return machine;
  };
  return {
    secrets: [...secrets],
    takeEmit: (given) => {
      emit = given;
    },
    hostFor: (name, place, hostOptions) => machineOf(name).host(place, hostOptions),
    reset: (name) => machineOf(name).reset(),
    lock: (name, run) => {
      // The controller that no inventory names: what a run keeps there is its inventory's, which has a lock of its own.
      if (!named.has(name)) return Promise.resolve();
      // One machine may have several names in the inventory, and would hold its own lock against itself.
      const address = addresses.get(name) ?? name;
      const locking = locks.get(address) ?? lockMachine(machineOf(name), run, emit);
      locks.set(address, locking);
      locking.catch(() => locks.delete(address));
      return locking;
    },
    cancel: async () => {
      await Promise.all([...machines.values()].map((machine) => machine.cancel()));
    },
    close: async () => {
      await Promise.all([...machines.values()].map((machine) => machine.close()));
    },
  };
}

function settingsOptions({login, passwords}: MachinesOptions): SettingsOptions {
  return {
    user: login.user,
    privateKey: login.privateKey,
    timeout: login.timeout,
    password: passwords.login,
    becomePassword: passwords.become,
  };
}
