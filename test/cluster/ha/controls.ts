import {expect} from 'chai';
import type {Fleet} from '../fleet.js';
import {changedIn} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import {tail} from '../play.js';

const controlPlanes = ['cp1', 'cp2', 'cp3'] as const;
const namespace = 'u7s-controls';

/** What each of several control planes does: it writes the audit, and takes ordinary pods where that is wanted. */
export function describeControls(started: {readonly fleet: Fleet}): void {
  for (const host of controlPlanes) {
    it(`write down on ${host} what its API server refused`, async () => {
      const {fleet} = started;
      const path = `/api/v1/namespaces/refused-by-${host}/secrets`;
      const asked = `curl -sk -o /dev/null -w '%{http_code}' https://${fleet.lab.host(host).address}:6443${path}`;
      expect(await fleet.on('w1', asked)).to.equal('403');
      const read = `. /etc/u7s/namespace.env; grep -F 'refused-by-${host}' "$U7S_DATA/var_log/kubernetes/audit.log"`;
      const line = await eventually('the refusal is in the log', () => fleet.try(host, read), {
        holds: ({stdout}) => stdout.trim() !== '',
        seconds: 30,
      });
      const told = JSON.parse(line.stdout.trim().split('\n').at(-1) ?? '') as Readonly<Record<string, unknown>>;
      expect(told).to.include({level: 'Metadata', requestURI: path, verb: 'list'});
      expect(told['responseStatus']).to.include({code: 403});
      expect(told['user']).to.include({username: 'system:anonymous'});
    });
  }

  it('take ordinary pods where the inventory wants it, and only then', async () => {
    const {fleet} = started;
    const kubectl = new Kubectl(fleet);
    const taints = async (): Promise<string> =>
      kubectl.run('get nodes -l node-role.kubernetes.io/control-plane -o jsonpath={.items[*].spec.taints[*].key}');
    const taint = 'node-role.kubernetes.io/control-plane';
    expect(await taints()).to.equal([taint, taint, taint].join(' '));
    const open = ['-t', 'M39', '-e', '{"control_plane_pods": true}'] as const;
    const played = await fleet.succeed(...open);
    expect(changedIn(played), tail(played)).to.deep.equal(['cp1 control_plane_pods/kube_node']);
    expect(await taints()).to.equal('');
    const own = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}};
    const pods = controlPlanes.map((host) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: `on-${host}`, namespace},
      spec: {
        nodeSelector: {'kubernetes.io/hostname': host},
        terminationGracePeriodSeconds: 0,
        containers: [{name: 'web', image: 'registry.local/u7s/web:1'}],
      },
    }));
    await kubectl.run('apply -f -', JSON.stringify({apiVersion: 'v1', kind: 'List', items: [own, ...pods]}));
    await kubectl.run(`-n ${namespace} wait pod --all --for=condition=Ready --timeout=90s`);
    expect(changedIn(await fleet.succeed(...open))).to.deep.equal([]);
    await fleet.succeed('-t', 'M39');
    expect(await taints()).to.equal([taint, taint, taint].join(' '));
    await kubectl.run(`delete namespace ${namespace} --wait=false`);
  });
}
