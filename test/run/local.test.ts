import {chmodSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {openHashCache} from '../../engine/run/hash-cache.js';
import {
  ask,
  promise,
  type Change,
  type Evaluated,
  type LocalSource,
  type RenderedTemplate,
  type TaskModule,
} from '../../engine/task.js';
import {scene, type Scene, type SceneOptions} from './rig.js';
import {fileKind} from './toys.js';

interface Args {
  readonly src?: LocalSource;
  readonly template?: RenderedTemplate;
  readonly that?: readonly Evaluated[];
}

/** Tells what it was given. */
const given: TaskModule<Args, {readonly file: unknown}, Change> = {
  name: 'given',
  reads: () => ({file: ask(fileKind, '/given')}),
  plan: ({src, template, that}) => ({
    kind: 'state',
    summary: JSON.stringify({src, template, that}),
    makes: [promise(fileKind, '/given', {exists: false})],
  }),
  apply: () => Promise.resolve(),
};

const schema = {
  type: 'object',
  properties: {
    src: {type: 'string', 'x-local': 'file'},
    template: {type: 'string', 'x-local': 'template'},
    that: {type: 'array', items: {type: 'string'}, 'x-expression': true},
  },
};

function givenScene(task: string, beside: SceneOptions['beside'] = {}): Promise<Scene> {
  return scene(`- hosts: all\n  vars: {who: world, n: "{{2}}"}\n  tasks:\n    - {name: Look, given: ${task}}\n`, {
    modules: [given],
    schemas: {given: schema},
    beside,
  });
}

async function seen(made: Scene): Promise<Args> {
  const outcome = (await made.check()).outcome('Look');
  if (outcome?.status !== 'would-change') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.changes[0]?.summary ?? '') as Args;
}

describe('an argument', () => {
  it('that names a file of the controller is described by its hash, text, mode and time', async () => {
    const made = await givenScene('{src: motd}', {'files/motd': 'hello\n'});
    utimesSync(join(made.folder, 'files/motd'), 5, 7);
    chmodSync(join(made.folder, 'files/motd'), 0o640);
    expect((await seen(made)).src).to.deep.equal({
      type: 'file',
      mode: '0640',
      mtime: 7,
      path: join(made.folder, 'files/motd'),
      size: 6,
      sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
      text: 'hello\n',
    });
  });

  it('that names a folder is described by all that is in it', async () => {
    const made = await givenScene('{src: tree}', {'files/tree/a': 'a', 'files/tree/b/c': 'c'});
    const {src} = await seen(made);
    expect(src?.type === 'directory' && src.entries.map(({path, type}) => [path, type])).to.deep.equal([
      ['a', 'file'],
      ['b', 'directory'],
      ['b/c', 'file'],
    ]);
  });

  it('that names a template is its text in the task own scope', async () => {
    const made = await givenScene('{template: motd.hbs}', {
      'templates/motd.hbs': 'hello {{who}} on {{inventory_hostname}}\n',
    });
    expect((await seen(made)).template).to.deep.equal({
      path: join(made.folder, 'templates/motd.hbs'),
      text: 'hello world on h1\n',
    });
  });

  it('that is a list of conditions is decided, with their texts', async () => {
    const made = await givenScene(`{that: ['who == "world"', 'who == "moon"']}`);
    expect((await seen(made)).that).to.deep.equal([
      {text: 'who == "world"', value: true},
      {text: 'who == "moon"', value: false},
    ]);
  });
});

describe('a large file', () => {
  it('of a task that comes later is read meanwhile, and nobody waits for it', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: First, file: {path: /a, text: x}}\n    - {name: Look, given: {src: big}}\n',
      {modules: [given], schemas: {given: schema}, beside: {'files/big': 'x'.repeat(2_000_000)}, files: {'/a': 'x'}},
    );
    await run();
    expect(machine('h1').log.slice(0, 2)).to.deep.equal(['read file /a', 'read file /given']);
  });

  it('that was not touched is not hashed again, not even by the next run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'u7s-hashes-'));
    after(() => rmSync(folder, {recursive: true, force: true}));
    const file = join(folder, 'big');
    writeFileSync(file, 'one');
    const first = openHashCache(folder);
    const hash = await first.sha256(file, statSync(file));
    first.save();
    const kept = readFileSync(join(folder, 'hashes.json'), 'utf8');
    writeFileSync(join(folder, 'hashes.json'), kept.replace(hash, 'remembered'));
    expect(await openHashCache(folder).sha256(file, statSync(file))).to.equal('remembered');
    writeFileSync(file, 'other');
    expect(await openHashCache(folder).sha256(file, statSync(file))).not.to.be.oneOf([hash, 'remembered']);
  });
});
