import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {describeOnShells, hostileNames, local, refusal, taskOf} from './on-shells.js';
import {registry} from '../../tasks/index.js';
import {performOn, planOn} from './perform.js';

describeOnShells('files and folders', ({host, folder, perform}) => {
  it('copies a text into files of every name, with mode and owner', async () => {
    for (const name of hostileNames) {
      const dest = join(folder(), name);
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
    expect(existsSync(join(folder(), 'pwned'))).to.equal(false);
  });
  it('keeps the mode of a file whose content it replaces', async () => {
    const dest = join(folder(), 'a');
    writeFileSync(dest, 'old\n');
    chmodSync(dest, 0o600);
    const {change} = await perform('copy', {content: 'new\n', dest});
    expect(change?.summary).to.equal(`edit ${dest}`);
    expect(statSync(dest).mode & 0o7777).to.equal(0o600);
  });
  it('copies a file of the controller into a folder', async () => {
    const src = join(folder(), 'src file');
    writeFileSync(src, Buffer.from([1, 2, 0, 255]));
    mkdirSync(join(folder(), 'd'));
    await perform('copy', {src: local(src), dest: `${folder()}/d/`, mode: '755'});
    expect(readFileSync(join(folder(), 'd', 'src file'))).to.deep.equal(Buffer.from([1, 2, 0, 255]));
  });
  it('copies a folder with its entries', async () => {
    const src = join(folder(), 'src');
    mkdirSync(join(src, 'sub'), {recursive: true});
    writeFileSync(join(src, 'one'), '1');
    writeFileSync(join(src, 'sub', 'two\nlines'), '2');
    const entry = (path: string): object => {
      const {sha256, size} = local(join(src, path)) as {sha256: string; size: number};
      return {path, type: 'file', sha256, size};
    };
    const source = {
      type: 'directory',
      path: `${src}/`,
      entries: [{path: 'sub', type: 'directory'}, entry('one'), entry('sub/two\nlines')],
    };
    const {change} = await perform('copy', {src: source, dest: join(folder(), 'dest'), directory_mode: '0750'});
    expect(change?.summary).to.equal(`copy 2 files and 2 folders to ${folder()}/dest`);
    expect(readFileSync(join(folder(), 'dest', 'sub', 'two\nlines'), 'utf8')).to.equal('2');
    expect(statSync(join(folder(), 'dest', 'sub')).mode & 0o7777).to.equal(0o750);
  });
  it('refuses to write where the folder is missing, and plans it under the promise of the folder', async () => {
    const copy = taskOf('copy', {content: 'x', dest: join(folder(), 'a', 'b', 'c')});
    expect(await refusal(planOn(host, copy))).to.equal(`the folder '${folder()}/a/b' does not exist`);
    const made = await planOn(host, taskOf('file', {path: join(folder(), 'a', 'b'), state: 'directory'}));
    expect(made?.makes).to.have.length(2);
    expect((await planOn(host, copy, made?.makes))?.summary).to.equal(`create ${folder()}/a/b/c`);
    const removed = await planOn(host, taskOf('file', {path: folder(), state: 'absent'}));
    expect(await planOn(host, taskOf('file', {path: join(folder(), 'a'), state: 'absent'}), removed?.makes)).to.equal(
      undefined,
    );
  });
  it('knows not yet where a link leads that has yet to be made', async () => {
    const [real, link] = [join(folder(), 'real'), join(folder(), 'link')];
    await perform('file', {path: real, state: 'directory'});
    const made = await planOn(host, taskOf('file', {path: link, state: 'link', src: real}));
    const plan = (args: object): Promise<unknown> =>
      planOn(host, taskOf('file', {path: link, ...args}), made?.makes).catch((error: unknown) => error);
    expect(await plan({state: 'directory'})).to.have.property('needs', `what ${link} leads to`);
    expect(await plan({state: 'link', src: real})).to.equal(undefined);
  });
  it('puts no file in place that its validation refuses, and leaves nothing beside it', async () => {
    const dest = join(folder(), 'checked');
    const ends = await perform('copy', {content: 'good\n', dest, validate: 'grep -q good %s'}).then(() => 'ok');
    expect(ends).to.equal('ok');
    const bad = await perform('copy', {content: 'bad\n', dest, validate: 'grep -q good %s'}).catch((error: unknown) =>
      String(error),
    );
    expect(bad).to.include('validation of');
    expect(readFileSync(dest, 'utf8')).to.equal('good\n');
    expect(execFileSync('ls', ['-A', folder()]).toString()).to.equal('checked\n');
  });
  it('makes folders with their parents, links, and removes trees', async () => {
    await perform('file', {path: join(folder(), 'a', '-b', 'c'), state: 'directory', mode: '0711'});
    expect(statSync(join(folder(), 'a', '-b', 'c')).mode & 0o7777).to.equal(0o711);
    await perform('file', {path: join(folder(), '-link'), state: 'link', src: '-b'});
    expect(readlinkSync(join(folder(), '-link'))).to.equal('-b');
    await perform('file', {path: join(folder(), '-link'), state: 'link', src: 'a'});
    expect(readlinkSync(join(folder(), '-link'))).to.equal('a');
    await perform('file', {path: join(folder(), 'a'), state: 'absent'});
    expect(existsSync(join(folder(), 'a'))).to.equal(false);
    expect(lstatSync(join(folder(), '-link')).isSymbolicLink()).to.equal(true);
  });
  it('owns and opens a whole tree', async () => {
    const tree = join(folder(), 'tree');
    mkdirSync(join(tree, 'sub'), {recursive: true});
    writeFileSync(join(tree, 'sub', 'file\nname'), '');
    writeFileSync(join(tree, 'tool'), '', {mode: 0o755});
    await perform('file', {path: tree, state: 'directory', recurse: true, owner: 'daemon', group: '1', mode: '0750'});
    expect(statSync(join(tree, 'sub', 'file\nname'))).to.include({uid: 1, gid: 1});
    expect(statSync(join(tree, 'sub', 'file\nname')).mode & 0o7777).to.equal(0o750);
    expect(statSync(join(tree, 'tool')).mode & 0o7777).to.equal(0o750);
  });
  it('opens a tree by letters, folders and programs otherwise than files', async () => {
    const tree = join(folder(), 'tree');
    mkdirSync(join(tree, 'sub'), {recursive: true});
    chmodSync(join(tree, 'sub'), 0o2700);
    writeFileSync(join(tree, 'sub', 'line\nbreak'), '', {mode: 0o600});
    writeFileSync(join(tree, 'tool'), '', {mode: 0o700});
    symlinkSync('tool', join(tree, 'link'));
    const {change} = await perform('file', {path: tree, state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o='});
    expect(change?.summary).to.equal(`${tree}: mode 0750, 3 below it`);
    expect(statSync(join(tree, 'sub', 'line\nbreak')).mode & 0o7777).to.equal(0o640);
    expect(statSync(join(tree, 'tool')).mode & 0o7777).to.equal(0o750);
    await perform('file', {path: join(tree, 'sub'), state: 'directory', mode: '0755'});
    expect(statSync(join(tree, 'sub')).mode & 0o7777).to.equal(0o755);
    await perform('copy', {content: 'x', dest: join(tree, 'new'), mode: 'a+x,go-r'});
    expect(statSync(join(tree, 'new')).mode & 0o7777).to.equal(0o711);
  });
  it('touches files, and gives them another name', async () => {
    const [path, name] = [join(folder(), "it's"), join(folder(), '-name')];
    const made = await performOn(host, {
      ...taskOf('file', {path, state: 'touch', mode: '0600'}),
      kinds: registry.kinds,
    });
    expect(made.change?.kind).to.equal('action');
    expect(made.again?.summary).to.equal(`touch ${path}`);
    expect(statSync(path).mode & 0o7777).to.equal(0o600);
    const keeps = {path, state: 'touch', modification_time: 'preserve', access_time: 'preserve'};
    expect((await perform('file', keeps)).change).to.equal(undefined);
    await perform('file', {path: name, state: 'hard', src: path});
    expect(statSync(name).ino).to.equal(statSync(path).ino);
    writeFileSync(join(folder(), 'else'), '');
    expect(await refusal(perform('file', {path: name, state: 'hard', src: join(folder(), 'else')}))).to.include(
      'not the link',
    );
    expect(await refusal(perform('file', {path: name, state: 'hard', src: folder()}))).to.include('is a directory');
  });
  it('copies files of the machine, into folders that are there or are made, and keeps what was there', async () => {
    const at = (name: string): string => join(folder(), name);
    writeFileSync(at('src $(id)'), 'text', {mode: 0o751});
    chmodSync(at('src $(id)'), 0o4751);
    mkdirSync(at('there'));
    await perform('copy', {src: at('src $(id)'), remote_src: true, dest: at('there'), mode: 'preserve'});
    expect(statSync(at('there/src $(id)')).mode & 0o7777).to.equal(0o4751);
    await perform('copy', {src: at('src $(id)'), remote_src: true, dest: `${at('a/b')}/`});
    expect(statSync(at('a/b/src $(id)')).mode & 0o7777).to.equal(0o644);
    await perform('template', {src: {path: '/x/t.hbs', text: 'a\n'}, dest: at('there'), newline_sequence: '\r\n'});
    expect(readFileSync(at('there/t'), 'utf8')).to.equal('a\r\n');
    const {values} = await perform('copy', {content: 'new', dest: at('there/t'), backup: true});
    expect(readFileSync(String(values?.['backup_file']), 'utf8')).to.equal('a\r\n');
    const edited = await perform('lineinfile', {path: at('there/t'), line: 'more', backup: true});
    expect(readFileSync(String(edited.values?.['backup_file']), 'utf8')).to.equal('new');
    symlinkSync('t', at('there/link'));
    await perform('copy', {content: 'through', dest: at('there/link'), follow: true});
    expect(readFileSync(at('there/t'), 'utf8')).to.equal('through');
    await perform('copy', {src: at('there'), remote_src: true, dest: at('x')});
    expect(readFileSync(at('x/there/t'), 'utf8')).to.equal('through');
  });
  it('sets attributes through a link and refuses where nothing is', async () => {
    writeFileSync(join(folder(), 'end'), '');
    symlinkSync('end', join(folder(), 'link'));
    await perform('file', {path: join(folder(), 'link'), mode: '0600'});
    expect(statSync(join(folder(), 'end')).mode & 0o7777).to.equal(0o600);
    expect(await refusal(perform('file', {path: join(folder(), 'none')}))).to.include('does not exist');
  });
  it('writes a rendered template', async () => {
    await perform('template', {
      src: {path: '/x/site.cfg.hbs', text: 'port 6443\n'},
      dest: `${folder()}/`,
      mode: '0644',
    });
    expect(readFileSync(join(folder(), 'site.cfg'), 'utf8')).to.equal('port 6443\n');
  });
  it('writes into a bind-mounted file when told', async () => {
    const [from, path] = [join(folder(), 'from'), join(folder(), 'bound')];
    writeFileSync(from, 'old\n');
    writeFileSync(path, '');
    execFileSync('mount', ['--bind', from, path]);
    try {
      await perform('lineinfile', {path, line: 'new', unsafe_writes: true});
      expect(readFileSync(from, 'utf8')).to.equal('old\nnew\n');
    } finally {
      execFileSync('umount', [path]);
    }
  });
  it('unpacks archives of the controller and of the host', async () => {
    const source = join(folder(), 'src', 'top');
    mkdirSync(source, {recursive: true});
    writeFileSync(join(source, 'one'), '1');
    const archive = join(folder(), 'a b.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', join(folder(), 'src'), 'top']);
    mkdirSync(join(folder(), 'out'));
    await perform('unarchive', {
      src: local(archive),
      dest: join(folder(), 'out'),
      creates: join(folder(), 'out', 'top', 'one'),
    });
    await perform('unarchive', {
      src: archive,
      remote_src: true,
      dest: join(folder(), 'out'),
      stamp: join(folder(), 'out', '.stamp'),
      strip_components: 1,
    });
    expect(readFileSync(join(folder(), 'out', 'one'), 'utf8')).to.equal('1');
    expect(execFileSync('ls', ['-A', join(folder(), 'out')]).toString()).to.equal('.stamp\none\ntop\n');
  });
});
