import {expect} from 'chai';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, settingsFor, startServer, type TestServer} from './server.js';

describe('put and fetch', () => {
  let server: TestServer;
  let folder: string;
  const machines: Machine[] = [];
  const place = (connection: 'ssh' | 'local') => {
    const machine = new Machine(connection === 'ssh' ? server.settings : settingsFor());
    machines.push(machine);
    return machine.host({context: 'plain'});
  };
  before(async () => {
    server = await startServer();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-files-'));
  });
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()));
    rmSync(folder, {recursive: true, force: true});
  });
  after(() => server.close());

  const names = ['plain', 'with space', "it's", '$(id)', 'new\nline', '-rf', '*', 'é😀', 'x'.repeat(255)];
  const contents = {
    text: Buffer.from('line\nit\'s "$HOME" `id` \\ %s \\n é😀\n'),
    empty: Buffer.alloc(0),
    'without newline at its end': Buffer.from('a'),
    'many newlines at its end': Buffer.from('a\n\n\n'),
    binary: Buffer.from([0, 255, 1, 10, 0, 13, 128, 0]),
    'three megabytes': Buffer.from(Array.from({length: 3_000_000}, (_, index) => (index * 7919) % 256)),
    'all quotes': Buffer.from("'".repeat(24_000)),
  };
  for (const connection of ['ssh', 'local'] as const) {
    for (const [what, bytes] of Object.entries(contents)) {
      it(`brings ${what} there and back by ${connection}`, async () => {
        const host = place(connection);
        const path = join(folder, 'file');
        await host.put(path, bytes);
        expect(readFileSync(path).equals(bytes)).to.equal(true);
        expect(Buffer.from(await host.fetch(path)).equals(bytes)).to.equal(true);
        expect(readdirSync(folder)).to.deep.equal(['file']);
      });
    }
  }

  it('takes names of every kind', async () => {
    const host = place('ssh');
    for (const name of names) {
      await host.put(join(folder, name), `${name}!`);
      expect(Buffer.from(await host.fetch(join(folder, name))).toString()).to.equal(`${name}!`);
    }
    expect(readdirSync(folder).sort()).to.deep.equal([...names].sort());
  });

  it('streams a file of the controller', async () => {
    const source = join(folder, 'source');
    writeFileSync(source, contents['three megabytes']);
    await place('ssh').put(join(folder, 'target'), {local: source});
    expect(readFileSync(join(folder, 'target')).equals(contents['three megabytes'])).to.equal(true);
  });

  it('says that a file of the controller is not there', async () => {
    const error = await rejection(place('ssh').put(join(folder, 'x'), {local: join(folder, 'none')}));
    expect(error.message).to.include('controller cannot be read').and.include('none');
  });

  it('gives a new file mode 0644, and a present one keeps its own', async () => {
    const host = place('ssh');
    const path = join(folder, 'file');
    await host.put(path, 'a');
    expect(statSync(path).mode & 0o7777).to.equal(0o644);
    chmodSync(path, 0o4750);
    await host.put(path, 'b');
    expect(statSync(path).mode & 0o7777).to.equal(0o4750);
    await host.put(path, 'c', {mode: '0600'});
    expect(statSync(path).mode & 0o7777).to.equal(0o600);
  });

  it('keeps the present owner, and sets the one asked for', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const host = place('ssh');
    const path = join(folder, 'file');
    await host.put(path, 'a', {owner: '1234', group: '4321'});
    expect(statSync(path)).to.include({uid: 1234, gid: 4321});
    await host.put(path, 'b');
    expect(statSync(path)).to.include({uid: 1234, gid: 4321});
    await host.put(path, 'c', {group: '0'});
    expect(statSync(path)).to.include({uid: 1234, gid: 0});
  });

  it('replaces a file and leaves its other names alone', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    linkSync(path, join(folder, 'other'));
    await place('ssh').put(path, 'new');
    expect(readFileSync(join(folder, 'other'), 'utf8')).to.equal('old');
  });

  it('writes in place where that is asked', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'something older and longer');
    linkSync(path, join(folder, 'other'));
    await place('ssh').put(path, 'new', {unsafeWrites: true});
    expect(readFileSync(join(folder, 'other'), 'utf8')).to.equal('new');
  });

  it('replaces a link to a folder too, and puts nothing into the folder', async () => {
    mkdirSync(join(folder, 'inner'));
    symlinkSync('inner', join(folder, 'link'));
    await place('ssh').put(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'link'), 'utf8')).to.equal('new');
    expect(readdirSync(join(folder, 'inner'))).to.deep.equal([]);
  });

  it('replaces a link and leaves what it led to', async () => {
    writeFileSync(join(folder, 'target'), 'target');
    symlinkSync('target', join(folder, 'link'));
    await place('ssh').put(join(folder, 'link'), 'new');
    expect(readFileSync(join(folder, 'target'), 'utf8')).to.equal('target');
    expect(readFileSync(join(folder, 'link'), 'utf8')).to.equal('new');
  });

  it('refuses a folder, and a folder that is not there, and leaves nothing behind', async () => {
    const host = place('ssh');
    mkdirSync(join(folder, 'sub'));
    const error = await rejection(host.put(join(folder, 'sub'), 'x'));
    expect(error).to.have.nested.property('result.stderr').that.includes('is a directory');
    const missing = await rejection(host.put(join(folder, 'no', 'file'), 'x'));
    expect(missing).to.have.nested.property('result.stderr').that.includes('does not exist');
    expect(missing.message).to.include('writing ');
    const owner = await rejection(host.put(join(folder, 'file'), 'x', {owner: 'nobody-at-all'}));
    expect(owner).to.have.nested.property('result.stderr').that.includes('nobody-at-all');
    expect(readdirSync(folder)).to.deep.equal(['sub']);
  });

  it('names unsafe_writes where a file cannot be renamed over', async () => {
    const fake = join(folder, 'mv');
    writeFileSync(fake, '#!/bin/sh\necho "mv: cannot move: Device or resource busy" >&2\nexit 1\n', {mode: 0o755});
    const busy = await startServer({path: folder});
    const machine = new Machine(busy.settings);
    const error = await rejection(machine.host({context: 'plain'}).put(join(folder, 'file'), 'x'));
    expect(error).to.have.property('hint').that.includes('unsafe_writes: true');
    expect(readdirSync(folder)).to.deep.equal(['mv']);
    await machine.close();
    await busy.close();
  });

  it('says why a file cannot be fetched', async () => {
    const error = await rejection(place('ssh').fetch(join(folder, 'none')));
    expect(error.message).to.include('reading ');
    expect(error)
      .to.have.nested.property('result.stderr')
      .that.matches(/no such file/i);
  });
}).timeout(20_000);
