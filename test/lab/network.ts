import {command, tryCommand} from './process.js';
import {gatewayOf, subnetOf} from './plan.js';
import type {LabPlan} from './plan.js';

interface Link {
  readonly ifname: string;
  readonly ifalias?: string;
}

interface Address {
  readonly ifname: string;
  readonly addr_info?: readonly {readonly family: string; readonly local: string; readonly prefixlen: number}[];
}

const markOf = (lab: string): string => `u7s-play lab ${lab}`;

async function findLink(name: string): Promise<Link | undefined> {
  const {code, stdout} = await tryCommand(['ip', '-json', 'link', 'show', 'dev', name]);
  return code === 0 ? (JSON.parse(stdout) as Link[])[0] : undefined;
}

function asNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

async function refuseOverlap(plan: LabPlan): Promise<void> {
  const network = asNumber(`${plan.prefix}.0`);
  const addresses = JSON.parse(await command(['ip', '-json', '-4', 'address', 'show'])) as Address[];
  for (const {ifname, addr_info: infos} of addresses) {
    if (ifname === plan.bridge) continue;
    for (const {local, prefixlen} of infos ?? []) {
      const size = 2 ** (32 - Math.min(prefixlen, 24));
      if (Math.floor(asNumber(local) / size) !== Math.floor(network / size)) continue;
      throw new Error(
        `the network ${subnetOf(plan)} is in use on '${ifname}' (${local}/${prefixlen}): choose another with --subnet`,
      );
    }
  }
}

type Rule = readonly [table: string, chain: string, ...words: string[]];

function rulesOf(plan: LabPlan): readonly Rule[] {
  const subnet = subnetOf(plan);
  return [
    ['nat', 'POSTROUTING', '-s', subnet, '!', '-d', subnet, '-j', 'MASQUERADE'],
    ['filter', 'FORWARD', '-i', plan.bridge, '-j', 'ACCEPT'],
    ['filter', 'FORWARD', '-o', plan.bridge, '-j', 'ACCEPT'],
  ];
}

async function haveRule(lab: string, [table, chain, ...words]: Rule): Promise<void> {
  const rule = [...words, '-m', 'comment', '--comment', markOf(lab)];
  const present = await tryCommand(['iptables', '-w', '-t', table, '-C', chain, ...rule]);
  // Put first: another program's last rule may drop what it does not know.
  if (present.code !== 0) await command(['iptables', '-w', '-t', table, '-I', chain, '1', ...rule]);
}

/** Makes the lab's bridge with the gateway's address, and lets its hosts reach the outside. Refuses what is in use and not the lab's own. */
export async function haveNetwork(plan: LabPlan): Promise<void> {
  const {bridge, name} = plan;
  const link = await findLink(bridge);
  if (link && link.ifalias !== markOf(name)) {
    throw new Error(`there is a network interface '${bridge}' that is not this lab's: choose another --name`);
  }
  await refuseOverlap(plan);
  if (!link) {
    await command(['ip', 'link', 'add', 'name', bridge, 'type', 'bridge', 'forward_delay', '0']);
    await command(['ip', 'link', 'set', 'dev', bridge, 'alias', markOf(name)]);
  }
  await command(['ip', 'address', 'replace', `${gatewayOf(plan)}/24`, 'dev', bridge]);
  await command(['ip', 'link', 'set', 'dev', bridge, 'up']);
  for (const rule of rulesOf(plan)) await haveRule(name, rule);
}

/** The words of a line of `iptables-save`, where a comment with blanks stands in double quotes. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

async function removeRules(lab: string): Promise<void> {
  for (const table of ['nat', 'filter']) {
    const {code, stdout} = await tryCommand(['iptables-save', '-t', table]);
    if (code !== 0) continue;
    for (const line of stdout.split('\n')) {
      const [option, chain, ...words] = wordsOf(line);
      if (option !== '-A' || chain === undefined || !words.includes(markOf(lab))) continue;
      await command(['iptables', '-w', '-t', table, '-D', chain, ...words]);
    }
  }
}

/** Removes the lab's rules and its bridge with all that hangs on it, also what a start that broke off has left. */
export async function removeNetwork(lab: string, bridge: string): Promise<void> {
  await removeRules(lab);
  const link = await findLink(bridge);
  if (link?.ifalias !== markOf(lab)) return;
  // The end of a host goes with the host's namespace, and the kernel takes its time for that: the next start would find the name taken.
  const ends = JSON.parse(await command(['ip', '-json', 'link', 'show', 'master', bridge])) as Link[];
  for (const {ifname} of ends) await tryCommand(['ip', 'link', 'delete', 'dev', ifname]);
  await command(['ip', 'link', 'delete', 'dev', bridge]);
}
