import {expect} from 'chai';
import type {Damage} from './damage.js';
import {differences, fingerprint, type Fingerprint} from './fingerprint.js';
import {hosts, type Fleet, type HostName} from './fleet.js';
import {changedIn, endedAs, nameOf} from './journal.js';
import type {Kubectl} from './kubectl.js';
import {expectNothingToDo} from './nothing-to-do.js';
import {tail, type Played} from './play.js';

interface Cluster {
  readonly fleet: Fleet;
  readonly kubectl: Kubectl;
}

type State = ReadonlyMap<HostName, Fingerprint>;

/** The state of every host and of the cluster, which may be silent while it is damaged. */
async function everything({fleet, kubectl}: Cluster, {silent = false} = {}): Promise<State> {
  const read = await Promise.all(hosts.map(async (host) => [host, await fingerprint(fleet, host)] as const));
  const objects = await kubectl.fingerprint().catch((error: unknown) => {
    if (!silent) throw error;
    return new Map<string, string>();
  });
  return new Map<HostName, Fingerprint>([...read, ['cluster', objects]]);
}

function differencesBetween(before: State, after: State): readonly string[] {
  return [...before].flatMap(([where, state]) =>
    differences(state, after.get(where) ?? new Map<string, string>()).map((line) => `${where}: ${line}`),
  );
}

/** What a check could not tell, but for what a damage explains. */
function unexplained(checked: Played, made: readonly Damage[]): readonly string[] {
  return endedAs(checked, 'deferred').flatMap(({node, outcome}) => {
    const needs = outcome.status === 'deferred' ? outcome.needs : '';
    return made.some(({untold}) => untold?.needs.test(needs) === true) ? [] : [`${nameOf(node)} needs ${needs}`];
  });
}

/** Makes damages, each with repairs of its own; holds that a check tells just these, that a run repairs just these, and that no trace stays. */
export async function holdRepair(made: readonly Damage[], cluster: Cluster): Promise<void> {
  const {fleet, kubectl} = cluster;
  const before = await everything(cluster);
  for (const damage of made) await damage.make(fleet, kubectl);
  const silent = made.some(({untold}) => untold !== undefined);
  const damaged = await everything(cluster, {silent});
  const expected = made.flatMap(({repairs}) => repairs).sort();

  const checked = await fleet.succeed('--check', '--diff');
  const announced = made.flatMap(({repairs, untold}) => untold?.announces ?? repairs).sort();
  expect(changedIn(checked), tail(checked)).to.deep.equal(announced);
  expect(unexplained(checked, made), tail(checked)).to.deep.equal([]);
  expect(differencesBetween(damaged, await everything(cluster, {silent}))).to.deep.equal([]);

  const played = await fleet.succeed();
  expect(changedIn(played), tail(played)).to.deep.equal(expected);
  const isRenewed = (line: string): boolean => {
    const [, where = '', name = ''] = /^(\S+): [-+~] (.*)$/.exec(line) ?? [];
    return made.some(({host, renews}) => [host, 'cluster'].includes(where) && renews.some((each) => each.test(name)));
  };
  expect(differencesBetween(before, await everything(cluster)).filter((line) => !isRenewed(line))).to.deep.equal([]);

  expectNothingToDo(await fleet.succeed());
}
