import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {carryOutBundle} from '../../engine/cli/bundle/carry-out.js';
import {describeFile, verifyBundle} from '../../engine/cli/bundle/manifest.js';
import {imagesIn, packFolder, unpack} from '../../engine/cli/bundle/tar.js';
import {BadInput} from '../../engine/diagnostic.js';

const name = 'registry.local/k8s/pause:3.10';
const digest = `sha256:${createHash('sha256').update('manifest').digest('hex')}`;

describe('a bundle', () => {
  let folder: string;
  let bundle: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-bundle-test-'));
    bundle = join(folder, 'bundle');
    const layout = join(folder, 'layout');
    for (const path of [layout, join(bundle, 'bin'), join(bundle, 'images')]) mkdirSync(path, {recursive: true});
    const annotations = {'org.opencontainers.image.ref.name': name};
    writeFileSync(join(layout, 'index.json'), JSON.stringify({manifests: [{digest, annotations}]}));
    await packFolder(layout, join(bundle, 'images/node.tar'), ['index.json']);
    writeFileSync(join(bundle, 'bin/kubeadm'), 'kubeadm', {mode: 0o755});
    const files = await Promise.all(['bin/kubeadm', 'images/node.tar'].map((path) => describeFile(bundle, path)));
    const images = [{name, archive: 'images/node.tar', digest}];
    const manifest = {format: 1, kubernetes: '1.34.4', architecture: 'amd64', components: {}, files, images};
    writeFileSync(join(bundle, 'bundle.json'), JSON.stringify(manifest));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  it('is whole when each file and each image is what its manifest says', async () => {
    expect(await imagesIn(join(bundle, 'images/node.tar'))).to.deep.equal(new Map([[name, digest]]));
    expect(await verifyBundle(bundle)).to.deep.equal([]);
  });

  it('tells each file that is missing or another one', async () => {
    rmSync(join(bundle, 'images/node.tar'));
    writeFileSync(join(bundle, 'bin/kubeadm'), 'other');
    const [one, other] = await verifyBundle(bundle);
    expect(one).to.match(/^bin\/kubeadm has sha256 [0-9a-f]{64}, expected /);
    expect(other).to.equal('images/node.tar is missing');
  });

  it('comes out of its archive as it went in, with modes and without owners', async () => {
    const file = join(folder, 'bundle.tar.gz');
    await packFolder(bundle, file, ['bundle.json', 'bin/kubeadm', 'images/node.tar']);
    const out = join(folder, 'out');
    mkdirSync(out);
    await unpack(file, out);
    expect(await verifyBundle(out)).to.deep.equal([]);
    expect((await describeFile(out, 'bin/kubeadm')).mode).to.equal('0755');
  });

  it('is refused where its manifest has another digest than the one that was told, and where there is none', async () => {
    const refused = async (path: string, told?: string): Promise<string> => {
      const failed = await carryOutBundle({action: 'verify', bundle: path, digest: told}, () =>
        Promise.resolve(0),
      ).catch((error: unknown) => error);
      expect(failed).to.be.instanceOf(BadInput);
      return (failed as BadInput).diagnostics.map(({message}) => message).join('\n');
    };
    expect(await refused(bundle, 'sha256:00')).to.match(/has the digest sha256:[0-9a-f]{64}, not sha256:00/);
    expect(await refused(folder)).to.include('it has no bundle.json');
    expect(await refused(join(folder, 'nowhere'))).to.include('there is no bundle');
  });
});
