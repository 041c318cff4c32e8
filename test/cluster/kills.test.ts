import {expect} from 'chai';
import {nodes, type Fleet, type HostName} from './fleet.js';
import {identityOf, type ClusterIdentity} from './identity.js';
import {begunIn, changedIn, problemsOf} from './journal.js';
import {eventually, Kubectl} from './kubectl.js';
import {tail, type Played, type Playing} from './play.js';
import {withFleet} from './with-fleet.js';

/** A moment of a run, told by what a host has by then. */
interface Moment {
  readonly host: HostName;
  /** A condition in sh; `$K` is what kubeadm calls /etc/kubernetes. */
  readonly has: string;
  /** What it must not have yet, or the moment was missed. */
  readonly lacks?: string;
}

const kubectl = '/usr/libexec/u7s/u7s-enter kubectl --request-timeout=2s';

/** Waits on the host for a moment, for as long as 3 minutes. A moment that may be missed is held: kubeadm, or its next phase, is stopped in it. */
async function until(fleet: Fleet, {host, has, lacks}: Moment): Promise<void> {
  const script = `until [ -r /etc/u7s/namespace.env ]; do sleep 0.05; done
. /etc/u7s/namespace.env; K=$U7S_DATA/etc_kubernetes
until ${has}; do sleep 0.05; done 2>/dev/null >&2
${lacks === undefined ? '' : 'until pkill -STOP -x kubeadm; do sleep 0.01; done'}`;
  await fleet.on(host, script, {timeout: 180});
}

/** Begins a run and does something to it at a moment. Resolves with the run's end. */
async function playUntil(
  fleet: Fleet,
  moment: Moment,
  {words, act}: {readonly words: readonly string[]; readonly act: (playing: Playing) => void | Promise<void>},
): Promise<Played> {
  const reached = until(fleet, moment);
  const playing = fleet.start(...words);
  await Promise.race([reached, playing.ended]).catch((error: unknown) => {
    playing.kill();
    throw error;
  });
  if (playing.over()) {
    reached.catch(() => undefined);
    const played = await playing.ended;
    throw new Error(`the run ended before '${moment.has}': ${problemsOf(played).join('\n')}${tail(played)}`);
  }
  await act(playing);
  return playing.ended;
}

/** Kills the controller at a moment, and holds that it was in this module then. */
async function killAt(
  fleet: Fleet,
  moment: Moment,
  {module, words = []}: {readonly module: string; readonly words?: readonly string[]},
): Promise<void> {
  const played = await playUntil(fleet, moment, {
    words,
    act: (playing) => {
      playing.kill();
    },
  });
  expect(played.code, 'the controller was killed').to.equal(255);
  const begun = begunIn(played).map((node) => `${node.host} ${node.module}`);
  expect(begun, tail(played)).to.include(`${moment.host} ${module}`);
  if (moment.lacks === undefined) return;
  const late = await fleet.try(moment.host, `. /etc/u7s/namespace.env; K=$U7S_DATA/etc_kubernetes; ${moment.lacks}`);
  expect(late.code, `the moment was missed: ${moment.lacks}`).to.not.equal(0);
  // What was held dies too, or it would pass the next moment; sudo has stopped itself with it.
  await fleet.on(moment.host, 'pkill -KILL -x kubeadm; kill -CONT -1');
}

describe('a controller that dies, a line that is cut', () => {
  const started = withFleet();
  let fleet: Fleet;
  let known: ClusterIdentity;

  /** Holds that the whole site stands, with nothing made anew. */
  async function expectCluster(): Promise<void> {
    expect(await identityOf(fleet)).to.deep.equal(known);
    const cluster = new Kubectl(fleet);
    const ready = await cluster.run('wait --for=condition=Ready node --all --timeout=30s -o name');
    expect(ready.split('\n').sort()).to.deep.equal(nodes.map((node) => `node/${node}`));
    expect(changedIn(await fleet.succeed())).to.deep.equal([]);
  }

  before(() => {
    fleet = started.fleet;
  });

  it('may die in kubeadm init after the certificates', async () => {
    const moment = {
      host: 'cp1',
      has: '[ -e $K/pki/sa.pub ]',
      lacks: '[ -e $K/manifests/kube-scheduler.yaml ]',
    } as const;
    await killAt(fleet, moment, {module: 'kubeadm_init'});
    known = await identityOf(fleet);
    expect(known.authority).to.match(/^[0-9a-f]{64}$/);
    expect(known.cluster).to.equal('');
  });

  it('may die again after the manifests', async () => {
    const moment = {
      host: 'cp1',
      has: '[ -e $K/manifests/kube-scheduler.yaml ]',
      lacks: `${kubectl} get -n kube-system configmap/kubeadm-config`,
    } as const;
    await killAt(fleet, moment, {module: 'kubeadm_init'});
    expect((await identityOf(fleet)).authority).to.equal(known.authority);
  });

  it('may die again before the addons', async () => {
    const moment = {
      host: 'cp1',
      has: `${kubectl} get -n kube-system configmap/kubeadm-config`,
      lacks: `${kubectl} get -n kube-system deployment/coredns`,
    } as const;
    await killAt(fleet, moment, {module: 'kubeadm_init'});
    const {authority, ...others} = await identityOf(fleet);
    expect(authority).to.equal(known.authority);
    expect(others.member).to.match(/^[0-9a-f]+$/);
    expect(others.cluster).to.not.equal('');
    known = {authority, ...others};
  });

  it('and the next run makes the cluster of what is there', async () => {
    await fleet.succeed();
    await expectCluster();
  });

  it('may die in a join before the TLS bootstrap', async () => {
    await fleet.renew();
    const moment = {host: 'w1', has: '[ -e $K/bootstrap-kubelet.conf ]'} as const;
    await killAt(fleet, moment, {module: 'kubeadm_join', words: ['--limit', 'lb1,cp1,w1']});
    known = await identityOf(fleet);
  });

  it('may die in the next join after the TLS bootstrap', async () => {
    const moment = {host: 'w2', has: '[ -e $K/kubelet.conf ]'} as const;
    await killAt(fleet, moment, {module: 'kubeadm_join'});
  });

  it('and the next run ends the joins', async () => {
    await fleet.succeed();
    await expectCluster();
  });

  it('may lose its connections, one by a reset and one in silence, and the run or the next one ends well', async () => {
    await fleet.renew();
    const moment = {host: 'cp1', has: '[ -e $K/manifests/kube-scheduler.yaml ]'} as const;
    const played = await playUntil(fleet, moment, {
      words: [],
      act: async (playing) => {
        await fleet.on('cp1', 'systemd-run --quiet --collect pkill -KILL -x sshd-session');
        await fleet.lab.cut('w1');
        await eventually('the silence of w1 is noticed', () => playing.events(), {
          holds: (events) => playing.over() || lost(events).includes('w1'),
          seconds: 90,
        }).finally(() => fleet.lab.mend('w1'));
      },
    });
    expect(lost(played.events), tail(played)).to.include.members(['cp1', 'w1']);
    expect([0, 4], [...problemsOf(played), tail(played)].join('\n')).to.include(played.code);
    // A host that was lost is kept for its run for as long as that might still live.
    const look = (): Promise<Played> => fleet.play();
    if (played.code !== 0) {
      await eventually('the next run ends well', look, {holds: ({code}) => code === 0, seconds: 200});
    }
    known = await identityOf(fleet);
    await expectCluster();
  });
});

function lost(events: Played['events']): readonly string[] {
  return events.flatMap((event) => (event.type === 'host-lost' ? [event.host] : []));
}
