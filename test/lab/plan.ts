import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {labFolder} from './folders.js';

/** A host as the lab knows it before it exists. */
export interface PlannedHost {
  readonly name: string;
  readonly address: string;
  /** A second address on the same interface. */
  readonly second?: string;
}

/** What is fixed about a lab: its name, its network, and the address of each of its hosts. */
export interface LabPlan {
  readonly name: string;
  /** The first three numbers of the /24 network, e.g. `10.77.0`. */
  readonly prefix: string;
  readonly bridge: string;
  readonly hosts: readonly PlannedHost[];
}

/** The address of the controller on the lab's bridge, and the hosts' gateway. */
export function gatewayOf(plan: LabPlan): string {
  return `${plan.prefix}.1`;
}

/** The lab's network as it is written, e.g. `10.77.0.0/24`. */
export function subnetOf(plan: LabPlan): string {
  return `${plan.prefix}.0/24`;
}

/** Checks a lab's name and network. The name is short because it begins the names of network interfaces. */
export function planLab(name: string, subnet: string): LabPlan {
  if (!/^[a-z][a-z0-9]{0,8}$/.test(name)) {
    throw new Error(`'${name}' is no name for a lab: expected a small letter and up to 8 small letters or digits`);
  }
  const match = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.0\/24$/.exec(subnet);
  const prefix = match?.[1];
  if (prefix === undefined || prefix.split('.').some((part) => Number(part) > 255)) {
    throw new Error(`'${subnet}' is no network for a lab: expected the form '10.77.0.0/24'`);
  }
  return {name, prefix, bridge: `${name}0`, hosts: []};
}

const firstOfRole: Readonly<Record<string, number>> = {cp: 10, w: 20, lb: 30};

function numberOf(host: string, taken: ReadonlySet<number>): number {
  const match = /^(cp|w|lb)([1-9])$/.exec(host);
  if (match) return (firstOfRole[match[1] ?? ''] ?? 0) + Number(match[2]);
  for (let number = 101; number < 255; number++) if (!taken.has(number)) return number;
  throw new Error(`no address is left for '${host}' in the lab's network`);
}

/** What somebody asks for: `cp1`, or `cp1+31` for a host that has a second address, 31 in the lab's network. */
function asked(words: string): {readonly name: string; readonly second: string | undefined} {
  const match = /^([a-z][a-z0-9-]{0,30})(?:\+([1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]))?$/.exec(words);
  const [, name, second] = match ?? [];
  if (name === undefined) {
    throw new Error(
      `'${words}' is no name for a host: expected a small letter, then small letters, digits and dashes, and '+31' for a second address`,
    );
  }
  return {name, second};
}

/** The name in what somebody asks for. Throws where it is none. */
export function nameIn(words: string): string {
  return asked(words).name;
}

/** Gives every host that is not planned yet an address: cp1 gets .11, w1 .21, lb1 .31, other names .101 and on in turn; `cp1+41` also gets .41. */
export function addHosts(plan: LabPlan, names: readonly string[]): LabPlan {
  const hosts = [...plan.hosts];
  for (const {name, second} of names.map(asked)) {
    if (hosts.some((host) => host.name === name)) continue;
    const taken = new Set(
      hosts.flatMap((host) => [host.address, host.second ?? '']).map((address) => Number(address.split('.')[3])),
    );
    const address = `${plan.prefix}.${numberOf(name, taken)}`;
    hosts.push({name, address, ...(second === undefined ? {} : {second: `${plan.prefix}.${second}`})});
  }
  return {...plan, hosts};
}

const file = (lab: string): string => join(labFolder(lab), 'lab.json');

/** The plan of a lab that was started before, or nothing. */
export async function readPlan(lab: string): Promise<LabPlan | undefined> {
  let text;
  try {
    text = await readFile(file(lab), 'utf8');
  } catch {
    return undefined;
  }
  return JSON.parse(text) as LabPlan;
}

/** Keeps the plan for the next command. The lab's folder must exist. */
export async function writePlan(plan: LabPlan): Promise<void> {
  await writeFile(file(plan.name), JSON.stringify(plan, undefined, 2) + '\n');
}
