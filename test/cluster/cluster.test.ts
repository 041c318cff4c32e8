import {expect} from 'chai';
import {stat} from 'node:fs/promises';
import {asUser, damages} from './damage.js';
import {figures, seconds} from './figures.js';
import {differences, fingerprint, type Fingerprint} from './fingerprint.js';
import {hosts, nodes, type Fleet} from './fleet.js';
import {identityOf} from './identity.js';
import {changedIn, endedAs, problemsOf, recapOf} from './journal.js';
import {eventually, Kubectl, type KubeObject, type Stream} from './kubectl.js';
import {expectNothingToDo} from './nothing-to-do.js';
import {tail, type Played} from './play.js';
import {kubeProcesses, memoryOf} from './processes.js';
import {serveRegistry} from './registry.js';
import {holdRepair} from './repair.js';
import {withFleet} from './with-fleet.js';
import {askFrom, haveWorkload, namespace, resolveFrom} from './workload.js';

describe('a rootless cluster on four real hosts', () => {
  const started = withFleet();
  let fleet: Fleet;
  let kubectl: Kubectl;
  let logs: Stream;
  let shell: Stream;
  let idleSince = 0;
  let pods: readonly [KubeObject, KubeObject];

  before(() => {
    fleet = started.fleet;
  });

  after(() => {
    for (const stream of [logs, shell] as (Stream | undefined)[]) stream?.end();
    for (const line of figures) process.stderr.write(`    ${line}\n`);
  });

  describe('bare hosts, --check --diff', () => {
    let checked: Played;

    it('change in nothing', async () => {
      const look = (): Promise<readonly Fingerprint[]> =>
        Promise.all(hosts.map((host) => fingerprint(fleet, host, {everything: true})));
      const before = await look();
      checked = await fleet.succeed('--check', '--diff');
      const after = await look();
      for (const [index, host] of hosts.entries()) {
        const [one, other] = [before[index], after[index]];
        if (one === undefined || other === undefined) throw new Error(`no state of ${host}`);
        expect(one.size, `things seen on ${host}`).to.be.greaterThan(5000);
        expect(differences(one, other), host).to.deep.equal([]);
      }
      figures.push(`check of bare hosts: ${seconds(checked.milliseconds)}`);
    });

    it('are told what would change on each of them, and what cannot be told yet', () => {
      expect(endedAs(checked, 'changed', 'failed', 'unreachable', 'blocked')).to.deep.equal([]);
      const recap = recapOf(checked);
      for (const host of hosts) {
        const {changed = 0, deferred = 0} = recap[host] ?? {};
        expect(changed, `would change on ${host}${tail(checked)}`).to.be.greaterThan(0);
        expect(changed + deferred, `is to do on ${host}${tail(checked)}`).to.be.greaterThan(host === 'lb1' ? 2 : 20);
      }
      expect(changedIn(checked)).to.include.members(['lb1 haproxy/package', 'cp1 control_plane/kubeadm_init']);
      expect(checked.output).to.contain('net.ipv4.ping_group_range');
      for (const {node, outcome} of endedAs(checked, 'deferred'))
        expect(outcome.status === 'deferred' ? outcome.needs : '', `${node.host} '${node.task}'`).to.not.equal('');
    });

    it('are told why the joins cannot be foretold', () => {
      const joins = endedAs(checked, 'deferred').filter(({node}) => node.module === 'kubeadm_join');
      expect(joins.map(({node}) => node.host).sort(), tail(checked)).to.deep.equal(['w1', 'w2']);
      for (const {outcome} of joins)
        expect(outcome.status === 'deferred' ? outcome.needs : '').to.match(/^cp1\/.*token/);
    });
  });

  describe('the run', () => {
    it('ends well', async () => {
      const played = await fleet.succeed();
      expect(problemsOf(played)).to.deep.equal([]);
      expect(played.output, 'the path of the admin kubeconfig').to.contain(fleet.kubeconfig);
      kubectl = new Kubectl(fleet);
      figures.push(`first run: ${seconds(played.milliseconds)}`);
    });

    it('leaves an admin kubeconfig on the controller that goes through the balancer', async () => {
      expect(((await stat(kubectl.kubeconfig)).mode & 0o777).toString(8)).to.equal('600');
      const server = await kubectl.run('config view -o jsonpath={.clusters[*].cluster.server}');
      expect(server).to.equal(`https://${fleet.lab.host('lb1').address}:8443`);
      expect(await kubectl.run('get --raw /readyz')).to.equal('ok');
    });

    it('makes three nodes, all ready', async () => {
      const list = await kubectl.list('nodes');
      const ready = list
        .filter(({status}) => status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'))
        .map(({metadata}) => metadata.name);
      expect(ready.sort()).to.deep.equal([...nodes]);
    });

    for (const host of nodes) {
      it(`runs nothing of Kubernetes on ${host} outside the user's namespace, and nothing as root`, async () => {
        const found = await kubeProcesses(fleet, host);
        const names = found.map(({name}) => name);
        expect(names).to.include.members(['kubelet', 'containerd', 'kube-proxy', 'flanneld']);
        if (host === 'cp1') {
          const own = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
          expect(names).to.include.members(own);
        }
        expect(found.filter(({uid, inside}) => uid === 0 || !inside)).to.deep.equal([]);
      });
    }

    it('runs flannel on every node, and coredns', async () => {
      const flannel = (await kubectl.list('daemonsets -n kube-flannel'))[0];
      expect(flannel?.status.numberReady).to.equal(3);
      const dns = await kubectl.list('pods -n kube-system -l k8s-app=kube-dns');
      expect(dns.map(({status}) => status.phase)).to.deep.equal(['Running', 'Running']);
    });

    it('runs a web server from an imported image, a replica on each worker', async () => {
      pods = await haveWorkload(kubectl);
      expect(pods.map(({spec}) => spec.nodeName).sort()).to.deep.equal(['w1', 'w2']);
      const events = await kubectl.run(`get events -n ${namespace} --field-selector=reason=Pulled -o jsonpath={.items[*].message}`); // prettier-ignore
      expect(events).to.contain('already present on machine');
      logs = kubectl.stream(`-n ${namespace} logs -f quiet`);
      shell = kubectl.stream(`-n ${namespace} exec -i quiet -- sh`);
      shell.write('echo early\n');
      const said = (): Promise<string> => Promise.resolve(logs.said() + shell.said());
      await eventually('logs -f and exec answer', said, {
        holds: (text) => text.includes('before') && text.includes('early'),
        seconds: 20,
      });
      idleSince = Date.now();
    });

    it('reaches it by pod address across nodes', async () => {
      const [one, other] = pods;
      expect(await askFrom(kubectl, one, `${other.status.podIP ?? ''} 8080`)).to.equal(other.metadata.name);
      expect(await askFrom(kubectl, other, `${one.status.podIP ?? ''} 8080`)).to.equal(one.metadata.name);
    });

    it('reaches it by the address and by the name of its Service, from both workers', async () => {
      const service = await kubectl.get(`service web -n ${namespace}`);
      const names = pods.map(({metadata}) => metadata.name);
      for (const pod of pods) {
        expect(names).to.include(await askFrom(kubectl, pod, `${service.spec.clusterIP ?? ''} 80`));
        const address = await resolveFrom(kubectl, pod, `web.${namespace}.svc.cluster.local`);
        expect(address).to.equal(service.spec.clusterIP);
      }
    });

    it('has every server of haproxy at L7OK', async () => {
      const csv = await fleet.on('lb1', "echo 'show stat' | socat - UNIX-CONNECT:/run/haproxy/admin.sock");
      const servers = csv.split('\n').filter((line) => /,cp1,/.test(line));
      expect(servers, csv).to.have.length.greaterThan(0);
      for (const line of servers) expect(line).to.match(/,UP,.*,(?:\* )?L7OK,/);
    });

    it("refuses to pull any other image, in the verifier's words", async () => {
      const gateway = fleet.lab.host('lb1').address.replace(/\d+$/, '1');
      const registry = await serveRegistry(gateway);
      const folder = `/etc/u7s/certs.d/${registry.address}`;
      const image = `${registry.address}/u7s/other:1`;
      try {
        const plain = `server = "http://${registry.address}"\n[host."http://${registry.address}"]\n  capabilities = ["pull", "resolve"]\n`;
        await fleet.on('w1', `mkdir '${folder}' && cat >'${folder}/hosts.toml'`, {input: plain});
        const other = {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {name: 'other', namespace},
          spec: {nodeName: 'w1', terminationGracePeriodSeconds: 1, containers: [{name: 'other', image}]},
        };
        await kubectl.run('apply -f -', JSON.stringify(other));
        const told = await eventually(
          'the verifier speaks in kubectl describe',
          () => kubectl.run(`-n ${namespace} describe pod other`),
          {holds: (text) => text.includes('blocked pull of'), seconds: 40},
        );
        expect(told).to.contain(`image verifier bindir blocked pull of ${image}`);
        expect(told).to.match(/reject/i);
        expect(registry.asked.filter((line) => line.includes('/blobs/'))).to.deep.equal([]);
      } finally {
        registry.close();
        await kubectl.try(`-n ${namespace} delete pod other --ignore-not-found --wait=false`);
        await fleet.on('w1', `rm -r '${folder}'`);
      }
    });

    it('starts no runtime without the verifier', async () => {
      const verifier = '/opt/u7s/image-verifier/image-verifier';
      const state = (): Promise<string> => fleet.on('w1', asUser('systemctl --user is-active u7s-containerd || true'));
      await fleet.on('w1', `mv ${verifier} /root/image-verifier`);
      try {
        const restart = await fleet.try('w1', asUser('systemctl --user restart u7s-containerd'));
        expect(restart.code).to.not.equal(0);
        expect(await state()).to.not.equal('active');
        expect((await kubeProcesses(fleet, 'w1')).map(({name}) => name)).to.not.include('containerd');
        const journal = await fleet.on('w1', 'journalctl --no-pager --since=-1min');
        expect(journal).to.contain('has to hold just image-verifier');
      } finally {
        await fleet.on('w1', `mv /root/image-verifier ${verifier}`);
      }
      await eventually('containerd is back by itself', state, {holds: (text) => text === 'active', seconds: 30});
    });

    it("gives root a node's kubectl and kubeadm, with their exit codes", async () => {
      expect(await fleet.on('cp1', "bash -lc 'kubectl get nodes -o name'")).to.contain('node/w2');
      expect(await fleet.on('w1', "bash -lc 'kubeadm version -o short'")).to.match(/^v1\.\d+\.\d+$/);
      expect(await fleet.on('w1', "bash -lc 'ctr -n k8s.io containers ls -q'")).to.not.equal('');
      const unknown = await fleet.try('cp1', "bash -lc 'kubectl get nonsense'");
      expect([unknown.code, unknown.stderr]).to.deep.equal([1, `error: the server doesn't have a resource type "nonsense"\n`]); // prettier-ignore
      expect((await fleet.try('w2', "/usr/libexec/u7s/u7s-enter sh -c 'exit 37'")).code).to.equal(37);
    });
  });

  describe('the same again', () => {
    it('changes nothing', async () => {
      const played = await fleet.succeed();
      expectNothingToDo(played);
      figures.push(`second run: ${seconds(played.milliseconds)}`);
    });

    it('changes nothing either when every token is revoked, and leaves none', async () => {
      const tokens = async (): Promise<readonly string[]> =>
        (await fleet.on('cp1', "bash -lc 'kubeadm token list -o jsonpath={.token}'")).split(/\s+/).filter(Boolean);
      for (const token of await tokens()) await fleet.on('cp1', `bash -lc 'kubeadm token delete ${token.slice(0, 6)}'`);
      expectNothingToDo(await fleet.succeed());
      expect(await tokens()).to.deep.equal([]);
    });

    it('has nothing to do in a check', async () => {
      const played = await fleet.succeed('--check', '--diff', '--strict');
      expectNothingToDo(played);
      figures.push(`check of a converged site: ${seconds(played.milliseconds)}`);
      for (const [host, memory] of Object.entries(await memoryOf(fleet)))
        figures.push(`memory of ${host}: ${memory} MiB`);
    });
  });

  describe('another version of Kubernetes in the inventory', () => {
    it('is refused: nodes change one after the other, by a playbook of its own', async () => {
      const played = await fleet.play('--check', '-e', 'kubernetes_version=1.34.999');
      expect(played.code, tail(played)).to.equal(2);
      expect(problemsOf(played).join('\n')).to.match(/runs kubernetes-1\.34\.\d+.*playbooks\/upgrade\.yml/s);
    });
  });

  describe('two idle minutes', () => {
    it('leave logs -f and exec through the balancer alive', async () => {
      await eventually('the pod speaks again', () => Promise.resolve(logs.said()), {
        holds: (text) => text.includes('after'),
        seconds: 130,
      });
      expect(Date.now() - idleSince).to.be.greaterThan(120_000);
      expect(logs.over(), logs.said()).to.equal(false);
      expect(shell.over(), shell.said()).to.equal(false);
      shell.write('echo late\n');
      await eventually('the shell answers', () => Promise.resolve(shell.said()), {
        holds: (text) => text.includes('late'),
        seconds: 20,
      });
    });
  });

  describe('damage', () => {
    for (const damage of damages) {
      it(`${damage.name}: is repaired, and nothing else`, async () => {
        await holdRepair([damage], {fleet, kubectl});
      });
    }

    it('of every kind at once is repaired, and nothing else', async () => {
      await holdRepair(damages, {fleet, kubectl});
      expect(await fleet.on('w1', '/usr/libexec/u7s/u7s-enter getent hosts registry.local')).to.match(
        /registry\.local/,
      );
    });
  });

  describe('a worker that reboots', () => {
    it('comes back by itself, and the next run finds nothing wiped', async () => {
      const before = await identityOf(fleet);
      const node = await kubectl.get('node w1');
      await fleet.lab.reboot('w1');
      const played = await fleet.succeed();
      expect(await identityOf(fleet)).to.deep.equal(before);
      expect((await kubectl.get('node w1')).metadata.uid).to.equal(node.metadata.uid);
      expect(
        changedIn(played).filter((name) => !name.startsWith('w1 ')),
        tail(played),
      ).to.deep.equal([]);
      await kubectl.run(`-n ${namespace} rollout status deployment/web --timeout=90s`);
      expectNothingToDo(await fleet.succeed());
    });
  });
});
