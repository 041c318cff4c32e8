import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {
  inOrder,
  rootlessPortsFact,
  specOf,
  type PortsKey,
  type PortsState,
  type PublishedPort,
} from './facts/rootless_ports.js';

export interface RootlessPortsArgs {
  readonly ports: readonly {
    readonly port: number;
    readonly target?: number;
    readonly protocol: 'tcp' | 'udp';
    readonly address?: string;
  }[];
  readonly address: string;
  readonly socket: string;
  readonly file: string;
}

interface PortsChange extends Change {
  readonly socket: string;
  readonly file: string;
  readonly text?: string;
  readonly add: readonly string[];
  /** rootlesskit's numbers. */
  readonly remove: readonly number[];
}

export const rootlessPorts: TaskModule<RootlessPortsArgs, {readonly ports: PortsState}, PortsChange> = {
  name: 'rootless_ports',
  reads: (args) => ({ports: ask(rootlessPortsFact, keyOf(args))}),
  plan(args, {ports: {running, live, kept}}) {
    const wanted = wantedOf(args);
    const has = (all: readonly PublishedPort[], port: PublishedPort): boolean =>
      all.some((each) => specOf(each) === specOf(port));
    const forgotten = kept.filter((port) => !has(wanted, port));
    const unwanted = live.filter((port) => has(forgotten, port));
    const missing = running ? wanted.filter((port) => !has(live, port)) : [];
    const stays = live.filter((port) => !unwanted.includes(port));
    for (const port of missing) demandFree(port, stays);
    const changesFile = kept.map(specOf).join() !== wanted.map(specOf).join();
    if (!changesFile && missing.length + unwanted.length === 0) return undefined;
    const words = [
      ...[...missing, ...wanted.filter((port) => !has(kept, port) && !has(missing, port))].map(
        (port) => `publish ${port.port}/${port.protocol}`,
      ),
      ...forgotten.map(({port, protocol}) => `publish ${port}/${protocol} no longer`),
    ];
    const after = inOrder([...stays, ...missing].map(plain));
    return {
      kind: 'state',
      summary: words.join(', '),
      makes: [promise(rootlessPortsFact, keyOf(args), {kept: wanted, ...(running ? {live: after} : {})})],
      unsettles: [{kind: 'file', id: args.file}, {kind: 'port'}],
      socket: args.socket,
      file: args.file,
      ...(changesFile ? {text: wanted.map((port) => `${specOf(port)}\n`).join('')} : {}),
      add: missing.map(specOf),
      remove: unwanted.flatMap(({id}) => id ?? []),
    };
  },
  async apply(host, {socket, file, text, add, remove}) {
    if (text !== undefined) await host.put(file, text, {mode: '0644'});
    const client = (words: readonly (string | number)[]): Promise<unknown> =>
      host.run(sh`rootlessctl --socket ${socket} ${words}`, {label: `rootlessctl ${words[0] ?? ''}`});
    for (const id of remove) await client(['remove-ports', id]);
    for (const spec of add) await client(['add-ports', spec]);
  },
  output: (_, {ports: {running, live}}) => ({running, published: live.map(specOf)}),
};

function keyOf({socket, file}: RootlessPortsArgs): PortsKey {
  return {socket, file};
}

function wantedOf(args: RootlessPortsArgs): readonly PublishedPort[] {
  return inOrder(
    args.ports.map(({port, target = port, protocol, address = args.address}) => ({protocol, address, port, target})),
  );
}

function plain({protocol, address, port, target}: PublishedPort): PublishedPort {
  return {protocol, address, port, target};
}

function demandFree(port: PublishedPort, live: readonly PublishedPort[]): void {
  const taken = live.find(
    (each) =>
      each.port === port.port &&
      each.protocol === port.protocol &&
      (each.address === port.address || [each.address, port.address].includes('0.0.0.0')),
  );
  if (taken !== undefined)
    refuse(`the port ${port.port}/${port.protocol} is published already, as ${specOf(taken)}`, 'take that away first');
}
