import {expect} from 'chai';
import {hosts} from './fleet.js';
import {changedIn, endedAs, recapOf} from './journal.js';
import {tail, type Played} from './play.js';

/** Holds that a run had nothing to do on any host; that it looked at each of these. */
export function expectNothingToDo(played: Played, looked: readonly string[] = hosts): void {
  expect(changedIn(played), tail(played)).to.deep.equal([]);
  expect(
    endedAs(played, 'deferred').map(({node}) => `${node.host} ${node.task}`),
    tail(played),
  ).to.deep.equal([]);
  const recap = recapOf(played);
  expect(Object.keys(recap), tail(played)).to.include.members([...looked]);
  for (const [host, counts] of Object.entries(recap)) {
    expect({host, changed: counts.changed, failed: counts.failed, unreachable: counts.unreachable, blocked: counts.blocked}).to.deep.equal({host, changed: 0, failed: 0, unreachable: 0, blocked: 0}); // prettier-ignore
  }
}
