import {expect} from 'chai';
import {hosts, type Fleet} from '../fleet.js';
import {eventually, Kubectl} from '../kubectl.js';
import {holdRepair} from '../repair.js';
import {withFleet} from '../with-fleet.js';
import {refusals} from './refusals.js';
import {rounds} from './rounds.js';

describe('faults of a cluster that stands', () => {
  const started = withFleet({inventory: 'lab', hosts, name: 'faults', prefix: '10.120.0', ids: 8});
  let fleet: Fleet;
  let kubectl: Kubectl;

  before(async () => {
    fleet = started.fleet;
    await fleet.converge();
    kubectl = new Kubectl(fleet);
    // The token of kubeadm's own lives for a minute; nothing else is on its way then.
    await eventually('its tokens are gone', () => kubectl.run('-n kube-system get secrets -o name'), {
      holds: (names) => !names.includes('bootstrap-token'),
      seconds: 120,
    });
  });

  afterEach(async function () {
    // What a round that failed leaves broken is not the next one's matter.
    if (this.currentTest?.state === 'failed') await fleet.play();
  });

  it('are thirty at least, and those of one round are repaired by different nodes', () => {
    expect(new Set(rounds.flat().map(({name}) => name)).size).to.be.at.least(30);
    for (const round of rounds) {
      const nodes = round.flatMap(({repairs}) => repairs);
      expect(nodes).to.deep.equal([...new Set(nodes)]);
    }
  });

  for (const round of rounds) {
    it(`${round.map(({name}) => name).join('; ')}: told by a check, repaired, and nothing else is touched`, async () => {
      await holdRepair(round, {fleet, kubectl});
    });
  }

  for (const refusal of refusals) {
    it(`${refusal.name}: refused with what to do, and nothing is touched`, async () => {
      await refusal.hold(fleet);
    });
  }
});
