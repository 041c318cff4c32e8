import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {expect} from 'chai';
import {makeLayer, writeImageArchive} from './image-archive.js';

const files = [
  {path: 'www/index.html', text: 'hello\n'},
  {path: 'bin/sh', link: 'busybox'},
] as const;

describe('image archive', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-archive-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  it('makes a layer whose digests are those of its bytes, before and after compression', async () => {
    const layer = await makeLayer(files, join(folder, 'layer'));
    const bytes = readFileSync(layer.file);
    const digest = (data: Buffer): string => `sha256:${createHash('sha256').update(data).digest('hex')}`;
    expect(layer.digest).to.equal(digest(bytes));
    expect(layer.diffId).to.equal(digest(gunzipSync(bytes)));
    expect(layer.size).to.equal(bytes.length);
  });

  it('makes the same bytes for the same input', async () => {
    const first = await makeLayer(files, join(folder, 'first'));
    const second = await makeLayer(files, join(folder, 'second'));
    expect(second.digest).to.equal(first.digest);
  });

  it('puts a folder before what lies in it, and keeps links and texts', async () => {
    const layer = await makeLayer(files, join(folder, 'layer'));
    const names = execFileSync('tar', ['tzf', layer.file], {encoding: 'utf8'}).trim().split('\n');
    expect(names).to.deep.equal(['www', 'www/index.html', 'bin', 'bin/sh']);
    execFileSync('tar', ['xzf', layer.file, '-C', folder]);
    expect(readFileSync(join(folder, 'www/index.html'), 'utf8')).to.equal('hello\n');
  });

  it('stores a layer that two images share once, and names each image in the index', async () => {
    const layer = await makeLayer(files, join(folder, 'layer'));
    const image = (name: string): {name: string; layers: (typeof layer)[]; entrypoint: string[]} => ({
      name,
      layers: [layer],
      entrypoint: [name],
    });
    const archive = join(folder, 'images.tar');
    const digests = await writeImageArchive([image('r.local/a:1'), image('r.local/b:1')], archive);
    const names = execFileSync('tar', ['tf', archive], {encoding: 'utf8'}).trim().split('\n');
    expect(names.filter((name) => name.includes(layer.digest.slice(7)))).to.have.lengthOf(1);
    const index = JSON.parse(execFileSync('tar', ['xOf', archive, 'index.json'], {encoding: 'utf8'})) as {
      manifests: {digest: string; annotations: Record<string, string>}[];
    };
    expect(
      new Map(index.manifests.map((one) => [one.annotations['io.containerd.image.name'], one.digest])),
    ).to.deep.equal(digests);
  });
});
