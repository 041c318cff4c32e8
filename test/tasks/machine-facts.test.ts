import {expect} from 'chai';
import {ask} from '../../engine/task.js';
import {allPackagesFact} from '../../tasks/facts/all_packages.js';
import {allServicesFact} from '../../tasks/facts/all_services.js';
import {packageFact} from '../../tasks/facts/package.js';
import {packageListsFact} from '../../tasks/facts/package_lists.js';
import {packagePlanFact} from '../../tasks/facts/package_plan.js';
import {setupFact} from '../../tasks/facts/setup.js';
import {networkOf} from '../../tasks/setup/network.js';
import {distributionOf, mountsOf, processorsOf} from '../../tasks/setup/system.js';
import {timeOf} from '../../tasks/setup/words.js';
import {describeOnShells} from './on-shells.js';
import {readFact} from './perform.js';

describeOnShells('facts of the whole machine', ({host}) => {
  it('are all there', async () => {
    const facts = await readFact(host, ask(setupFact, {}));
    for (const name of ['distribution', 'os_family', 'architecture', 'kernel', 'hostname', 'service_mgr', 'user_id'])
      expect(facts[name], name).to.be.a('string').and.not.equal('');
    expect(facts['memtotal_mb']).to.be.greaterThan(10);
    expect(facts['processor_vcpus']).to.be.greaterThan(0);
    expect(facts['interfaces']).to.include('lo');
    expect(facts).to.have.nested.property('lo.type', 'loopback');
    expect(facts)
      .to.have.nested.property('date_time.epoch')
      .that.matches(/^\d{10}$/);
  });
  it('can be told where no manager of packages or services is', async () => {
    expect(await readFact(host, ask(allPackagesFact, {}))).to.have.property('packages');
    expect(await readFact(host, ask(allServicesFact, {}))).to.be.an('object');
    expect(await readFact(host, ask(packageListsFact, {}))).to.have.property('manager');
    expect(await readFact(host, ask(packagePlanFact, {verb: 'upgrade'}))).to.have.property('install');
    expect(await readFact(host, ask(packageFact, {name: 'x;id', candidate: true}))).to.include({installed: false});
  });
});

describe('what setup tells', () => {
  it('names distributions as Ansible does', () => {
    expect(distributionOf('ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n', '13.2\n')).to.deep.equal({
      distribution: 'Debian',
      distribution_version: '13.2',
      distribution_major_version: '13',
      distribution_release: 'trixie',
      os_family: 'Debian',
    });
    expect(distributionOf('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n', '')).to.include({
      distribution: 'Rocky',
      os_family: 'RedHat',
      distribution_major_version: '9',
    });
    expect(distributionOf('ID=altlinux\nVERSION_ID=10.2\n', '')).to.include({os_family: 'Altlinux'});
    expect(distributionOf('NAME=Odd\nID=odd\nID_LIKE=debian\n', '')).to.include({
      distribution: 'Odd',
      os_family: 'Debian',
    });
  });
  it('knows interfaces, addresses and ways out', () => {
    const facts = networkOf({
      addresses:
        '1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0@if5    inet 10.1.2.3/22 brd 10.1.3.255 scope global eth0\n2: eth0    inet6 fe80::1/64 scope link \n',
      links:
        'lo 00:00:00:00:00:00 65536 unknown loopback\neth0 02:00:00:00:00:01 1500 up ether\nbr-x 02:00:00:00:00:02 1500 down bridge',
      routes:
        'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100010A\t0003\t0\t0\t0\t00000000\n',
      routes6: '',
    });
    expect(facts['default_ipv4']).to.deep.equal({
      gateway: '10.1.0.1',
      interface: 'eth0',
      macaddress: '02:00:00:00:00:01',
      mtu: 1500,
      type: 'ether',
      alias: 'eth0',
      address: '10.1.2.3',
      netmask: '255.255.252.0',
      network: '10.1.0.0',
      prefix: '22',
      broadcast: '10.1.3.255',
    });
    expect(facts['all_ipv4_addresses']).to.deep.equal(['10.1.2.3']);
    expect(facts).to.have.nested.property('br_x.active', false);
    expect(facts['default_ipv6']).to.deep.equal({});
  });
  it('counts processors', () => {
    const cpu = (number: number): string =>
      `processor\t: ${number}\nmodel name\t: X\nphysical id\t: 0\nsiblings\t: 4\ncpu cores\t: 2\n`;
    expect(processorsOf([0, 1, 2, 3].map(cpu).join('\n'), 4)).to.include({
      processor_count: 1,
      processor_cores: 2,
      processor_threads_per_core: 2,
      processor_vcpus: 4,
    });
  });
  it('reads mounts with blanks in their names', () => {
    const {mounts} = mountsOf('/dev/vda1 /with\\040blank ext4 rw 0 0\nproc /proc proc rw 0 0\n', '4096 100 50\n');
    expect(mounts).to.deep.equal([
      {
        device: '/dev/vda1',
        mount: '/with blank',
        fstype: 'ext4',
        options: 'rw',
        block_size: 4096,
        size_total: 409600,
        size_available: 204800,
      },
    ]);
  });
  it('tells the time in the zone of the machine', () => {
    const {date_time: time} = timeOf(['1767225600 +0300 MSK', '7']);
    expect(time).to.include({iso8601: '2026-01-01T00:00:00Z', date: '2026-01-01', time: '03:00:00', tz: 'MSK'});
  });
});
