import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {createSchemas} from '../../engine/load/schema.js';
import {ask, Refused, type LocalSource} from '../../engine/task.js';
import {fileFact} from '../../tasks/facts/file.js';
import {registry} from '../../tasks/index.js';
import {createLocalHost} from './local-host.js';
import {performOn, planOn, readFact, type Performed} from './perform.js';

const isRoot = process.getuid?.() === 0;
const schemas = createSchemas();
const host = createLocalHost();

/** Names that break scripts that split on what a name may hold. */
const hostile = [
  'plain',
  'two words',
  "it's",
  'say "hi"',
  'line\nbreak',
  'trailing newline\n',
  '$(touch pwned)',
  '`id`',
  '-rf',
  '*',
  'back\\slash',
  'grüße-日本',
  'x'.repeat(255),
  ' lead',
  '#hash',
  ';semi',
];

async function perform(name: string, args: Readonly<Record<string, unknown>>): Promise<Performed> {
  const module = registry.modules.get(name);
  if (module === undefined) throw new Error(`no module ${name}`);
  const checked = schemas.validateArgs(name, args);
  expect(checked.problems, `arguments of ${name}`).to.deep.equal([]);
  const performed = await performOn(host, {module, args: checked.value, kinds: registry.kinds});
  expect(performed.broken, `promises of ${name}`).to.deep.equal([]);
  expect(performed.again, `second plan of ${name}`).to.equal(undefined);
  return performed;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

function local(path: string): LocalSource {
  const bytes = readFileSync(path);
  return {type: 'file', path, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length};
}

describe('modules that write files, on this machine', () => {
  let folder = '';
  before(function () {
    if (!isRoot) {
      console.warn('    SKIPPED: these tests need root');
      this.skip();
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-tasks-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true, force: true});
  });

  it('copies a text into files of every name, with mode and owner', async () => {
    for (const name of hostile) {
      const dest = join(folder, name);
      const {change} = await perform('copy', {
        content: `text of ${name}`,
        dest,
        mode: '0640',
        owner: 'daemon',
        group: 'daemon',
      });
      expect(change?.summary).to.equal(`create ${dest}`);
      expect(readFileSync(dest, 'utf8')).to.equal(`text of ${name}`);
      expect(statSync(dest).mode & 0o7777).to.equal(0o640);
    }
    expect(existsSync(join(folder, 'pwned'))).to.equal(false);
  });

  it('reads many files of every name at once, in order', async () => {
    const keys = hostile.map((name) => ({path: join(folder, name), content: true}));
    for (const [index, key] of keys.entries()) if (index % 3 !== 0) writeFileSync(key.path, `content\n${index}\n`);
    symlinkSync(keys[1]?.path ?? '', join(folder, 'link'));
    symlinkSync('nowhere\nat all', join(folder, 'dangling'));
    const all = [
      ...keys,
      {path: join(folder, 'link'), content: true},
      {path: join(folder, 'dangling')},
      {path: folder},
    ];
    const states = fileFact.parse(all, await host.exec(fileFact.script(all)));
    expect(states).to.have.length(all.length);
    for (const [index, key] of keys.entries()) {
      expect(states[index]?.type, key.path).to.equal(index % 3 === 0 ? 'absent' : 'file');
      expect(states[index]?.content, key.path).to.equal(index % 3 === 0 ? undefined : `content\n${index}\n`);
      if (index % 3 !== 0) expect(states[index]?.sha256, key.path).to.match(/^[0-9a-f]{64}$/);
    }
    expect(states.at(-3))
      .to.include({type: 'link', target: keys[1]?.path})
      .and.to.have.nested.property('to.content', 'content\n1\n');
    expect(states.at(-2)).to.include({type: 'link', target: 'nowhere\nat all'}).and.not.to.have.property('to');
    expect(states.at(-1)).to.include({type: 'directory', mode: '0700'});
  });

  it('tells bytes that are no text from text, and reads no content above the limit', async () => {
    writeFileSync(join(folder, 'binary'), Buffer.from([0, 255, 254, 10]));
    writeFileSync(join(folder, 'large'), Buffer.alloc(1024 * 1024 + 1, 'a'));
    const binary = await readFact(host, ask(fileFact, {path: join(folder, 'binary'), content: true}));
    const large = await readFact(host, ask(fileFact, {path: join(folder, 'large'), content: true}));
    expect(binary.bytes).to.equal(Buffer.from([0, 255, 254, 10]).toString('base64'));
    expect(large).to.not.have.property('content');
    expect(large.sha256).to.match(/^[0-9a-f]{64}$/);
  });

  it('keeps the mode of a file whose content it replaces', async () => {
    const dest = join(folder, 'a');
    writeFileSync(dest, 'old\n');
    chmodSync(dest, 0o600);
    const {change} = await perform('copy', {content: 'new\n', dest});
    expect(change?.summary).to.equal(`edit ${dest}`);
    expect(statSync(dest).mode & 0o7777).to.equal(0o600);
  });

  it('copies a file of the controller into a folder', async () => {
    const src = join(folder, 'src file');
    writeFileSync(src, Buffer.from([1, 2, 0, 255]));
    mkdirSync(join(folder, 'd'));
    await perform('copy', {src: local(src), dest: `${folder}/d/`, mode: '755'});
    expect(readFileSync(join(folder, 'd', 'src file'))).to.deep.equal(Buffer.from([1, 2, 0, 255]));
  });

  it('copies a folder with its entries', async () => {
    const src = join(folder, 'src');
    mkdirSync(join(src, 'sub'), {recursive: true});
    writeFileSync(join(src, 'one'), '1');
    writeFileSync(join(src, 'sub', 'two\nlines'), '2');
    const entry = (path: string): object => {
      const {sha256, size} = local(join(src, path)) as {sha256: string; size: number};
      return {path, type: 'file', sha256, size};
    };
    const source = {
      type: 'directory',
      path: src,
      entries: [{path: 'sub', type: 'directory'}, entry('one'), entry('sub/two\nlines')],
    };
    const {change} = await perform('copy', {src: source, dest: join(folder, 'dest'), directory_mode: '0750'});
    expect(change?.summary).to.equal(`copy 2 files and 2 folders to ${folder}/dest`);
    expect(readFileSync(join(folder, 'dest', 'sub', 'two\nlines'), 'utf8')).to.equal('2');
    expect(statSync(join(folder, 'dest', 'sub')).mode & 0o7777).to.equal(0o750);
  });

  it('refuses to write where the folder is missing, and plans it under the promise of the folder', async () => {
    const copy = registry.modules.get('copy');
    const file = registry.modules.get('file');
    if (copy === undefined || file === undefined) throw new Error('missing');
    const args = {content: 'x', dest: join(folder, 'a', 'b', 'c'), force: true, unsafe_writes: false};
    expect(await refusal(planOn(host, {module: copy, args}))).to.equal(`the folder '${folder}/a/b' does not exist`);
    const made = await planOn(host, {
      module: file,
      args: {path: join(folder, 'a', 'b'), state: 'directory', force: false, recurse: false},
    });
    expect(made?.makes).to.have.length(2);
    expect((await planOn(host, {module: copy, args}, made?.makes))?.summary).to.equal(`create ${folder}/a/b/c`);
    const removed = await planOn(host, {
      module: file,
      args: {path: folder, state: 'absent', force: false, recurse: false},
    });
    expect(
      await planOn(
        host,
        {module: file, args: {path: join(folder, 'a'), state: 'absent', force: false, recurse: false}},
        removed?.makes,
      ),
    ).to.equal(undefined);
  });

  it('puts no file in place that its validation refuses, and leaves nothing beside it', async () => {
    const dest = join(folder, 'checked');
    const ends = await perform('copy', {content: 'good\n', dest, validate: 'grep -q good %s'}).then(() => 'ok');
    expect(ends).to.equal('ok');
    const bad = await perform('copy', {content: 'bad\n', dest, validate: 'grep -q good %s'}).catch((error: unknown) =>
      String(error),
    );
    expect(bad).to.include('validation of');
    expect(readFileSync(dest, 'utf8')).to.equal('good\n');
    expect(execFileSync('ls', ['-A', folder]).toString()).to.equal('checked\n');
  });

  it('makes folders with their parents, links, and removes trees', async () => {
    await perform('file', {path: join(folder, 'a', '-b', 'c'), state: 'directory', mode: '0711'});
    expect(statSync(join(folder, 'a', '-b', 'c')).mode & 0o7777).to.equal(0o711);
    await perform('file', {path: join(folder, '-link'), state: 'link', src: '-b'});
    expect(readlinkSync(join(folder, '-link'))).to.equal('-b');
    await perform('file', {path: join(folder, '-link'), state: 'link', src: 'a'});
    expect(readlinkSync(join(folder, '-link'))).to.equal('a');
    await perform('file', {path: join(folder, 'a'), state: 'absent'});
    expect(existsSync(join(folder, 'a'))).to.equal(false);
    expect(lstatSync(join(folder, '-link')).isSymbolicLink()).to.equal(true);
  });

  it('owns and opens a whole tree', async () => {
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, 'sub'), {recursive: true});
    writeFileSync(join(tree, 'sub', 'file\nname'), '');
    writeFileSync(join(tree, 'tool'), '', {mode: 0o755});
    await perform('file', {path: tree, state: 'directory', recurse: true, owner: 'daemon', group: '1', mode: '0750'});
    expect(statSync(join(tree, 'sub', 'file\nname'))).to.include({uid: 1, gid: 1});
    expect(statSync(join(tree, 'sub', 'file\nname')).mode & 0o7777).to.equal(0o640);
    expect(statSync(join(tree, 'tool')).mode & 0o7777).to.equal(0o750);
  });

  it('sets attributes through a link and refuses where nothing is', async () => {
    writeFileSync(join(folder, 'end'), '');
    symlinkSync('end', join(folder, 'link'));
    await perform('file', {path: join(folder, 'link'), mode: '0600'});
    expect(statSync(join(folder, 'end')).mode & 0o7777).to.equal(0o600);
    expect(await refusal(perform('file', {path: join(folder, 'none')}))).to.include('does not exist');
  });

  it('writes a rendered template', async () => {
    await perform('template', {src: {path: '/x/site.cfg.hbs', text: 'port 6443\n'}, dest: `${folder}/`, mode: '0644'});
    expect(readFileSync(join(folder, 'site.cfg'), 'utf8')).to.equal('port 6443\n');
  });

  it('runs a command once where it says what it creates', async () => {
    const made = join(folder, 'made here');
    const {change} = await perform('command', {argv: ['touch', '--', made], creates: made});
    expect(change?.kind).to.equal('state');
    await perform('shell', {cmd: 'echo "$PWD" | grep . >out', chdir: folder, unless: 'test -s out'});
    expect(readFileSync(join(folder, 'out'), 'utf8')).to.equal(`${folder}\n`);
    await perform('command', {cmd: `rm -- "${made}"`, removes: made});
    expect(existsSync(made)).to.equal(false);
  });

  it('tells what a plain command printed, and fails with its status', async () => {
    const shell = registry.modules.get('shell');
    if (shell === undefined) throw new Error('missing');
    const args = {cmd: 'cat; echo two; echo oops >&2', stdin: 'one\n', timeout: 10};
    const change = await planOn(host, {module: shell, args});
    expect(change).to.include({kind: 'action', undeclared: true});
    if (change === undefined) throw new Error('no change');
    expect(await shell.apply(host, change)).to.deep.include({
      rc: 0,
      stdout: 'one\ntwo',
      stderr: 'oops',
      stdout_lines: ['one', 'two'],
    });
    const failing = await planOn(host, {module: shell, args: {cmd: 'exit 7', timeout: 10}});
    if (failing === undefined) throw new Error('no change');
    const error: unknown = await shell.apply(host, failing).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property('result.code', 7);
  });
});
