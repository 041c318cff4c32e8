import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {command} from '../../lab/process.js';
import type {Lab} from '../../lab/lab.js';
import type {BenchCase} from '../bench.js';
import type {Row} from '../figure.js';
import {onAll} from '../hosts.js';
import {interleaved, measured, type Side} from '../measure.js';
import {ours, ourSide} from '../ours.js';
import {writeTasks} from '../tasks.js';

interface Alias {
  readonly name: string;
  readonly host: string;
  readonly address: string;
}

/** Each host of the lab answers to a network of further addresses: as many machines to us as are wanted. */
function networkOf(index: number): {readonly network: string; readonly address: (number: number) => string} {
  const prefix = `10.200.${4 * index}.0/22`;
  return {
    network: prefix,
    address: (number) => `10.200.${4 * index + Math.floor((number + 1) / 250)}.${((number + 1) % 250) + 1}`,
  };
}

function aliases(lab: Lab, count: number): readonly Alias[] {
  return Array.from({length: count}, (_, number) => {
    const index = number % lab.hosts.length;
    const host = lab.hosts[index]?.name ?? '';
    return {name: `m${number}`, host, address: networkOf(index).address(Math.floor(number / lab.hosts.length))};
  });
}

async function open(lab: Lab): Promise<void> {
  for (const [index, {name, address}] of lab.hosts.entries()) {
    const {network} = networkOf(index);
    await command(['ip', 'route', 'replace', network, 'via', address]);
    await lab.ssh(name, `ip route replace local ${network} dev lo`);
  }
  // Many machines have many servers: one alone turns away whoever comes when a hundred log in.
  await onAll(lab, `echo 'MaxStartups 2000' > /etc/ssh/sshd_config.d/bench.conf; systemctl reload ssh`);
}

async function close(lab: Lab): Promise<void> {
  for (const index of lab.hosts.keys()) await command(['ip', 'route', 'del', networkOf(index).network]);
}

/** Writes the inventory and the known keys of the aliases. */
async function written(
  lab: Lab,
  {folder, all}: {readonly folder: string; readonly all: readonly Alias[]},
): Promise<{readonly inventory: string; readonly knownHosts: string}> {
  mkdirSync(folder, {recursive: true});
  const keys = new Map<string, string>();
  for (const {name} of lab.hosts) {
    const {stdout} = await lab.ssh(name, 'cat /etc/ssh/ssh_host_ed25519_key.pub');
    keys.set(name, stdout.split(' ').slice(0, 2).join(' '));
  }
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, all.map(({address, host}) => `${address} ${keys.get(host) ?? ''}\n`).join(''));
  const inventory = join(folder, 'hosts.yml');
  const vars = `  vars: {ansible_user: root, ansible_ssh_private_key_file: ${JSON.stringify(lab.files.key)}, ansible_ssh_known_hosts_file: ${JSON.stringify(knownHosts)}}\n`;
  const hosts = all.map(({name, host, address}) => `    ${name}: {ansible_host: ${address}, lab_host: ${host}}\n`);
  writeFileSync(inventory, `all:\n${vars}  hosts:\n${hosts.join('')}`);
  return {inventory, knownHosts};
}

/** The same twenty tasks on a hundred and on a thousand machines, nothing left to do. */
export const many: BenchCase = {
  name: 'many',
  run: async (options) => {
    const lab = await options.lab();
    const tasks = writeTasks(join(options.folder, 'many'));
    writeFileSync(join(dirname(tasks.ours), 'page.hbs'), 'Welcome to {{lab_host}}\n');
    await open(lab);
    try {
      const sideOf = async (count: number): Promise<Side> => {
        const all = aliases(lab, count);
        const {inventory} = await written(lab, {folder: join(options.folder, `many-${count}`), all});
        return {
          ...ourSide(`u7s-play, ${count} hosts`, [tasks.ours, '-i', inventory]),
          check: async () => {
            const {code, said} = await ours(tasks.ours, '-i', inventory, '--check', '--strict', '-l', 'm0');
            if (code !== 0) throw new Error(`something is left to do:\n${said}`);
          },
        };
      };
      const {machines} = options;
      const few = Math.min(100, machines);
      const [ten, hundred, thousand] = [await sideOf(lab.hosts.length), await sideOf(few), await sideOf(machines)];
      // The hosts themselves are made so, each under one of its names.
      const made = await ten.run();
      if (made.code !== 0) throw new Error(`${ten.name} ended with ${made.code}:\n${made.said}`);
      const floor = await floorOf(lab, {folder: options.folder, count: few});
      const rows: Row[] = [
        {
          case: `converged re-run, ${few} hosts × 20 tasks`,
          figures: await interleaved([hundred, floor], options),
          reaches: [{kind: 'at-most', times: 0.8, of: floor.name}],
        },
        {
          case: `converged re-run, ${machines} hosts × 20 tasks`,
          figures: await interleaved([thousand, ten], options),
          reaches: [
            {kind: 'at-most', times: (1.2 * machines) / lab.hosts.length, of: ten.name},
            {kind: 'memory', bytes: 400e6},
          ],
        },
      ];
      return rows;
    } finally {
      await close(lab);
    }
  },
};

async function floorOf(lab: Lab, {folder, count}: {readonly folder: string; readonly count: number}): Promise<Side> {
  const all = aliases(lab, count);
  const {knownHosts} = await written(lab, {folder: join(folder, 'many-floor'), all});
  const words = `ssh -F none -i ${lab.files.key} -l root -o BatchMode=yes -o UserKnownHostsFile=${knownHosts}`;
  const script = `for host in ${all.map(({address}) => address).join(' ')}; do { ${words} "$host" true || echo "$host" >&2; } </dev/null & done; wait`;
  return {name: 'ssh host true', run: () => measured(['sh', '-c', script])};
}
