import {expect} from 'chai';
import {
  chmodSync,
  chownSync,
  existsSync,
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
import {Machine} from '../../../engine/connect/machine.js';
import type {FileToPut} from '../../../engine/host.js';
import {busyboxShell} from '../../tasks/local-host.js';
import {rejection, settingsFor, startServer, type ServerOptions} from '../server.js';

describe('files that are put together', () => {
  let folder: string;
  const closing: (() => Promise<void>)[] = [];
  const at = async (options: ServerOptions = {}) => {
    const server = await startServer(options);
    const machine = new Machine(server.settings);
    closing.push(() => machine.close().then(() => server.close()));
    return {host: machine.host({context: 'plain'}), server};
  };
  const path = (...steps: readonly string[]): string => join(folder, ...steps);
  const many = (count: number): readonly FileToPut[] =>
    Array.from({length: count}, (_, index) => ({
      path: path(`d${index % 3}`, `f${index}`),
      content: `new ${index}`,
    }));
  const left = (): readonly string[] =>
    readdirSync(folder, {recursive: true})
      .map(String)
      .filter((name) => name.includes('.u7s-'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-together-'));
    for (const name of ['d0', 'd1', 'd2']) mkdirSync(path(name));
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    rmSync(folder, {recursive: true, force: true});
  });

  for (const connection of ['ssh', 'local'] as const) {
    it(`come in one stream, by ${connection}`, async () => {
      const {host, server} = await at();
      const local = new Machine(settingsFor());
      closing.push(() => local.close());
      await (connection === 'ssh' ? host : local.host({context: 'plain'})).putAll(many(300));
      for (const {path: file, content} of many(300)) expect(readFileSync(file, 'utf8')).to.equal(content);
      expect(left()).to.deep.equal([]);
      expect(server.counts.channels).to.be.at.most(2);
    });
  }

  for (const by of ['', ', by busybox']) {
    const tools = (context: Mocha.Context): ServerOptions => {
      if (by === '') return {};
      mkdirSync(path('applets'));
      if (busyboxShell(path('applets')) === undefined) context.skip();
      return {path: path('applets')};
    };

    it(`have names and contents of every kind${by}`, async function () {
      const {host} = await at(tools(this));
      const names = [
        'plain',
        'two words',
        "it's",
        '$(id)',
        'new\nline',
        'back\\slash',
        '-rf',
        '*',
        'é😀',
        '.hidden',
        'x'.repeat(255),
      ];
      const contents = [
        Buffer.alloc(0),
        Buffer.from([0, 255, 10]),
        'text',
        Buffer.alloc(512, 7),
        Buffer.alloc(300_000, 'ab'),
      ];
      const files = names.flatMap((name) => [name, `-${name}`.slice(0, 255)].map((each) => path('d0', each)));
      const sent = [...new Set(files)].map((file, index) => ({
        path: file,
        content: contents[index % contents.length] ?? '',
      }));
      await host.putAll(sent);
      for (const {path: file, content} of sent)
        expect(readFileSync(file).equals(Buffer.from(content)), file).to.equal(true);
      expect(readdirSync(path('d0'))).to.have.length(sent.length);
    });

    it(`get their modes and times, or keep those that they have${by}`, async function () {
      const {host} = await at(tools(this));
      writeFileSync(path('d0', 'kept'), 'old');
      chmodSync(path('d0', 'kept'), 0o4750);
      await host.putAll([
        {path: path('d0', 'kept'), content: 'a'},
        {path: path('d0', 'new'), content: 'b'},
        {path: path('d1', 'asked'), content: 'c', options: {mode: '0600'}},
        {path: path('d1', 'timed'), content: 'd', options: {mtime: 1_000_000}},
      ]);
      const mode = (file: string): number => statSync(file).mode & 0o7777;
      expect(mode(path('d0', 'kept'))).to.equal(0o4750);
      expect(mode(path('d0', 'new'))).to.equal(0o644);
      expect(mode(path('d1', 'asked'))).to.equal(0o600);
      expect(statSync(path('d1', 'timed')).mtimeMs).to.equal(1_000_000_000);
      expect(statSync(path('d1', 'asked')).mtimeMs).to.be.above(Date.now() - 600_000);
      await host.put(path('d1', 'timed'), 'e', {mtime: 2_000_000});
      expect(statSync(path('d1', 'timed')).mtimeMs).to.equal(2_000_000_000);
    });

    it(`get the owners asked for, or keep those that they have${by}`, async function () {
      if (process.getuid?.() !== 0) this.skip();
      const {host} = await at(tools(this));
      writeFileSync(path('d0', 'kept'), 'old');
      chownSync(path('d0', 'kept'), 1234, 4321);
      await host.putAll([
        {path: path('d0', 'kept'), content: 'a'},
        {path: path('d0', 'asked'), content: 'b', options: {owner: '77'}},
        {path: path('d0', 'group'), content: 'c', options: {group: '88', mode: '2755'}},
      ]);
      expect(statSync(path('d0', 'kept'))).to.include({uid: 1234, gid: 4321});
      expect(statSync(path('d0', 'asked'))).to.include({uid: 77, gid: 0});
      expect(statSync(path('d0', 'group'))).to.include({uid: 0, gid: 88});
      expect(statSync(path('d0', 'group')).mode & 0o7777).to.equal(0o2755);
    });

    it(`replace links, and leave what these led to${by}`, async function () {
      const {host} = await at(tools(this));
      writeFileSync(path('target'), 'target');
      symlinkSync('../target', path('d0', 'link'));
      symlinkSync('../d1', path('d0', 'to-folder'));
      symlinkSync('d2', path('through'));
      await host.putAll([
        {path: path('d0', 'link'), content: 'a'},
        {path: path('d0', 'to-folder'), content: 'b'},
        {path: path('through', 'file'), content: 'c'},
      ]);
      expect(readFileSync(path('target'), 'utf8')).to.equal('target');
      expect(readFileSync(path('d0', 'link'), 'utf8')).to.equal('a');
      expect(readFileSync(path('d0', 'to-folder'), 'utf8')).to.equal('b');
      expect(readdirSync(path('d1'))).to.deep.equal([]);
      expect(readFileSync(path('d2', 'file'), 'utf8')).to.equal('c');
    });
  }

  it('are streamed from the controller, large ones too', async () => {
    const {host} = await at();
    const bytes = Buffer.from(Array.from({length: 1_000_001}, (_, index) => (index * 7919) % 256));
    writeFileSync(path('large'), bytes);
    writeFileSync(path('small'), 'small');
    await host.putAll(['large', 'small'].map((name) => ({path: path('d1', name), content: {local: path(name)}})));
    expect(readFileSync(path('d1', 'large')).equals(bytes)).to.equal(true);
    expect(readFileSync(path('d1', 'small'), 'utf8')).to.equal('small');
  });

  it('change nothing when the connection is cut', async () => {
    for (const file of many(30)) writeFileSync(file.path, 'old');
    const bytes = Buffer.alloc(400_000, 'x');
    const {host, server} = await at({cutAfter: 20});
    const error = await rejection(host.putAll(many(30).map((file) => ({...file, content: bytes}))));
    expect(error.message).to.include('closed');
    server.cut();
    for (const {path: file} of many(30)) expect(readFileSync(file, 'utf8')).to.equal('old');
    await until(() => left().length === 0);
  });

  it('blame the folder, the account or the place that is wrong on the file that it is about', async () => {
    const {host} = await at();
    mkdirSync(path('d1', 'f1'));
    const taken = await rejection(host.putAll(many(9)));
    expect(taken.message).to.include(path('d1', 'f1'));
    expect(taken).to.have.nested.property('result.stderr').that.includes('is a directory');
    const missing = await rejection(host.putAll([...many(1), {path: path('none', 'f'), content: 'x'}]));
    expect(missing.message).to.include(path('none', 'f'));
    expect(missing).to.have.nested.property('result.stderr').that.includes('does not exist');
    const owner = await rejection(
      host.putAll([...many(1), {path: path('d2', 'f2'), content: 'x', options: {owner: 'nobody-at-all'}}]),
    );
    expect(owner.message).to.include(path('d2', 'f2'));
    expect(owner).to.have.nested.property('result.stderr').that.includes('nobody-at-all');
    expect(existsSync(path('d0', 'f0'))).to.equal(false);
    expect(left()).to.deep.equal([]);
  });

  it('say what of the controller cannot be read, or has changed', async () => {
    const {host} = await at();
    writeFileSync(path('source'), 'source');
    const files = (content: FileToPut['content']): readonly FileToPut[] => [
      ...many(2),
      {path: path('d2', 'x'), content},
    ];
    const none = await rejection(host.putAll(files({local: path('none')})));
    expect(none.message).to.include('controller cannot be read').and.include('none');
    const longer = await rejection(host.putAll(files({local: path('source'), size: 3, sha256: 'f'.repeat(64)})));
    expect(longer.message).to.include('has changed meanwhile');
    const other = await rejection(host.putAll(files({local: path('source'), size: 6, sha256: 'f'.repeat(64)})));
    expect(other.message).to.include(`${path('source')} has changed meanwhile`);
    expect(readdirSync(path('d0'))).to.deep.equal([]);
  });

  const lacking = (program: string, script = '#!/bin/sh\nexit 127\n'): string => {
    writeFileSync(path(program), script, {mode: 0o755});
    return folder;
  };
  it('name unsafe_writes, and the file, where one cannot be renamed over', async () => {
    const {host} = await at({
      path: lacking('mv', '#!/bin/sh\necho "mv: cannot move: Device or resource busy" >&2\nexit 1\n'),
    });
    const error = await rejection(host.putAll(many(2)));
    expect(error.message).to.include(path('d0', 'f0'));
    expect(error).to.have.property('hint').that.includes('unsafe_writes: true');
    expect(left()).to.deep.equal([]);
  });

  it('say how much arrived where there is no room for more', async () => {
    const full =
      '#!/bin/sh\n/bin/tar "$@"; for f in d1/.u7s-*/f1; do : >"$f"; done; echo "tar: no space left" >&2; exit 2\n';
    const {host} = await at({path: lacking('tar', full)});
    const error = await rejection(host.putAll(many(5)));
    expect(error)
      .to.have.nested.property('result.stderr')
      .that.includes(`${path('d1', 'f1')}: only 0 of 5 bytes arrived\ntar: no space left`);
    expect(left()).to.deep.equal([]);
  });

  it('come one by one where there is no tar', async () => {
    const programs = [
      'sh',
      'cat',
      'chmod',
      'chown',
      'chgrp',
      'cut',
      'id',
      'mv',
      'rm',
      'sha256sum',
      'stat',
      'wc',
      'timeout',
      'mkdir',
    ];
    mkdirSync(path('bin'));
    for (const program of programs) symlinkSync(`/bin/${program}`, path('bin', program));
    const {server} = await at();
    const machine = new Machine(server.settings);
    closing.push(() => machine.close());
    await machine.host({context: 'plain', environment: {PATH: path('bin')}}).putAll(many(4));
    for (const {path: file, content} of many(4)) expect(readFileSync(file, 'utf8')).to.equal(content);
  });
}).timeout(60_000);

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition() && attempt < 500; attempt++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).to.equal(true);
}
