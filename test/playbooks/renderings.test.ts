import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {diffLines} from 'diff';
import {expect} from 'chai';
import {compileTemplate} from '../../engine/language/template.js';
import {packageRoot} from '../../engine/root.js';

const variables = {
  image_repository: 'registry.local/u7s',
  pause_version: '3.10.1',
  node_ip: '10.77.0.11',
  node_name: 'cp1',
  cluster_name: 'lab',
  kubernetes_version: '1.34.4',
  control_plane_endpoint: 'lb1:8443',
  pod_cidr: '10.244.0.0/16',
  service_cidr: '10.96.0.0/12',
  cluster_domain: 'cluster.local',
  certified_names: ['lb1', '10.77.0.31'],
  etcd_folder: '/var/lib/podsec/u7s/etcd',
  eviction_hard: {'memory.available': '100Mi'},
};

function render(file: string, more: Readonly<Record<string, unknown>>): string {
  const source = readFileSync(join(packageRoot, 'playbooks', 'roles', file), 'utf8');
  return String(compileTemplate(source).render({...variables, ...more}));
}

/** The lines in which the renderings for hosts with and without controllers differ. */
function differing(file: string): readonly string[] {
  const [required, absent] = ['required', 'absent'].map((cgroup_delegation) => render(file, {cgroup_delegation}));
  return diffLines(required ?? '', absent ?? '').flatMap(({added, removed, value}) =>
    added || removed ? [`${added ? '+' : '-'}${value.trim()}`] : [],
  );
}

describe('hosts without cgroup controllers', () => {
  it('differ in the runtime by the wrapper of crun alone', () => {
    expect(differing('runtime/templates/containerd.toml.hbs')).to.deep.equal([
      '-BinaryName = "/usr/bin/crun"',
      '+BinaryName = "/usr/libexec/u7s/crun-without-cgroups"',
    ]);
  });

  it('differ in the kubelet by the groups of its classes alone', () => {
    expect(differing('control_plane/templates/kubeadm.yaml.hbs')).to.deep.equal([
      '-cgroupsPerQOS: true',
      '+cgroupsPerQOS: false',
    ]);
  });
});

describe('the virtual address of balancers', () => {
  const configuration = (more: Readonly<Record<string, unknown>>): string =>
    render('keepalived/templates/keepalived.conf.hbs', {
      virtual_ip: '10.77.0.30',
      virtual_ip_prefix: 32,
      vrrp_interface: 'eth0',
      vrrp_router_id: 51,
      vrrp_priority: 101,
      vrrp_address: '10.77.0.31',
      vrrp_peers: ['10.77.0.32'],
      vrrp_version: 3,
      vrrp_password: 'secret',
      balancer_backend: 'kubernetes',
      ...more,
    });

  it('is kept by whoever has it, and told every 0.3 s without a password', () => {
    const text = configuration({});
    expect(text).to.contain('state BACKUP\n  nopreempt\n');
    expect(text).to.contain('advert_int 0.3\n');
    expect(text).to.not.contain('secret');
    expect(text).to.not.contain('weight');
  });

  it('has a password with version 2 alone, which tells every second', () => {
    const text = configuration({vrrp_version: 2});
    expect(text).to.contain('advert_int 1\n');
    expect(text).to.contain('auth_pass secret\n');
  });

  it('is told by multicast where no peers are named', () => {
    expect(configuration({vrrp_peers: []})).to.contain('mcast_src_ip 10.77.0.31\n').and.not.contain('unicast');
  });
});

describe('what the image verifier could be evaded by', () => {
  it('is not in the configuration of the runtime', () => {
    const configuration = render('runtime/templates/containerd.toml.hbs', {cgroup_delegation: 'required'});
    for (const key of [
      'max_concurrent_downloads',
      'disable_snapshot_annotations',
      'discard_unpacked_layers',
      'image_pull_with_sync_fs',
      'mirrors',
      'configs',
      'auths',
    ]) {
      expect(configuration).not.to.contain(key);
    }
    expect(configuration).to.contain('bin_dir = "/opt/u7s/image-verifier"');
  });
});
