import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {readLocal} from '../../engine/run/local-source.js';
import {openHashCache} from '../../engine/run/hash-cache.js';
import {isUnknown} from '../../engine/unknown.js';
import {registry} from '../../tasks/index.js';
import {describeOnShells, hostileNames, refusal, taskOf, type Args} from './on-shells.js';
import {layOver, performOn, planOn, readFacts} from './perform.js';

const noCache = openHashCache(undefined);

describeOnShells('files that are looked for, packed and brought along', ({host, folder, perform}) => {
  const output = async (name: string, args: Args): Promise<Record<string, unknown>> => {
    const {module, args: checked} = taskOf(name, args);
    return {...module.output?.(checked, await readFacts(host, module, checked))};
  };
  const pathsOf = (values: Record<string, unknown>): readonly string[] =>
    (values['files'] as readonly {readonly path: string}[]).map(({path}) => path.slice(folder().length + 1));

  it('finds files of every name, with what stat says of them', async () => {
    for (const name of hostileNames) writeFileSync(join(folder(), name), name);
    const values = await output('find', {paths: folder(), hidden: true, get_checksum: true});
    expect(pathsOf(values)).to.have.members(hostileNames);
    expect(values).to.include({matched: hostileNames.length});
    const [first] = values['files'] as readonly Record<string, unknown>[];
    expect(first).to.include({isreg: true, isdir: false, mode: '0644', rusr: true, woth: false, uid: 0});
    expect(first)
      .to.have.property('checksum')
      .that.matches(/^[0-9a-f]{64}$/);
    expect(first)
      .to.have.property('mtime')
      .that.is.closeTo(Date.now() / 1000, 100);
  });
  it('finds by kind, name, age, size, mode and content', async () => {
    const at = (name: string): string => join(folder(), name);
    mkdirSync(at('sub/deep'), {recursive: true});
    writeFileSync(at('old.log'), 'x'.repeat(3000));
    utimesSync(at('old.log'), 1_000_000, 1_000_000);
    writeFileSync(at('new.log'), 'error: [here]\n', {mode: 0o600});
    chmodSync(at('new.log'), 0o600);
    writeFileSync(at('sub/deep/a.log'), '');
    writeFileSync(at('.hidden'), '');
    symlinkSync('old.log', at('link'));
    const find = async (args: Args): Promise<readonly string[]> =>
      pathsOf(await output('find', {paths: [folder()], ...args}));
    expect(await find({})).to.deep.equal(['new.log', 'old.log']);
    expect(await find({file_type: 'any', hidden: true})).to.deep.equal([
      '.hidden',
      'link',
      'new.log',
      'old.log',
      'sub',
    ]);
    expect(await find({patterns: '*.log,*.txt', recurse: true})).to.deep.equal([
      'new.log',
      'old.log',
      'sub/deep/a.log',
    ]);
    expect(await find({recurse: true, depth: 2, file_type: 'directory'})).to.deep.equal(['sub', 'sub/deep']);
    expect(await find({patterns: ['(old|none)\\.log$'], use_regex: true})).to.deep.equal(['old.log']);
    expect(await find({excludes: 'new*'})).to.deep.equal(['old.log']);
    expect(await find({age: '1d'})).to.deep.equal(['old.log']);
    expect(await find({age: '-1h'})).to.deep.equal(['new.log']);
    expect(await find({size: '2k'})).to.deep.equal(['old.log']);
    expect(await find({mode: '0600'})).to.deep.equal(['new.log']);
    expect(await find({contains: '^error: \\[[a-z]+\\]$'})).to.deep.equal(['new.log']);
    expect(await find({file_type: 'link'})).to.deep.equal(['link']);
    expect(await find({file_type: 'file', follow: true, patterns: 'link'})).to.deep.equal(['link']);
    const none = await output('find', {paths: ['/nonexistent/folder']});
    expect(none).to.deep.include({matched: 0, skipped_paths: {'/nonexistent/folder': 'is no folder'}});
  });
  it('finds what a check would make, and no longer what it would remove', async () => {
    const at = (name: string): string => join(folder(), name);
    writeFileSync(at('gone'), '');
    const {module, args} = taskOf('find', {paths: folder()});
    const made = await planOn(host, taskOf('copy', {content: 'x', dest: at('made'), mode: '0600'}));
    const removed = await planOn(host, taskOf('file', {path: at('gone'), state: 'absent'}));
    const requests = module.reads(args) as {readonly listings: readonly never[]};
    const [request] = requests.listings;
    const read = await readFacts(host, module, args);
    const laid = layOver(request as never, (read['listings'] as readonly unknown[])[0], [
      ...(made?.makes ?? []),
      ...(removed?.makes ?? []),
    ]);
    const {entries} = laid as {readonly entries: readonly Record<string, unknown>[]};
    expect(entries.map(({path}) => path)).to.deep.equal([at('made')]);
    expect(entries[0]).to.include({mode: '0600', size: 1});
    expect(entries[0]?.['mtime']).to.satisfy(isUnknown);
  });
  it('packs folders and files, and sees that an archive holds the same', async () => {
    const at = (name: string): string => join(folder(), name);
    mkdirSync(at('src/sub'), {recursive: true});
    for (const name of ['plain', "it's $(touch pwned)", '-rf']) writeFileSync(at(`src/${name}`), name);
    writeFileSync(at('src/sub/skip.pyc'), '');
    symlinkSync('plain', at('src/link'));
    const args = {path: at('src'), dest: at('a.tgz'), exclusion_patterns: '*.pyc', mode: '0600'};
    const {change} = await perform('archive', args);
    expect(change?.summary).to.include('pack');
    expect(statSync(at('a.tgz')).mode & 0o7777).to.equal(0o600);
    expect(execFileSync('tar', ['-tzf', at('a.tgz')]).toString()).to.not.include('.pyc');
    writeFileSync(at('src/plain'), 'other');
    expect((await perform('archive', args)).change?.summary).to.include('pack');
    expect(existsSync(at('pwned'))).to.equal(false);
    expect(readdirSync(folder()).sort()).to.deep.equal(['a.tgz', 'src']);
    mkdirSync(at('out'));
    await perform('unarchive', {src: at('a.tgz'), remote_src: true, dest: at('out')});
    expect(readFileSync(at('out/src/plain'), 'utf8')).to.equal('other');
    expect(readlinkSync(at('out/src/link'))).to.equal('plain');
  });
  it('compresses a lone file and removes it', async () => {
    const path = join(folder(), 'two words.log');
    writeFileSync(path, 'text\n');
    await perform('archive', {path: [path], remove: true});
    expect(execFileSync('gzip', ['-dc', `${path}.gz`]).toString()).to.equal('text\n');
    expect(existsSync(path)).to.equal(false);
    expect(await refusal(perform('archive', {path: join(folder(), 'none')}))).to.include('nothing is at');
  });
  it('has the same files as a folder of the controller', async () => {
    const source = join(folder(), 'source');
    const dest = join(folder(), 'dest');
    mkdirSync(join(source, 'sub'), {recursive: true});
    mkdirSync(join(source, '.git'));
    writeFileSync(join(source, '.git', 'config'), '');
    for (const name of hostileNames) writeFileSync(join(source, 'sub', name), name);
    utimesSync(join(source, 'sub', 'plain'), 1_000_000, 1_000_000);
    chmodSync(join(source, 'sub', 'plain'), 0o750);
    symlinkSync('sub/plain', join(source, 'link'));
    const args = async (more: object = {}): Promise<Args> => ({
      src: await readLocal(`${source}/`, noCache),
      dest,
      rsync_opts: ['--exclude=.git'],
      ...more,
    });
    await perform('synchronize', await args());
    expect(readdirSync(join(dest, 'sub')).sort()).to.deep.equal([...hostileNames].sort());
    expect(existsSync(join(dest, '.git'))).to.equal(false);
    expect(readlinkSync(join(dest, 'link'))).to.equal('sub/plain');
    expect(statSync(join(dest, 'sub/plain'))).to.include({mtimeMs: 1_000_000_000});
    expect(statSync(join(dest, 'sub/plain')).mode & 0o7777).to.equal(0o750);
    writeFileSync(join(dest, 'sub', 'more'), '');
    mkdirSync(join(dest, '.git'));
    mkdirSync(join(dest, 'gone/deep'), {recursive: true});
    chmodSync(join(dest, 'sub/plain'), 0o600);
    const {change} = await perform('synchronize', await args({delete: true}));
    expect(change?.summary).to.equal(`synchronize 1 to ${dest}, 2 away from ${dest}`);
    expect(readdirSync(dest).sort()).to.deep.equal(['.git', 'link', 'sub']);
    await perform('synchronize', {...(await args()), src: await readLocal(source, noCache), dest: `${dest}2`});
    expect(lstatSync(join(`${dest}2`, 'source', 'link')).isSymbolicLink()).to.equal(true);
  });
  it('makes temporary names that nobody has', async () => {
    for (const state of ['file', 'directory']) {
      const task = {...taskOf('tempfile', {path: folder(), state, suffix: ".it's"}), kinds: registry.kinds};
      const {values} = await performOn(host, task);
      const path = String(values?.['path']);
      expect(path).to.match(/\/u7s\.[0-9a-f]{12}\.it's$/);
      expect(statSync(path).mode & 0o777).to.equal(state === 'file' ? 0o600 : 0o700);
    }
    expect(readdirSync(folder())).to.have.length(2);
  });
});
