import {expect} from 'chai';
import {holdConverged, holdMade, holdUntouched} from '../bare-to-ready.js';
import {figures} from '../figures.js';
import type {Fleet, Site} from '../fleet.js';
import {identityOf} from '../identity.js';
import {changedIn, problemsOf} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import {tail} from '../play.js';
import {holdVerified} from '../verified.js';
import {withFleet} from '../with-fleet.js';

const site: Site = {
  inventory: 'lab-one',
  hosts: ['cp1', 'w1'],
  seconds: {cp1: 31},
  name: 'one',
  prefix: '10.122.0',
  ids: 5,
};

describe('a host with two addresses that is control plane, balancer and registry', () => {
  const started = withFleet(site);
  let fleet: Fleet;
  let kubectl: Kubectl;
  const second = `${site.prefix}.31`;

  before(() => {
    fleet = started.fleet;
    kubectl = new Kubectl(fleet);
  });

  after(() => {
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  it('is refused without its second address, and nothing is touched', async () => {
    const played = await fleet.play('-e', `service_address=${site.prefix}.32`);
    expect(played.code, tail(played)).to.equal(2);
    expect(problemsOf(played).join('\n')).to.contain(
      `no interface of this host has its service_address ${site.prefix}.32`,
    );
    const alone = await fleet.play('-e', `service_address=${fleet.lab.host('cp1').address}`);
    expect(alone.code, tail(alone)).to.equal(2);
    expect(problemsOf(alone).join('\n')).to.contain('has the address of this rootless node');
    expect([...changedIn(played), ...changedIn(alone)]).to.deep.equal([]);
  });

  it('is told beforehand, and bare hosts are left as they are', () => holdUntouched(fleet));

  it('is made with its worker of bare hosts in one run', () => holdMade(fleet));

  it('leaves nothing to do', () => holdConverged(fleet));

  it('is reached at its second address, from inside its own namespaces too', async () => {
    const server = await kubectl.run('config view -o jsonpath={.clusters[*].cluster.server}');
    expect(server).to.equal(`https://${second}:8443`);
    expect(await kubectl.run('get --raw /readyz')).to.equal('ok');
    const asked = `for name in api registry.local sigstore.local; do getent hosts $name | cut -d" " -f1 | sort -u; done
curl -sk https://api:8443/readyz; echo; curl -fs -o /dev/null http://registry.local/v2/ && echo registry; curl -fs -o /dev/null http://sigstore.local:81/keys/ && echo signatures`;
    for (const host of site.hosts) {
      const said = await fleet.on(host, `/usr/libexec/u7s/u7s-enter sh -c '${asked.replaceAll("'", `'\\''`)}'`);
      expect(said.split('\n'), host).to.deep.equal([second, second, second, 'ok', 'registry', 'signatures']);
    }
  });

  it('is as verify says', () => holdVerified(fleet, {balancer: true, registry: true, secondAddress: true}));

  it('comes back by itself after a reboot, as it was', async () => {
    const before = await identityOf(fleet);
    await fleet.lab.reboot('cp1');
    await eventually('the API answers', () => kubectl.try('get --raw /readyz'), {
      holds: ({stdout}) => stdout === 'ok',
      seconds: 180,
    });
    expect(await identityOf(fleet)).to.deep.equal(before);
    const played = await fleet.succeed();
    expect(changedIn(played), tail(played)).to.deep.equal([]);
  });
});
