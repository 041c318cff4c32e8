import {expect} from 'chai';
import {readFile, writeFile} from 'node:fs/promises';
import {holdConverged} from '../bare-to-ready.js';
import {figures, seconds} from '../figures.js';
import type {Fleet} from '../fleet.js';
import {changedIn, problemsOf} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import {tail} from '../play.js';
import {watch} from './availability.js';
import {wellAgain} from './endure.js';
import {etcdctl} from './faults.js';

const leave = 'playbooks/remove-node.yml';

async function edit(fleet: Fleet, change: (line: string) => string): Promise<void> {
  const text = await readFile(fleet.inventory, 'utf8');
  const edited = text.split('\n').map(change);
  expect(edited.join('\n'), 'the inventory').to.not.equal(text);
  await writeFile(fleet.inventory, edited.filter((line) => line !== '-').join('\n'));
}

/** Names of etcd's members, sorted; those that do not vote have a question mark. */
async function membersOf(fleet: Fleet): Promise<readonly string[]> {
  const said = await fleet.on('cp1', `PATH=/usr/libexec/u7s:$PATH; ${etcdctl} member list -w simple`);
  const lines = said.split('\n').filter((line) => /^[0-9a-f]+, /.test(line));
  return lines
    .map((line) => line.split(', '))
    .map(([, status, name = '', , , learner]) => `${name}${status === 'started' && learner === 'false' ? '' : '?'}`)
    .sort();
}

async function namesOf(fleet: Fleet, host: string): Promise<string> {
  const file = '/etc/kubernetes/pki/apiserver.crt';
  return fleet.on(host, `/usr/libexec/u7s/u7s-enter openssl x509 -noout -ext subjectAltName -in ${file}`);
}

/** Control planes that come and go. Leaves two of three. */
export function describeMembers(started: {readonly fleet: Fleet}): void {
  let fleet: Fleet;
  let kubectl: Kubectl;

  before(() => {
    fleet = started.fleet;
    kubectl = new Kubectl(fleet);
  });

  const nodes = async (): Promise<readonly string[]> =>
    (await kubectl.list('nodes')).map(({metadata}) => metadata.name);

  it('do not let one leave with the majority of etcd, or one be called dead that lives', async () => {
    await fleet.lab.kill('cp2');
    const played = await fleet.play(leave, '-e', 'node=cp3');
    expect(played.code, tail(played)).to.equal(2);
    expect(problemsOf(played).join('\n')).to.contain('without cp3 etcd would have no quorum');
    expect(changedIn(played)).to.deep.equal([]);
    await fleet.lab.start('cp2');
    await wellAgain(fleet);
    const lying = await fleet.play(leave, '-e', 'node=cp3', '-e', 'dead=true');
    expect(lying.code, tail(lying)).to.equal(2);
    expect(problemsOf(lying).join('\n')).to.contain('the kubelet of cp3 still reports that it is well');
    expect(changedIn(lying)).to.deep.equal([]);
    expect(await membersOf(fleet)).to.deep.equal(['cp1', 'cp2', 'cp3']);
  });

  it('have a dead one replaced by a host with another name and address', async () => {
    await fleet.lab.kill('cp3');
    const readiness = `get node cp3 -o jsonpath={.status.conditions[?(@.type=="Ready")].status}`;
    await eventually('the cluster knows that cp3 is away', () => kubectl.try(readiness), {
      holds: ({code, stdout}) => code === 0 && stdout !== 'True',
      seconds: 180,
    });
    const left = await fleet.succeed(leave, '-e', 'node=cp3', '-e', 'dead=true');
    figures.push(`a dead control plane is taken out: ${seconds(left.milliseconds)}`);
    expect(await membersOf(fleet)).to.deep.equal(['cp1', 'cp2']);
    expect(await nodes()).to.not.include('cp3');
    await edit(fleet, (line) =>
      /^ *cp3: /.test(line) ? line.replace('cp3:', 'cp4:').replaceAll(/13([,}0])/g, '14$1') : line,
    );
    await fleet.lab.up(['cp4']);
    const joined = await fleet.succeed();
    figures.push(`another takes its place: ${seconds(joined.milliseconds)}`);
    await wellAgain(fleet, ['cp1', 'cp2', 'cp4']);
    expect(await membersOf(fleet)).to.deep.equal(['cp1', 'cp2', 'cp4']);
    expect(await nodes()).to.include('cp4');
    for (const host of ['cp1', 'cp2', 'cp4']) {
      const names = await namesOf(fleet, host);
      expect(names, host).to.contain('DNS:cp4').and.contain(fleet.lab.host('cp4').address);
      expect(names, host).to.not.contain('DNS:cp3').and.not.contain(fleet.lab.host('cp3').address);
    }
    await holdConverged(fleet, ['lb1', 'lb2', 'reg', 'cp1', 'cp2', 'cp4', 'w1', 'w2']);
  });

  it('let one leave, and new connections are answered all the while', async () => {
    const watching = watch(`${fleet.site.prefix}.30`, 8443);
    const left = await fleet.succeed(leave, '-e', 'node=cp4');
    const {longestGap, failed, requests} = await watching.end();
    const line = `a control plane leaves: ${seconds(left.milliseconds)}, longest gap ${seconds(longestGap)}, ${failed} of ${requests} requests failed`;
    figures.push(line);
    expect(longestGap, line).to.be.lessThan(5000);
    expect(await membersOf(fleet)).to.deep.equal(['cp1', 'cp2']);
    expect(await nodes()).to.not.include('cp4');
    for (const host of ['lb1', 'lb2'])
      expect(await fleet.on(host, 'cat /etc/haproxy/haproxy.cfg')).to.not.contain('cp4');
    expect(await fleet.on('cp4', `pgrep -x 'kubelet|etcd|kube-apiserver' || echo none`)).to.equal('none');
    await edit(fleet, (text) => (/^ *cp4: /.test(text) ? '-' : text));
    await fleet.succeed();
    expect(await namesOf(fleet, 'cp1')).to.not.contain('DNS:cp4');
    await holdConverged(fleet, ['lb1', 'lb2', 'reg', 'cp1', 'cp2', 'w1', 'w2']);
    await wellAgain(fleet, ['cp1', 'cp2']);
  });
}
