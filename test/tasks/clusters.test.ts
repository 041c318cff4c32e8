import {expect} from 'chai';
import {promise, unknown} from '../../engine/task.js';
import {createOverlay, type Overlay} from '../../engine/run/overlay.js';
import {loginPlace} from '../../engine/run/place.js';
import {ask, type FactRequest, type Promised} from '../../engine/task.js';
import {kubeadmFact} from '../../tasks/facts/kubeadm.js';
import {kubeObjectFact, type Definition, type ObjectState} from '../../tasks/facts/kube_object.js';
import {registry} from '../../tasks/index.js';
import {markOf} from '../../tasks/kube/cluster.js';

const key = {kubeconfig: '/etc/kubernetes/admin.conf', apiVersion: 'v1', kind: 'Namespace', name: 'shop'};
const shop: Definition = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'shop'}};
const at = (machine: string): {readonly machine: string; readonly place: typeof loginPlace} => ({
  machine,
  place: loginPlace,
});

/** A check in which `a1` and then `b1` are about to do things, and what their kubeconfigs told. */
function check(told: Readonly<Record<string, ObjectState>>): {
  readonly promises: (machine: string, ...makes: readonly Promised[]) => void;
  readonly sees: (machine: string) => unknown;
} {
  const read = ({machine}: {readonly machine: string}, {kind}: FactRequest<unknown>): unknown =>
    kind.name === 'kube_object' ? told[machine] : {done: []};
  const overlay: Overlay = createOverlay(registry.kinds, read);
  return {
    promises: (machine, ...makes) => {
      overlay.layChange(at(machine), {kind: 'state', summary: '', makes}, `${machine}/task`);
    },
    sees: (machine) => overlay.over(at(machine), ask(kubeObjectFact, key), told[machine]),
  };
}

const init = (nodeName: string): Promised =>
  promise(
    kubeadmFact,
    {folder: '/k', kubeletFolder: '/l', etcdFolder: '/e', nodeName, kubeconfig: key.kubeconfig},
    {done: []},
  );
const applied = promise(kubeObjectFact, key, {live: shop});
const none: ObjectState = {cluster: false, live: null};

describe('several clusters in one run', () => {
  it('are told from each other by their authorities, though their kubeconfigs bear the same name', () => {
    const {promises, sees} = check({
      a1: {cluster: true, live: null, identity: 'a'},
      a2: {cluster: true, live: null, identity: 'a'},
      b1: {cluster: true, live: null, identity: 'b'},
    });
    promises('a1', applied);
    expect(sees('a2')).to.have.property('live').that.deep.equals(shop);
    expect(sees('b1')).to.have.property('live', null);
  });

  it('are others where each machine makes its own', () => {
    const {promises, sees} = check({a1: none, b1: none});
    promises('a1', init('a1'), applied);
    promises('b1', init('b1'));
    expect(sees('b1')).to.deep.include({live: null});
    expect(sees('a1')).to.have.property('live').that.deep.equals(shop);
  });

  it('leave open what a machine will see that is in none yet', () => {
    const {promises, sees} = check({a1: none, a2: none});
    promises('a1', init('a1'), applied);
    expect(sees('a2')).to.deep.equal(unknown('a1/task'));
  });
});

describe('the mark of a cluster', () => {
  const identity = (text: string): string | undefined => markOf({status: 'ok', text}).identity;

  it('is the digest of its authority', () => {
    expect(identity('https://127.0.0.1:6443 QUJD')).to.match(/^[0-9a-f]{64}$/);
    expect(identity('https://lb:8443 QUJD')).to.equal(identity('https://127.0.0.1:6443 QUJD'));
  });

  it('is the server where the authority is elsewhere, unless it is the machine itself', () => {
    expect(identity('https://lb:8443 ')).to.equal('https://lb:8443');
    expect(identity('https://[::1]:6443 ')).to.equal(undefined);
    expect(identity('https://localhost:6443 ')).to.equal(undefined);
    expect(identity('')).to.equal(undefined);
  });
});
