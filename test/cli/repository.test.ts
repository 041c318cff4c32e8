import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {expect} from 'chai';
import {membersOf, writeArchive} from '../../engine/cli/bundle/ar.js';
import {packagesOf} from '../../engine/cli/bundle/bundle-packages.js';
import {controlOf, fieldOf, fileNameOf, writePackage} from '../../engine/cli/bundle/debian-package.js';
import {describeFile, type BundleManifest} from '../../engine/cli/bundle/manifest.js';
import {makeRepository} from '../../engine/cli/bundle/repository.js';
import {BadInput} from '../../engine/diagnostic.js';

const hello = {name: 'hello', version: '1:2.0-1', architecture: 'amd64', description: 'says it'};

describe('a repository of packages', () => {
  let folder: string;
  const at = (path: string): string => join(folder, path);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-repository-test-'));
    writeFileSync(at('program'), '#!/bin/sh\n');
    chmodSync(at('program'), 0o755);
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  it('has members in archives of ar, also those of an odd length', async () => {
    writeFileSync(at('odd'), 'abc');
    await writeArchive(at('x.a'), [
      ['one', at('odd')],
      ['two', at('odd')],
    ]);
    const members = await membersOf(at('x.a'));
    expect(members.map(({name, size}) => [name, size])).to.deep.equal([
      ['one', 3],
      ['two', 3],
    ]);
    const content = readFileSync(at('x.a'));
    for (const {offset, size} of members) expect(content.toString('latin1', offset, offset + size)).to.equal('abc');
    expect(await membersOf(at('odd')).catch((error: unknown) => String(error))).to.include('no archive of ar');
  });

  it('packs what dpkg can read, the same bytes each time', async () => {
    await writePackage(at('a.deb'), {...hello, files: {'usr/bin/hello': at('program')}});
    await writePackage(at('b.deb'), {...hello, files: {'usr/bin/hello': at('program')}});
    expect(readFileSync(at('a.deb')).equals(readFileSync(at('b.deb')))).to.equal(true);
    const control = await controlOf(at('a.deb'));
    expect([fieldOf(control, 'Package'), fieldOf(control, 'Version')]).to.deep.equal(['hello', '1:2.0-1']);
    expect(fileNameOf(hello)).to.equal('hello_2.0-1_amd64.deb');
  });

  it('makes packages of the programs that a bundle has, by the versions of their components', () => {
    const files = ['bin/kubeadm', 'bin/etcdctl', 'cni/bridge', 'verifier/image-verifier'].map((path) => ({
      path,
      sha256: '',
      size: 0,
      mode: '0755',
    }));
    const components = {kubernetes: '1.34.4', etcd: '3.6.5', cni: '1.7.1'};
    const manifest: BundleManifest = {
      format: 1,
      kubernetes: '1.34.4',
      architecture: 'amd64',
      components,
      files,
      images: [],
    };
    expect(packagesOf('/b', manifest).map((each) => [fileNameOf(each), each.files])).to.deep.equal([
      ['kubeadm_1.34.4-0u7s1_amd64.deb', {'usr/bin/kubeadm': '/b/bin/kubeadm'}],
      ['etcd-client_3.6.5-0u7s1_amd64.deb', {'usr/bin/etcdctl': '/b/bin/etcdctl'}],
      ['containernetworking-plugins_1.7.1-0u7s1_amd64.deb', {'usr/lib/cni/bridge': '/b/cni/bridge'}],
    ]);
  });

  describe('that is made of a bundle', () => {
    const now = new Date('2026-01-02T03:04:05Z');
    const make = async (target: string): Promise<readonly string[]> => {
      mkdirSync(at('bundle/bin'), {recursive: true});
      mkdirSync(at('bundle/packages'), {recursive: true});
      writeFileSync(at('bundle/bin/kubeadm'), 'kubeadm', {mode: 0o755});
      await writePackage(at('bundle/packages/strange%3aname.deb'), {...hello, files: {}});
      const files = await Promise.all(
        ['bin/kubeadm', 'packages/strange%3aname.deb'].map((path) => describeFile(at('bundle'), path)),
      );
      const manifest: BundleManifest = {
        format: 1,
        kubernetes: '1.34.4',
        architecture: 'amd64',
        components: {kubernetes: '1.34.4'},
        files,
        images: [],
      };
      writeFileSync(at('bundle/bundle.json'), JSON.stringify(manifest));
      const made = await makeRepository(target, {
        bundle: at('bundle'),
        debs: [],
        now,
        sign: () => Promise.resolve('the key'),
      });
      return made.packages;
    };

    it('lists each package with its digest, its own ones and those that it carries', async () => {
      expect(await make(at('apt'))).to.deep.equal(['hello 1:2.0-1', 'kubeadm 1.34.4-0u7s1']);
      const index = readFileSync(at('apt/Packages'), 'utf8');
      const {sha256, size} = await describeFile(at('apt'), 'hello_2.0-1_amd64.deb');
      expect(index).to.include(
        `Filename: ./hello_2.0-1_amd64.deb\nSize: ${size}\nSHA256: ${sha256}\n\nPackage: kubeadm\n`,
      );
      expect(gunzipSync(readFileSync(at('apt/Packages.gz'))).toString()).to.equal(index);
      const release = readFileSync(at('apt/Release'), 'utf8');
      expect(release)
        .to.include('Date: Fri, 02 Jan 2026 03:04:05 UTC\n')
        .and.match(/^ [0-9a-f]{64} \d+ Packages\.gz$/m);
      expect(readFileSync(at('apt/key.asc'), 'utf8')).to.equal('the key');
    });

    it('takes the place of an earlier one, and of nothing else', async () => {
      await make(at('apt'));
      writeFileSync(at('apt/InRelease'), '');
      writeFileSync(at('apt/old.deb'), '');
      await make(at('apt'));
      expect(readFileSync(at('apt/Packages'), 'utf8')).to.include('kubeadm');
      expect(() => readFileSync(at('apt/old.deb'))).to.throw();
      mkdirSync(at('home'));
      const failed = await make(at('home')).catch((error: unknown) => error);
      expect(failed).to.be.instanceOf(BadInput);
    });
  });
});
