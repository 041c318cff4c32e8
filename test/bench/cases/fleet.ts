import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import type {Lab} from '../../lab/lab.js';
import type {BenchCase, BenchOptions} from '../bench.js';
import type {Reach, Row} from '../figure.js';
import {haveOnAll, onAll, sameState} from '../hosts.js';
import {interleaved, measured, type Side} from '../measure.js';
import {ourSide} from '../ours.js';
import {havePeers, type Peer} from '../peers.js';
import {stateScript, undoScript, writeTasks} from '../tasks.js';

interface Ready {
  readonly lab: Lab;
  readonly peers: readonly Peer[];
  readonly site: readonly string[];
}

async function ready(options: BenchOptions): Promise<Ready> {
  const lab = await options.lab();
  await haveOnAll(lab, ['python3']);
  const folder = join(options.folder, 'fleet');
  mkdirSync(folder, {recursive: true});
  const inventory = lab.inventory();
  const tasks = writeTasks(folder);
  const peers = await havePeers(lab, {...options, folder: join(folder, 'peers'), tasks, inventory});
  return {lab, peers, site: [tasks.ours, '-i', inventory]};
}

/** `ssh host true` on all hosts at once: what logging in alone takes. */
export function sshFloor(lab: Lab, more: readonly string[] = []): Side {
  const words = ['ssh', '-F', lab.files.config, '-o', 'BatchMode=yes', ...more].join(' ');
  const script = `for host in ${lab.hosts.map(({name}) => name).join(' ')}; do ${words} "$host" true </dev/null & done; wait`;
  return {
    name: more.length === 0 ? 'ssh host true' : `ssh host true, ${more.at(-1) ?? ''}`,
    run: () => measured(['sh', '-c', script]),
  };
}

/** A side that is compared: it leaves the hosts as all the others do. */
function compared(
  side: Side,
  {lab, first, changes}: {readonly lab: Lab; readonly first: {state: string | undefined}; readonly changes: boolean},
): Side {
  return {
    ...side,
    check: async ({said}) => {
      // pyinfra tells it in other words.
      const recap = [...said.matchAll(/ changed=(\d+) /g)].map(([, count]) => Number(count) > 0);
      if (recap.some((changed) => changed !== changes)) throw new Error(`${side.name} did other work:\n${said}`);
      first.state = sameState(await onAll(lab, stateScript), {expected: first.state, side: side.name});
    },
  };
}

function against(peers: readonly Peer[], factors: readonly number[]): readonly Reach[] {
  return peers.map(({name}, index) => ({kind: 'faster', times: factors[index] ?? 1, than: name}));
}

const comparison =
  'files with modes and contents, packages, account, unit, kernel parameter, on every host after every run';

/** Twenty tasks of which nothing is left to do. */
export const converged: BenchCase = {
  name: 'converged',
  run: async (options) => {
    const {lab, peers, site} = await ready(options);
    const first = {state: undefined};
    const mine = ourSide('u7s-play', site);
    // Everybody has done its own work once: pyinfra and Ansible count another order of lines as work.
    for (const side of [mine, ...peers]) {
      const {code, said} = await side.run();
      if (code !== 0) throw new Error(`${side.name} ended with ${code}:\n${said}`);
    }
    const floors = [sshFloor(lab), sshFloor(lab, ['-o', 'KexAlgorithms=curve25519-sha256'])];
    const sides = [mine, ...peers].map((side) => compared(side, {lab, first, changes: false}));
    const row: Row = {
      case: `converged re-run, ${lab.hosts.length} hosts × 20 tasks`,
      figures: await interleaved([...sides, ...floors], options),
      reaches: [{kind: 'at-most', times: 0.8, of: 'ssh host true'}, ...against(peers, [60, 12, 4])],
      compared: comparison,
    };
    return [row];
  },
};

/** Twenty tasks that all change something. */
export const first: BenchCase = {
  name: 'first',
  run: async (options) => {
    const {lab, peers, site} = await ready(options);
    const found = {state: undefined};
    const before = async (): Promise<void> => {
      await onAll(lab, undoScript);
    };
    const sides = [ourSide('u7s-play', site), ...peers].map((side) => ({
      ...compared(side, {lab, first: found, changes: true}),
      before,
    }));
    return [
      {
        case: `first run, ${lab.hosts.length} hosts × 20 tasks that change`,
        figures: await interleaved(sides, options),
        reaches: against(peers, [15, 5, 2]),
        compared: comparison,
      },
    ];
  },
};
