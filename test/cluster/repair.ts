import {expect} from 'chai';
import type {Damage} from './damage.js';
import {differences, fingerprint, type Fingerprint} from './fingerprint.js';
import {hosts, type Fleet, type HostName} from './fleet.js';
import {changedIn} from './journal.js';
import type {Kubectl} from './kubectl.js';
import {expectNothingToDo} from './nothing-to-do.js';
import {tail} from './play.js';

interface Cluster {
  readonly fleet: Fleet;
  readonly kubectl: Kubectl;
}

type State = ReadonlyMap<HostName, Fingerprint>;

/** The state of every host and of the cluster. */
async function everything({fleet, kubectl}: Cluster): Promise<State> {
  const read = await Promise.all(hosts.map(async (host) => [host, await fingerprint(fleet, host)] as const));
  return new Map<HostName, Fingerprint>([...read, ['cluster', await kubectl.fingerprint()]]);
}

async function differencesSince(before: State, cluster: Cluster): Promise<readonly string[]> {
  const after = await everything(cluster);
  return [...before].flatMap(([where, state]) =>
    differences(state, after.get(where) ?? new Map<string, string>()).map((line) => `${where}: ${line}`),
  );
}

/** Makes damages; holds that a check tells just these, that a run repairs just these, and that no trace stays. */
export async function holdRepair(made: readonly Damage[], cluster: Cluster): Promise<void> {
  const {fleet, kubectl} = cluster;
  const before = await everything(cluster);
  for (const damage of made) await damage.make(fleet, kubectl);
  const damaged = await everything(cluster);
  const expected = made.flatMap(({repairs}) => repairs).sort();

  const checked = await fleet.succeed('--check', '--diff');
  expect(changedIn(checked), tail(checked)).to.deep.equal(expected);
  expect(await differencesSince(damaged, cluster)).to.deep.equal([]);

  const played = await fleet.succeed();
  expect(changedIn(played), tail(played)).to.deep.equal(expected);
  const renews = made.flatMap((damage) => damage.renews);
  const other = (await differencesSince(before, cluster)).filter(
    (line) => !renews.some((pattern) => pattern.test(line.replace(/^\S+ [-+~] /, ''))),
  );
  expect(other).to.deep.equal([]);

  expectNothingToDo(await fleet.succeed());
}
