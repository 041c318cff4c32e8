import {expect} from 'chai';
import {chmod, mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writePackage} from '../../../engine/cli/bundle/debian-package.js';
import {command} from '../../lab/process.js';
import type {Fleet} from '../fleet.js';
import {program} from '../play.js';

type Give = (fleet: Fleet, folder: string) => Promise<void>;

async function u7sPlay(fleet: Fleet, ...words: readonly string[]): Promise<string> {
  const state = join(fleet.folder, 'state');
  return command(['env', `XDG_STATE_HOME=${state}`, process.execPath, program, ...words], {timeout: 120});
}

/** A repository with one small package in it. */
const repository: Give = async (fleet, folder) => {
  const [bundle, script, deb, archive] = ['bundle', 'script', 'carried.deb', 'site.tar'].map((name) => join(folder, name)) as [string, string, string, string]; // prettier-ignore
  await writeFile(script, '#!/bin/sh\n');
  await chmod(script, 0o755);
  const files = {'usr/bin/carried': script};
  await writePackage(deb, {name: 'carried', version: '1', architecture: 'all', description: 'is carried', files});
  await mkdir(bundle);
  const manifest = {format: 1, kubernetes: '', architecture: 'amd64', components: {}, files: [], images: []};
  await writeFile(join(bundle, 'bundle.json'), JSON.stringify(manifest));
  const told = await u7sPlay(fleet, 'bundle', 'create', archive, '--from', bundle, '--package', deb);
  const digest = /^manifest (sha256:[0-9a-f]{64})$/m.exec(told)?.[1] ?? '';
  await u7sPlay(fleet, 'bundle', 'repository', archive, join(folder, 'packages'), '--digest', digest);
};

/** A snapshot of etcd on the controller. */
const snapshot: Give = async (fleet, folder) => {
  const pki = '/etc/kubernetes/pki/etcd';
  const keys = `--cacert=${pki}/ca.crt --cert=${pki}/healthcheck-client.crt --key=${pki}/healthcheck-client.key`;
  const save = `etcdctl --endpoints=https://127.0.0.1:2379 ${keys} snapshot save /etc/kubernetes/before.db`;
  await fleet.on('first', `/usr/libexec/u7s/u7s-enter ${save}`);
  const src = '/home/u7s-admin/.local/share/u7s/etc_kubernetes/before.db';
  const fetch = JSON.stringify({src, dest: join(folder, 'before.db'), flat: true, mode: '0600'});
  await u7sPlay(fleet, 'adhoc', 'first', '-i', join(folder, 'hosts.yml'), '-m', 'fetch', '-a', fetch);
};

/** What a role takes from its controller and nobody has, unless it is made: by the role's name. */
export const given: Readonly<Record<string, Give>> = {package_repository: repository, restore: snapshot};

/** What is so afterwards, beside what the roles' own tasks hold: by the role's name. */
export const found: Readonly<Record<string, (fleet: Fleet) => Promise<void>>> = {
  rbac_users: async (fleet) => {
    for (const host of ['second', 'third'])
      expect(await fleet.on(host, 'su - alice -c "kubectl auth whoami -o jsonpath={.status.userInfo.username}"'), host).to.equal('alice'); // prettier-ignore
  },
  package_repository: async (fleet) => {
    expect(await fleet.on('front', 'apt-cache policy carried')).to.contain('file:/var/lib/u7s/packages');
    expect(await fleet.on('front', 'apt-cache policy haproxy')).not.to.contain('http');
  },
};
