import {existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {describeOnShells, taskOf} from './on-shells.js';
import {planOn} from './perform.js';

describeOnShells('commands and edits of text', ({host, folder, perform}) => {
  it('runs a command once where it says what it creates', async () => {
    const made = join(folder(), 'made here');
    const {change} = await perform('command', {argv: ['touch', '--', made], creates: made});
    expect(change).to.include({kind: 'state', touchesMore: true}).and.not.to.have.property('undeclared');
    const said = {cmd: 'mkdir x', creates: `${made}-x`, unsettles: [{kind: 'file', under: folder()}]};
    expect(await planOn(host, taskOf('shell', said))).to.not.have.any.keys('touchesMore', 'undeclared');
    await perform('shell', {cmd: 'echo "$PWD" | grep . >out', chdir: folder(), unless: 'test -s out'});
    expect(readFileSync(join(folder(), 'out'), 'utf8')).to.equal(`${folder()}\n`);
    await perform('command', {cmd: `rm -- "${made}"`, removes: made});
    expect(existsSync(made)).to.equal(false);
  });
  it('tells what a plain command printed, and fails with its status', async () => {
    const task = taskOf('shell', {cmd: 'cat; echo two; echo oops >&2', stdin: 'one\n'});
    const change = await planOn(host, task);
    expect(change).to.include({kind: 'action', undeclared: true});
    if (change === undefined) throw new Error('no change');
    expect(await task.module.apply(host, change)).to.deep.include({
      rc: 0,
      stdout: 'one\ntwo',
      stderr: 'oops',
      stdout_lines: ['one', 'two'],
    });
    const failing = await planOn(host, taskOf('shell', {cmd: 'exit 7'}));
    if (failing === undefined) throw new Error('no change');
    const error: unknown = await task.module.apply(host, failing).catch((reason: unknown) => reason);
    expect(error).to.have.nested.property('result.code', 7);
  });
  it('edits text, keeping mode and owner, through links', async () => {
    const path = join(folder(), "it's -a file\n");
    writeFileSync(path, '#Port 22\nend', {mode: 0o640});
    symlinkSync(path, join(folder(), 'link'));
    await perform('lineinfile', {path: join(folder(), 'link'), regexp: '^#?Port', line: 'Port $(id) 2222'});
    await perform('blockinfile', {path, block: 'a\nb', marker: '# {mark} x'});
    await perform('replace', {path, regexp: '^end$', replace: 'END'});
    expect(readFileSync(path, 'utf8')).to.equal('Port $(id) 2222\nEND\n# BEGIN x\na\nb\n# END x\n');
    expect(statSync(path).mode & 0o7777).to.equal(0o640);
    expect(lstatSync(join(folder(), 'link')).isSymbolicLink()).to.equal(true);
    await perform('blockinfile', {path, state: 'absent', marker: '# {mark} x'});
    await perform('lineinfile', {path, regexp: '.', state: 'absent'});
    expect(readFileSync(path, 'utf8')).to.equal('');
  });
});
