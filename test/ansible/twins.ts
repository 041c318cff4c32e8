import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Lab} from '../lab/lab.js';
import type {Case} from './case.js';
import type {Performance} from './compare.js';
import {keepRecords, readRecords, recordKey, withRecords, type CaseRecord} from './records.js';
import {readyAnsible, readyOurs, twins, type Bench, type Ready} from './engines.js';
import {passes, type Pass, type PassResults} from './result.js';
import {machineChanges, stateOf, type Beginning, type Snapshot} from './snapshot.js';
import {lookAt, onTwin, prepareTwin, setupScript} from './twin.js';
import {startWeb} from './web.js';

/** What one engine did, and what became of its machine beside the cases. */
export interface Performed extends Performance {
  /** Lines that came and went on the machine, by what they are about. */
  readonly machine: ReadonlyMap<string, readonly string[]>;
}

const steps = ['setup', ...passes] as const;

/** The address of the web server is another in each comparison. */
function withoutUrl<T>(value: T, url: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(url, 'URL')) as T;
}

async function perform(ready: Ready, cases: readonly Case[], {lab, report, url}: Bench): Promise<Performed> {
  const results = new Map<Pass, PassResults>();
  const snapshots = new Map<(typeof steps)[number], Snapshot>();
  const beginnings: Beginning[] = [];
  for (const name of steps) {
    // A file's time tells its pass by whole seconds.
    await sleep(1100);
    beginnings.push({name, at: Math.floor(Date.now() / 1000)});
    const begun = Date.now();
    if (name === 'setup') await onTwin(lab, ready.host, setupScript(cases, ready.places));
    else results.set(name, new Map(withoutUrl([...(await ready.run(name))], url)));
    report(`${ready.host}: ${name} (${Math.round((Date.now() - begun) / 1000)} s)`);
    snapshots.set(name, await lookAt(lab, ready, cases));
  }
  const at = (name: (typeof steps)[number]): Snapshot => snapshots.get(name)!;
  return {
    results: Object.fromEntries(results) as Record<Pass, PassResults>,
    states: (each) =>
      Object.fromEntries(
        steps.map((name) => [name, withoutUrl(stateOf(each, at(name), beginnings), url)]),
      ) as ReturnType<Performance['states']>,
    machine: machineChanges(at('setup'), at('recheck')),
  };
}

export interface TwinsOptions {
  readonly lab: Lab;
  readonly report: (line: string) => void;
  /** Take what Ansible did with a case from an earlier comparison, where the case is the same. */
  readonly recorded: boolean;
  /** Ansible carries its modules itself, and slowly. */
  readonly plain: boolean;
}

async function performAnsible(cases: readonly Case[], bench: Bench, recorded: boolean): Promise<Performed> {
  const records = recorded ? await readRecords() : new Map<string, CaseRecord>();
  const open = cases.filter((each) => !records.has(recordKey(each)));
  if (open.length < cases.length) bench.report(`${twins.ansible}: ${cases.length - open.length} cases are recorded`);
  const performed = await readyAnsible(open, bench).then((ready) => perform(ready, open, bench));
  await keepRecords(open, performed);
  return {...withRecords(cases, performed, records), machine: performed.machine};
}

/** Runs all cases on both twins, which must be up: a check, a run, a second run, a second check. */
export async function performOnTwins(
  cases: readonly Case[],
  {recorded, ...options}: TwinsOptions,
): Promise<Readonly<Record<'ansible' | 'ours', Performed>>> {
  const {lab} = options;
  const work = await mkdtemp(join(tmpdir(), 'u7s-twins-'));
  const web = await startWeb(lab.host(twins.ansible).address.replace(/\d+$/, '1'));
  try {
    await Promise.all([
      prepareTwin(lab, twins.ansible, ['python3', 'python3-apt', 'python3-debian']),
      prepareTwin(lab, twins.ours, []),
    ]);
    const bench = {...options, work, url: web.url};
    const [ansible, ours] = await Promise.all([
      performAnsible(cases, bench, recorded),
      readyOurs(cases, bench).then((ready) => perform(ready, cases, bench)),
    ]);
    return {ansible, ours};
  } finally {
    await web.close();
    await rm(work, {recursive: true, force: true});
  }
}
