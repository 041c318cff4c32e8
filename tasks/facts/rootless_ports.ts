import {sh} from '../../engine/host.js';
import {isUnknown, type DiffLine, type FactKind} from '../../engine/task.js';
import {holdsMembers} from './holds.js';

export interface PortsKey {
  /** rootlesskit's own socket. */
  readonly socket: string;
  /** Where the ports are kept that are published whenever the namespaces start. */
  readonly file: string;
}

/** A port of the host that leads into the namespaces. */
export interface PublishedPort {
  readonly protocol: string;
  /** The host's address; `0.0.0.0`: all of them. */
  readonly address: string;
  readonly port: number;
  /** The port inside. */
  readonly target: number;
}

export interface PortsState {
  /** The namespaces run, and rootlesskit answers. */
  readonly running: boolean;
  /** In one order. */
  readonly live: readonly (PublishedPort & {readonly id?: number})[];
  /** What the file says. */
  readonly kept: readonly PublishedPort[];
}

/** The ports that rootlesskit publishes, and those that it shall publish again when it starts anew. */
export const rootlessPortsFact: FactKind<PortsKey, PortsState> = {
  name: 'rootless_ports',
  id: (key) => key.socket,
  volatile: true,
  script: (keys) =>
    keys
      .map(
        ({socket, file}) =>
          sh`cat ${file} 2>/dev/null; echo =; rootlessctl --socket ${socket} list-ports --json 2>/dev/null </dev/null && echo running; printf '\\036\\n'`,
      )
      .join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split('\u001e\n');
    if (parts.length !== keys.length + 1) throw new Error(`cannot ask for published ports: ${result.stderr.trim()}`);
    return keys.map((_, index): PortsState => {
      const [kept = '', live = ''] = (parts[index] ?? '').split(/^=\n/m);
      const lines = live.split('\n').filter((line) => line !== '');
      return {
        running: lines.includes('running'),
        live: inOrder(lines.filter((line) => line.startsWith('{')).map(portOf)),
        kept: inOrder(kept.split('\n').flatMap((line) => portIn(line) ?? [])),
      };
    });
  },
  holds(promised, read) {
    const ports = ({protocol, address, port, target}: PublishedPort): PublishedPort => ({
      protocol,
      address,
      port,
      target,
    });
    return holdsMembers(promised, {...read, live: read.live.map(ports)});
  },
  show(before, after) {
    if (isUnknown(after)) return [];
    const list = (ports: readonly PublishedPort[] = []): string | undefined =>
      ports.length === 0 ? undefined : ports.map(specOf).join(', ');
    const line = (what: string, member: 'live' | 'kept'): DiffLine => ({
      what,
      before: list(before?.[member]),
      after: list(after[member]),
    });
    // What is not promised is not shown.
    const promised = (['live', 'kept'] as const).filter((member) => Object.hasOwn(after, member));
    return promised
      .map((member) => line(member === 'live' ? 'published ports' : 'published when the namespaces start', member))
      .filter((each) => !('text' in each) && each.before !== each.after);
  },
};

/** `10.0.0.5:8080:80/tcp`, as rootlessctl takes it. */
export function specOf({protocol, address, port, target}: PublishedPort): string {
  return `${address}:${port}:${target}/${protocol}`;
}

/** Ports in one order. */
export function inOrder<Port extends PublishedPort>(ports: readonly Port[]): readonly Port[] {
  return [...ports].sort((one, other) => (specOf(one) < specOf(other) ? -1 : 1));
}

function portIn(line: string): PublishedPort | undefined {
  const [, address = '', port = '', target = '', protocol = ''] = /^(\S+):(\d+):(\d+)\/(\w+)$/.exec(line.trim()) ?? [];
  return protocol === '' ? undefined : {protocol, address, port: Number(port), target: Number(target)};
}

interface Listed {
  readonly id: number;
  readonly spec: {
    readonly proto: string;
    readonly parentIP?: string;
    readonly parentPort: number;
    readonly childPort: number;
  };
}

function portOf(line: string): PublishedPort & {readonly id: number} {
  const {id, spec} = JSON.parse(line) as Listed;
  const address = spec.parentIP ?? '0.0.0.0';
  return {id, protocol: spec.proto, address, port: spec.parentPort, target: spec.childPort};
}
