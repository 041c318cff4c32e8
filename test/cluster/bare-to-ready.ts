import {expect} from 'chai';
import {figures, seconds} from './figures.js';
import {differences, fingerprint, type Fingerprint} from './fingerprint.js';
import type {Fleet} from './fleet.js';
import {endedAs, problemsOf} from './journal.js';
import {expectNothingToDo} from './nothing-to-do.js';
import {tail} from './play.js';

function look(fleet: Fleet): Promise<readonly Fingerprint[]> {
  return Promise.all(fleet.site.hosts.map((host) => fingerprint(fleet, host, {everything: true})));
}

/** Holds that a check of bare hosts tells what is to do, and touches nothing. */
export async function holdUntouched(fleet: Fleet): Promise<void> {
  const before = await look(fleet);
  const checked = await fleet.succeed('--check', '--diff');
  const after = await look(fleet);
  expect(endedAs(checked, 'changed', 'failed', 'unreachable', 'blocked'), tail(checked)).to.deep.equal([]);
  expect(endedAs(checked, 'would-change'), tail(checked)).to.have.length.greaterThan(5);
  expect(endedAs(checked, 'would-change', 'deferred'), tail(checked)).to.have.length.greaterThan(20);
  for (const [index, host] of fleet.site.hosts.entries()) {
    const [one = new Map<string, string>(), other = new Map<string, string>()] = [before[index], after[index]];
    expect(one.size, `things seen on ${host}`).to.be.greaterThan(5000);
    expect(differences(one, other), host).to.deep.equal([]);
  }
  figures.push(`${fleet.site.inventory}, check of bare hosts: ${seconds(checked.milliseconds)}`);
}

/** Holds that one run makes the whole fleet. */
export async function holdMade(fleet: Fleet): Promise<void> {
  const played = await fleet.converge();
  expect(problemsOf(played), tail(played)).to.deep.equal([]);
  const what = played.fromSaved ? 'run of saved hosts' : 'first run';
  figures.push(`${fleet.site.inventory}, ${what}: ${seconds(played.milliseconds)}`);
}

/** Holds that neither a run nor a check finds anything to do. */
export async function holdConverged(fleet: Fleet, hosts: readonly string[] = fleet.site.hosts): Promise<void> {
  const played = await fleet.succeed();
  expectNothingToDo(played, hosts);
  const checked = await fleet.succeed('--check', '--diff', '--strict');
  expectNothingToDo(checked, hosts);
  figures.push(
    `${fleet.site.inventory}, second run: ${seconds(played.milliseconds)}, check of a converged site: ${seconds(checked.milliseconds)}`,
  );
}
