import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import type {Content, Host} from '../../engine/host.js';
import {openHashCache} from '../../engine/run/hash-cache.js';
import {readLocal} from '../../engine/run/local-source.js';
import {createSealedFiles, onDisk, type SealedFiles} from '../../engine/run/sealed-files.js';
import {createSecrets, type Secrets} from '../../engine/secrets.js';
import {Refused} from '../../engine/task.js';

describe('encrypted files of the controller', () => {
  let folder: string;
  let secrets: Secrets;
  let sealed: SealedFiles;
  let put: Content[];
  let host: Host;
  const hashes = openHashCache(undefined);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-sealed-'));
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'open'), 'everybody may read it');
    writeFileSync(join(folder, 'in', 'closed'), 'SEALED a secret of mine');
    writeFileSync(join(folder, 'broken'), 'SEALED');
    secrets = createSecrets();
    put = [];
    const unused = (): never => {
      throw new Error('not used');
    };
    host = {
      name: 'h1',
      exec: unused,
      run: unused,
      until: unused,
      fetch: unused,
      put: (_, content) => Promise.resolve(void put.push(content)),
      putAll: (files) => Promise.resolve(void put.push(...files.map(({content}) => content))),
    };
    const isSealed = (start: Uint8Array): boolean => Buffer.from(start).toString().startsWith('SEALED');
    const open = (bytes: Uint8Array): Uint8Array => {
      if (bytes.length < 10) throw new Refused('it is broken');
      return Buffer.from(bytes).subarray('SEALED '.length);
    };
    sealed = createSealedFiles({isSealed, open}, secrets);
  });
  afterEach(() => rmSync(folder, {recursive: true}));

  it('are sent as what is in them, which is a secret from then on', async () => {
    const source = await readLocal(join(folder, 'in', 'closed'), hashes, {sealed});
    expect(source).to.include({type: 'file', text: 'a secret of mine', size: 16});
    await sealed.host(host).put('/x', {local: source.path});
    expect(put.map(String)).to.deep.equal(['a secret of mine']);
    expect(secrets.mask('it is a secret of mine')).to.equal('it is ***');
    expect(onDisk(source.path)).to.equal(join(folder, 'in', 'closed'));
  });

  it('are found in folders, beside others', async () => {
    const source = await readLocal(join(folder, 'in'), hashes, {sealed});
    if (source.type !== 'directory') throw new Error('no folder');
    const contents = source.entries.map(({path}) => ({local: join(source.path, path)}));
    for (const content of contents) await sealed.host(host).put('/x', content);
    await sealed.host(host).putAll(contents.map((content) => ({path: '/x', content})));
    const sent = ['a secret of mine', {local: join(folder, 'in', 'open')}];
    const told = put.map((content) => (content instanceof Uint8Array ? String(content) : content));
    expect(told).to.deep.equal([...sent, ...sent]);
  });

  it('are sent as they are where that is wanted', async () => {
    const source = await readLocal(join(folder, 'in', 'closed'), hashes);
    expect(source).to.include({path: join(folder, 'in', 'closed'), text: 'SEALED a secret of mine'});
    await sealed.host(host).put('/x', {local: source.path});
    expect(put).to.deep.equal([{local: join(folder, 'in', 'closed')}]);
  });

  it('that cannot be opened are refused', async () => {
    const refused: unknown = await readLocal(join(folder, 'broken'), hashes, {sealed}).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Refused);
  });
});
