import {onHost, type Damage} from '../damage.js';

/** What a fault on one host is made of; `repairs` name the nodes without their host. */
export interface FaultParts {
  readonly host: string;
  readonly script: string;
  readonly repairs: readonly string[];
  readonly renews?: readonly RegExp[];
  readonly untold?: {readonly announces?: readonly string[]; readonly needs: RegExp};
}

/** Something that is overwritten, lost or stopped on one host, and the nodes that set it right. */
export function fault(name: string, {host, script, repairs, renews = [], untold}: FaultParts): Damage {
  const nodes = (names: readonly string[]): readonly string[] => names.map((node) => `${host} ${node}`);
  return {
    name,
    host,
    make: onHost(host, `. /etc/u7s/namespace.env 2>/dev/null\n${script}`),
    repairs: nodes(repairs),
    renews,
    ...(untold === undefined ? {} : {untold: {needs: untold.needs, announces: nodes(untold.announces ?? repairs)}}),
  };
}

/** Units of the node that are started anew when containerd is. */
export const restarted: readonly RegExp[] = [/^user-unit u7s-(containerd|kubelet)\.service$/];

/** The same when the namespaces are. */
export const everythingRestarted: readonly RegExp[] = [/^user-unit u7s-/];
