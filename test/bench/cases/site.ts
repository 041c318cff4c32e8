import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {covered} from '../../../engine/render/profile-table.js';
import {packageRoot} from '../../../engine/root.js';
import {Fleet, hosts} from '../../cluster/fleet.js';
import {command} from '../../lab/process.js';
import type {BenchCase} from '../bench.js';
import {interleaved, type Taken} from '../measure.js';
import {ours, ourSide, profileIn, program} from '../ours.js';

const playbook = join(packageRoot, 'playbooks/site.yml');
const pathSide = 'the tools themselves, along the critical path';

interface Stretch {
  readonly begun: number;
  readonly ended: number;
}

/** What a run left: the events of its journal, and its trace. */
interface Left {
  readonly journal: string;
  readonly trace: string;
}

interface Trace {
  readonly otherData: {readonly begun: string};
  readonly traceEvents: readonly {
    readonly name: string;
    readonly tid: number;
    readonly ts?: number;
    readonly dur?: number;
    readonly args?: {readonly name?: string};
  }[];
}

function isAside(name: string): boolean {
  return /^(key exchange|login|shell of .*|read .* facts)$/.test(name);
}

/** What each host was asked to do, in milliseconds since the epoch; neither logins nor questions about facts. */
async function askedIn(file: string): Promise<ReadonlyMap<string, readonly Stretch[]>> {
  const {otherData, traceEvents} = JSON.parse(await readFile(file, 'utf8')) as Trace;
  const origin = Date.parse(otherData.begun);
  const hostOf = new Map<number, string>();
  const asked = new Map<string, Stretch[]>();
  for (const {name, tid, ts, dur, args} of traceEvents) {
    const lane = args?.name?.match(/^(.*): asked$/)?.[1];
    if (name === 'thread_name' && lane !== undefined) hostOf.set(tid, lane);
    const host = hostOf.get(tid);
    if (host === undefined || ts === undefined || dur === undefined || isAside(name)) continue;
    const begun = origin + ts / 1000;
    const stretches = asked.get(host) ?? [];
    stretches.push({begun, ended: begun + dur / 1000});
    asked.set(host, stretches);
  }
  return asked;
}

/** What a node's journal tells beside what its machine was asked. */
interface Told {
  readonly type: string;
  readonly node: {readonly id: string; readonly host: string; readonly delegate?: string};
  readonly time: number;
  readonly milliseconds: number;
  readonly what: string;
}

/**
 * From one look at what is waited for to the next, as long as it was not so: that time is the tools' own. The last of these spaces, in which it became so, is not counted.
 */
function waits(looks: readonly Told[]): readonly Stretch[] {
  return looks.flatMap(({what, time}, index) => {
    const next = looks[index + 1];
    return next?.what === what ? [{begun: time, ended: next.time}] : [];
  });
}

/** Milliseconds that the tools took on the machines, for the nodes of the longest path. */
async function askedAlongPath(inventory: string, {journal, trace}: Left): Promise<number> {
  const words = ['graph', playbook, '-i', inventory, '--format', 'json', '--times', journal];
  const graph = JSON.parse(await command([process.execPath, program, ...words])) as {
    readonly longest: {readonly nodes: readonly string[]};
  };
  const path = new Set(graph.longest.nodes);
  const asked = await askedIn(trace);
  let sum = 0;
  const looks = new Map<string, Told[]>();
  for (const line of (await readFile(journal, 'utf8')).split('\n')) {
    if (!/"node-(ended|waiting)"/.test(line)) continue;
    const told = JSON.parse(line) as Told;
    const {type, node, time, milliseconds} = told;
    if (type === 'node-waiting') {
      looks.set(node.id, [...(looks.get(node.id) ?? []), told]);
      continue;
    }
    if (!path.has(node.id)) continue;
    const own = [...(asked.get(node.delegate ?? node.host) ?? []), ...waits(looks.get(node.id) ?? [])].map(
      ({begun, ended}) => ({
        begun: Math.max(begun, time - milliseconds),
        ended: Math.min(ended, time),
      }),
    );
    sum += covered(own.filter(({begun, ended}) => ended > begun));
  }
  return sum;
}

/** The whole site: from bare hosts, and again with nothing left to do. */
export const site: BenchCase = {
  name: 'site',
  run: async (options) => {
    const fleet = await Fleet.start({inventory: 'lab', hosts, name: 'bsite', prefix: '10.118.0', ids: 9});
    try {
      const left = {journal: join(fleet.folder, 'first.jsonl'), trace: join(fleet.folder, 'first.json')};
      const words = [playbook, '-i', fleet.inventory];
      const outputs = ['--output', 'plain', '--output', `json:${left.journal}`];
      const first = await ours(...words, '--profile', left.trace, ...outputs);
      if (first.code !== 0) throw new Error(`the first run ended with ${first.code}:\n${first.said}`);
      const again = {
        ...ourSide('u7s-play', words),
        check: ({said}: Taken): Promise<void> => {
          if (/ changed=[1-9]/.test(said)) throw new Error(`something was left to do:\n${said}`);
          return Promise.resolve();
        },
      };
      return [
        {
          case: 'site.yml, four bare hosts',
          figures: [
            {
              side: 'u7s-play',
              times: [first.time],
              processor: first.processor,
              memory: first.memory,
              profile: profileIn(first),
            },
            {side: pathSide, times: [await askedAlongPath(fleet.inventory, left)]},
          ],
          reaches: [{kind: 'at-most', times: 1 / 0.95, of: pathSide}],
        },
        {
          case: 'site.yml, four converged hosts',
          figures: await interleaved([again], options),
          reaches: [{kind: 'within', milliseconds: 2000}],
        },
      ];
    } finally {
      await fleet.end(false);
    }
  },
};
