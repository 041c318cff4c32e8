import {expect} from 'chai';
import type {ExecResult} from '../../engine/host.js';
import {bootstrapTokenFact} from '../../tasks/facts/bootstrap_token.js';
import {haproxyStatFact} from '../../tasks/facts/haproxy_stat.js';
import {kubeadmFact} from '../../tasks/facts/kubeadm.js';
import {kubeadmMemberFact} from '../../tasks/facts/kubeadm_member.js';
import {ociImageFact} from '../../tasks/facts/oci_image.js';
import {answers} from '../../tasks/kube/answer.js';
import {phases} from '../../tasks/kube/phases.js';

/** What a script of records writes. */
function said(...records: readonly (readonly [number, string])[]): ExecResult {
  return {code: 0, stdout: records.map(([code, text]) => `${code}\n${text}\n\u001e\n`).join(''), stderr: ''};
}

const authority =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiekNDQVJXZ0F3SUJBZ0lVZVR5Uk9PTzlkM0x2NXoyZTZSUEJzNElMelBJd0NnWUlLb1pJemowRUF3SXcKRERFS01BZ0dBMVVFQXd3QmREQWdGdzB5TmpFeE1qRXhOVEUxTVRGYUdBOHlNVEkyTVRBeU9ERTFNVFV4TVZvdwpEREVLTUFnR0ExVUVBd3dCZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBQk5hM2FJNExBb1VzClZQbEhiUTdSeXc4Z0oxNG5pSTd2allqN0tLSU9Yb0ZvRDBHNU5nT0FNZU1sSDJDaU5sd2IxNVFyRHNPdEl5TjMKeWxtVTlVRUM4OTJqVXpCUk1CMEdBMVVkRGdRV0JCVG1hZ21MVkF3QVprSHpWK3RIRjNVR2F2RGY4akFmQmdOVgpIU01FR0RBV2dCVG1hZ21MVkF3QVprSHpWK3RIRjNVR2F2RGY4akFQQmdOVkhSTUJBZjhFQlRBREFRSC9NQW9HCkNDcUdTTTQ5QkFNQ0EwZ0FNRVVDSUJUTUQ2SnE0aG1qZURXeGwxcHp3NEZydXNrZVRxelBJbkZVdVh3dzh4WWQKQWlFQTJ3NmhTSktRLzMzcllNWW1iRHNQLzRWQ0lPOXlUdFVxV05QcjlkaDNqY3c9Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
const hash = 'sha256:a78440099015bb1e6f560b2f57366e475d3891ada28b96bb48abc1dc094ec1a4';

describe('what a cluster says', () => {
  const statusOf = (code: number, text: string): string | undefined => answers(said([code, text]).stdout)[0]?.status;

  it('is an answer when kubectl ends well', () => {
    expect(statusOf(0, 'pod/a')).to.equal('ok');
  });

  it('is that there is no cluster where kubectl or its kubeconfig is missing', () => {
    expect(statusOf(127, 'sh: 1: kubectl: not found')).to.equal('no-cluster');
    expect(statusOf(1, 'error: stat /etc/kubernetes/admin.conf: no such file or directory')).to.equal('no-cluster');
  });

  it('is that it cannot be reached when the server is silent or the namespaces are down', () => {
    expect(statusOf(1, 'Unable to connect to the server: EOF')).to.equal('unreachable');
    expect(statusOf(1, 'The connection to the server lb1:8443 was refused - did you …: connection refused')).to.equal(
      'unreachable',
    );
    expect(statusOf(1, 'ctr: cannot access socket /run/c.sock: stat /run/c.sock: no such file or directory')).to.equal(
      'unreachable',
    );
    expect(statusOf(75, 'u7s-enter: the rootless namespaces of u7s-admin are not running')).to.equal('unreachable');
  });

  it('is a refusal when the server does not trust the client or is not trusted', () => {
    expect(statusOf(1, 'error: You must be logged in to the server (Unauthorized)')).to.equal('refused');
    expect(
      statusOf(1, 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by …'),
    ).to.equal('refused');
  });
});

describe('how far kubeadm init has come', () => {
  const key = {folder: '/k', kubeletFolder: '/l', etcdFolder: '/e', nodeName: 'cp1', kubeconfig: '/k/admin.conf'};
  const offline = phases
    .filter(({online}) => !online)
    .flatMap((phase) => phase.leaves('cp1'))
    .join('\n');
  const online = (words: Readonly<Record<string, string>> = {'node-role.kubernetes.io/control-plane': ''}): string => {
    const traces = phases.filter(({online: asks}) => asks).flatMap((phase) => phase.leaves('cp1'));
    const items = traces.map((trace) => {
      const [kind = '', name = ''] = trace.split('/');
      return {kind: kind === 'node' ? 'Node' : kind, metadata: {name, labels: kind === 'node' ? words : {}}};
    });
    return JSON.stringify({kind: 'List', items});
  };
  const absent = [127, ''] as const;

  it('is nowhere on a bare host', () => {
    const [state] = kubeadmFact.parse([key], said([0, ''], absent));
    expect(state).to.deep.equal({done: [], etcdData: false, authority: false});
  });

  it('does not ask the API server before the machine has done its own part', () => {
    const files = phases[0]?.leaves('cp1').join('\n') ?? '';
    const silent = [1, 'Unable to connect to the server: EOF'] as const;
    const [state] = kubeadmFact.parse([key], said([0, `${files}\nadmin.conf`], silent));
    expect(state?.done).to.deep.equal(['certs']);
    expect(state?.authority).to.equal(true);
  });

  it('lacks only the piece that was lost where an API server answers nevertheless', () => {
    const files = offline.replace('manifests/kube-scheduler.yaml\n', '');
    const [state] = kubeadmFact.parse([key], said([0, `${files}\nkubelet.conf=rotating`], [0, online()]));
    expect(phases.map(({name}) => name).filter((name) => state?.done.includes(name) !== true)).to.deep.equal([
      'control-plane',
    ]);
  });

  it('takes an administrator without rights for one who got none yet', () => {
    const forbidden = [1, 'Error from server (Forbidden): configmaps "kubeadm-config" is forbidden'] as const;
    const [state] = kubeadmFact.parse([key], said([0, offline], forbidden));
    expect(state?.done).to.deep.equal(['certs', 'kubeconfig', 'etcd', 'control-plane', 'kubelet-start']);
  });

  it('fails where the API server should answer and does not', () => {
    const silent = [1, 'Unable to connect to the server: EOF'] as const;
    expect(() => kubeadmFact.parse([key], said([0, offline], silent))).to.throw(
      'the cluster does not answer: Unable to connect to the server: EOF',
    );
  });

  it('has to mark a control plane whose node lost the label', () => {
    const [state] = kubeadmFact.parse([key], said([0, `${offline}\nkubelet.conf=rotating`], [0, online({})]));
    expect(phases.map(({name}) => name).filter((name) => state?.done.includes(name) !== true)).to.deep.equal([
      'mark-control-plane',
    ]);
  });

  it('has to upload its configuration again where it died before those who join could read it', () => {
    const binding = /\{"kind":"rolebinding","metadata":\{"name":"kubeadm:kubelet-config","labels":\{\}\}\},/;
    const killed = online().replace(binding, '');
    expect(killed).not.to.equal(online());
    const [state] = kubeadmFact.parse([key], said([0, `${offline}\nkubelet.conf=rotating`], [0, killed]));
    expect(phases.map(({name}) => name).filter((name) => state?.done.includes(name) !== true)).to.deep.equal([
      'upload-config',
    ]);
  });

  it('is done when everything is there', () => {
    const [state] = kubeadmFact.parse([key], said([0, `${offline}\nkubelet.conf=rotating`], [0, online()]));
    expect(state?.done).to.deep.equal(phases.map(({name}) => name));
  });
});

describe('the membership of a node', () => {
  const key = {folder: '/k', kubeletConf: '/k/kubelet.conf', nodeName: 'w1'};
  const membership = (code: number, text: string): string | undefined =>
    kubeadmMemberFact.parse([key], said([code, text]))[0]?.membership;

  it('is told by its cluster', () => {
    expect(membership(0, 'node/w1')).to.equal('member');
    expect(membership(1, 'Error from server (NotFound): nodes "w1" not found')).to.equal('deleted');
    expect(membership(1, 'error: You must be logged in to the server (Unauthorized)')).to.equal('stranger');
  });

  it('is told by files before the join, and where kubelet.conf was lost', () => {
    const [state] = kubeadmMemberFact.parse([key], said([0, 'missing kubeconfig']));
    expect(state).to.deep.equal({membership: 'incomplete', missing: ['kubeconfig']});
    expect(membership(0, 'none')).to.equal('none');
    expect(membership(0, 'begun')).to.equal('begun');
  });

  it('is not guessed when the cluster is silent', () => {
    expect(() => membership(1, 'dial tcp: connection refused')).to.throw('the cluster does not answer');
  });
});

describe('the membership of a control plane', () => {
  const key = {folder: '/k', kubeletConf: '/k/kubelet.conf', nodeName: 'cp2', etcdFolder: '/e'};
  const state = (code: number, text: string): unknown => kubeadmMemberFact.parse([key], said([code, text]))[0];

  it('is whole with its pods, its data and its mark', () => {
    expect(state(0, 'etcd-data\nmember')).to.deep.equal({membership: 'member', etcdData: true});
  });

  it('lacks what a join that was killed did not make', () => {
    expect(state(0, 'etcd-data\nmissing mark\nmember')).to.deep.equal({
      membership: 'incomplete',
      missing: ['mark'],
      etcdData: true,
    });
    expect(state(0, 'begun')).to.deep.equal({membership: 'begun'});
  });

  it('is none although etcd left data', () => {
    expect(state(0, 'etcd-data\nnone')).to.deep.equal({membership: 'none', etcdData: true});
  });
});

describe('the join tokens of a cluster', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const secret = (description: string, expiration: string): unknown => ({
    data: {
      'token-id': base64('abcdef'),
      'token-secret': base64('0123456789abcdef'),
      description: base64(description),
      expiration: base64(expiration),
    },
  });

  it('come with their time, the way in and the digest of the authority', () => {
    const items = [secret('made by u7s-play', '2026-11-21T13:30:00Z')];
    const kubeconfig = `clusters:\n- cluster:\n    certificate-authority-data: ${authority}\n    server: https://lb1:8443\n  name: ""`;
    const now = Date.parse('2026-11-21T13:00:00Z') / 1000;
    const [state] = bootstrapTokenFact.parse(
      [{kubeconfig: '/k'}],
      said([0, 'cp1\nw1'], [0, `${now}\n${JSON.stringify({items})}`], [0, kubeconfig], [1, '']),
    );
    expect(state).to.deep.equal({
      cluster: true,
      nodes: ['cp1', 'w1'],
      tokens: [{token: 'abcdef.0123456789abcdef', description: 'made by u7s-play', left: 1800}],
      endpoint: 'lb1:8443',
      caCertHash: hash,
    });
  });

  it('are none where there is no cluster', () => {
    const none = [127, 'sh: 1: kubectl: not found'] as const;
    expect(bootstrapTokenFact.parse([{kubeconfig: '/k'}], said(none, none, none, none))[0]?.cluster).to.equal(false);
  });
});

describe('tables of programs', () => {
  it('of haproxy are read by the names of their columns', () => {
    const table =
      '# pxname,svname,status,check_status\nkubernetes,FRONTEND,OPEN,\nkubernetes,cp1,UP,L7OK\nkubernetes,cp2,UP,* L7OK\nkubernetes,BACKEND,UP,';
    expect(haproxyStatFact.parse([{socket: '/s'}], said([0, table]))[0]?.servers).to.deep.equal([
      {backend: 'kubernetes', server: 'cp1', status: 'UP', check: 'L7OK'},
      {backend: 'kubernetes', server: 'cp2', status: 'UP', check: 'L7OK'},
    ]);
  });

  it('of a haproxy that does not run are empty', () => {
    expect(haproxyStatFact.parse([{socket: '/s'}], said([1, 'No such file']))[0]?.servers).to.deep.equal([]);
  });

  it('of images leave out names that are only digests', () => {
    const table =
      'REF TYPE DIGEST SIZE\nr/pause:3 application/vnd sha256:1 1KiB\nsha256:5 application/vnd sha256:1 1KiB';
    expect(ociImageFact.parse([{namespace: 'k8s.io'}], said([0, table]))[0]).to.deep.equal({
      images: {'r/pause:3': 'sha256:1'},
    });
  });
});
