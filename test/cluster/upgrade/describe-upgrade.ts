import {expect} from 'chai';
import {join} from 'node:path';
import {haveBundle} from '../../lab/bundle/build.js';
import {releases} from '../../lab/bundle/releases.js';
import {asUser} from '../damage.js';
import {figures, seconds} from '../figures.js';
import type {Fleet, Site} from '../fleet.js';
import {watch} from '../ha/availability.js';
import {changedIn, endedAs, problemsOf} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import {startPlay, tail, type Played} from '../play.js';
import {withFleet} from '../with-fleet.js';
import {breakOff} from './break-off.js';
import {runningIn, type Running} from './cluster-version.js';
import {askInside} from './interruptions.js';
import {haveWeb, namespace} from './web.js';

/** A site that is upgraded, and what its clients have to bear. */
export interface Upgrading {
  readonly site: Site;
  readonly controlPlanes: readonly string[];
  readonly workers: readonly [string, string];
  /** The last number of the address at which the controller asks for the API. */
  readonly api: number;
  /** Nodes pull from a registry of their own, and only what is signed. */
  readonly signed: boolean;
  /** Milliseconds for which the API may be silent. */
  readonly apiBound: number;
}

const old = releases['1.33'].versions;
const young = releases['1.34'].versions;
type Versions = typeof old | typeof young;

/** Milliseconds for which a service of two servers may be silent. */
const bound = 5000;
const playbook = 'playbooks/upgrade.yml';
const snapshots = '/home/u7s-admin/.local/share/u7s/etc_kubernetes/snapshots';

function expectNothingToDo(played: Played): void {
  expect(changedIn(played), tail(played)).to.deep.equal([]);
  const deferred = endedAs(played, 'deferred').map(({node}) => `${node.host} ${node.task}`);
  expect(deferred, tail(played)).to.deep.equal([]);
}

/** Describes an upgrade from the release before the usual one: refused where it must be, killed in the middle, counted by clients, and taken back. */
export function describeUpgrade(title: string, {site, controlPlanes, workers, api, signed, apiBound}: Upgrading): void {
  describe(title, () => {
    const started = withFleet(site);
    const nodes = [...controlPlanes, ...workers];
    const [first = ''] = controlPlanes;
    const [one, other] = workers;
    let fleet: Fleet;
    let kubectl: Kubectl;
    let older: readonly string[];

    const expectRunning = async ({kubernetes, etcd, coredns}: Versions): Promise<void> => {
      const parts = ['apiserver', 'controller-manager', 'proxy', 'scheduler'];
      const expected: Running = {
        kubelets: Object.fromEntries(nodes.map((node) => [node, `v${kubernetes}`])),
        images: [`coredns:v${coredns}`, `etcd:${etcd}-0`, ...parts.map((part) => `kube-${part}:v${kubernetes}`)],
        cordoned: [],
      };
      await eventually(`everything is of ${kubernetes}`, () => runningIn(kubectl), {
        holds: (seen) => JSON.stringify(seen) === JSON.stringify(expected),
        seconds: 120,
      });
    };

    const expectRefused = async (reason: RegExp, ...words: readonly string[]): Promise<void> => {
      const played = await fleet.play(playbook, ...words);
      expect(played.code, tail(played)).to.equal(2);
      expect(problemsOf(played).join('\n')).to.match(reason);
      expect(changedIn(played)).to.deep.equal([]);
    };

    const adhoc = async (...words: readonly string[]): Promise<void> => {
      const played = await startPlay(['adhoc', ...words, '-i', fleet.inventory], fleet.folder).ended;
      expect(played.code, tail(played)).to.equal(0);
    };

    /** Lets a node's kubelet be another one, until the cluster knows. */
    const useKubelet = async (host: string, version: string): Promise<void> => {
      const restart = asUser('systemctl --user restart u7s-kubelet');
      await fleet.on(host, `ln -sfn kubernetes-${version} /opt/u7s/kubernetes && ${restart}`);
      await eventually(`${host} runs ${version}`, () => runningIn(kubectl), {
        holds: ({kubelets}) => kubelets[host] === `v${version}`,
        seconds: 60,
      });
    };

    before(async function () {
      fleet = started.fleet;
      const bundle = await haveBundle((line) => process.stderr.write(`    ${line}\n`), '1.33');
      older = ['-e', `kubernetes_version=${old.kubernetes}`, '-e', `bundle_folder=${bundle}`];
    });

    after(() => {
      for (const line of figures.splice(0)) process.stderr.write(`    ${line}\n`);
    });

    it('begins with the older release', async () => {
      const played = await fleet.converge(...older);
      figures.push(`${old.kubernetes} from bare hosts: ${seconds(played.milliseconds)}`);
      kubectl = new Kubectl(fleet);
      await expectRunning(old);
    });

    it('refuses to leave out a minor version, and to go back', async () => {
      await expectRefused(/cannot be reached from there/, '-e', 'kubernetes_version=1.35.0');
      await expectRefused(/cannot be reached from there/, '-e', 'kubernetes_version=1.32.0');
    });

    it('refuses where a kubelet is newer than the API server', async () => {
      const folder = `/opt/u7s/kubernetes-${young.kubernetes}/bin/`;
      const copy = {src: join(fleet.bundle, 'bin/kubelet'), dest: folder, mode: '0755'};
      await adhoc(other, '-b', '-m', 'copy', '-a', JSON.stringify(copy));
      await useKubelet(other, young.kubernetes);
      await expectRefused(/a kubelet is newer than the API server/);
      await useKubelet(other, old.kubernetes);
      await fleet.on(other, `rm -r /opt/u7s/kubernetes-${young.kubernetes}`);
      await kubectl.run(`wait --for=condition=Ready node/${other} --timeout=60s`);
    });

    it('tells in a check what would be done, and does nothing', async () => {
      const played = await fleet.succeed(playbook, '--check');
      expect(endedAs(played, 'changed', 'failed', 'blocked')).to.deep.equal([]);
      const would = endedAs(played, 'would-change').filter(({node}) => node.task === 'Upgrade the node');
      expect(would.map(({node}) => node.host).sort(), tail(played)).to.deep.equal(nodes);
      const pushing = endedAs(played, 'would-change').filter(({node}) => node.module === 'signed_images');
      expect(pushing.map(({node}) => node.host)).to.deep.equal(signed ? ['reg'] : []);
      await expectRunning(old);
      figures.push(`check of the upgrade: ${seconds(played.milliseconds)}`);
    });

    it('goes on where its controller was killed, while a service of the cluster answers', async function () {
      // Three runs, one node after the other.
      this.timeout(5_400_000);
      const service = await haveWeb(kubectl);
      await kubectl.run(`-n ${namespace} create configmap kept --from-literal=word=kept`);
      const clients = nodes.map((host) => askInside(fleet, host, service));
      const watching = watch(`${site.prefix}.${api}`, 8443);
      const begun = Date.now();
      const apiserver = `grep -q v${young.kubernetes} $K/manifests/kube-apiserver.yaml`;
      const upgrade = async (): Promise<Played> => {
        await breakOff(fleet, {host: first, has: apiserver}, [playbook]);
        await breakOff(fleet, {host: one, has: '[ -e $U7S_DATA/upgraded-* ]'}, [playbook]);
        return fleet.succeed(playbook);
      };
      const upgraded = upgrade();
      await Promise.allSettled([upgraded]);
      const taken = Date.now() - begun;
      // Whatever became of the upgrade, its clients end.
      const told = Promise.all([watching.end(), Promise.all(clients.map((client) => client.end()))]);
      await Promise.allSettled([told]);
      const played = await upgraded;
      const [{longestGap, failed, requests}, seen] = await told;
      figures.push(
        `${nodes.length} nodes to ${young.kubernetes}, broken off twice: ${seconds(taken)}`,
        `the API: longest gap ${seconds(longestGap)}, ${failed} of ${requests} requests failed`,
        ...seen.map((each) => `a service, asked on ${each.host}: longest gap ${seconds(each.longest)}, ${each.failed} of ${each.requests} requests failed`), // prettier-ignore
      );
      const back = endedAs(played, 'changed').filter(({node}) => node.task === 'Let pods come back');
      expect(back.map(({node}) => node.host)).to.deep.equal([one, other]);
      for (const {host, longest} of seen) expect(longest, `the longest gap on ${host}`).to.be.lessThan(bound);
      expect(longestGap, 'the longest gap of the API').to.be.lessThan(apiBound);
      await expectRunning(young);
    });

    it('has nothing to do in a second run, and neither has the site', async () => {
      const played = await fleet.succeed(playbook);
      expectNothingToDo(played);
      figures.push(`second run: ${seconds(played.milliseconds)}`);
      expectNothingToDo(await fleet.succeed());
    });

    it('can be taken back to what etcd held before', async () => {
      await kubectl.run(`-n ${namespace} delete configmap kept`);
      const snapshot = join(fleet.folder, 'before.db');
      const fetch = {src: `${snapshots}/before-${young.kubernetes}.db`, dest: snapshot, flat: true, mode: '0600'};
      await adhoc(first, '-b', '-m', 'fetch', '-a', JSON.stringify(fetch));
      const restore = ['playbooks/restore-etcd.yml', '-e', `snapshot=${snapshot}`];
      const unconfirmed = await fleet.play(...restore);
      expect(unconfirmed.code, tail(unconfirmed)).to.equal(2);
      expect(problemsOf(unconfirmed).join('\n')).to.match(/say -e confirm=/);
      const played = await fleet.succeed(...restore, '-e', `confirm=${controlPlanes.join(',')}`);
      const word = async (): Promise<string> =>
        (await kubectl.try(`-n ${namespace} get configmap kept -o jsonpath={.data.word}`)).stdout;
      await eventually('what was deleted is back', word, {holds: (said) => said === 'kept', seconds: 30});
      figures.push(`etcd's snapshot restored: ${seconds(played.milliseconds)}`);
      for (const host of controlPlanes) {
        expect(await fleet.on(host, 'ls -d /var/lib/podsec/u7s/etcd/before-restore-*/member')).to.not.equal('');
      }
    });

    it('and be brought forward again', async () => {
      // Until the kubelets have told it once more, the cluster says of them what it said before.
      await eventually('all kubelets tell their version', () => runningIn(kubectl), {
        holds: ({kubelets}) => nodes.every((node) => kubelets[node] === `v${young.kubernetes}`),
        seconds: 120,
      });
      await fleet.succeed(playbook);
      await expectRunning(young);
      await kubectl.run(`-n ${namespace} rollout status deployment/web --timeout=80s`);
      expectNothingToDo(await fleet.succeed(playbook));
      expectNothingToDo(await fleet.succeed());
    });
  });
}
