import {chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {digestWith} from '../../engine/plan/digest.js';
import {changedFiles, changedInputs, inputsOf} from '../../engine/plan/inputs.js';
import {planKey} from '../../engine/plan/key.js';
import {readPlan, writePlan} from '../../engine/plan/plan-file.js';
import type {Plan} from '../../engine/plan/plan.js';
import {scene} from '../run/rig.js';

const plan: Plan = {
  version: 1,
  engine: '1.0.0',
  made: '2026-01-01T00:00:00.000Z',
  cwd: '/srv',
  words: ['site.yml', '-i', 'hosts.yml'],
  inputs: {files: {'site.yml': 'x'}, taskFiles: {}, inventory: 'y'},
  nodes: [],
};

describe('the file of a plan', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-plan-'));
    path = join(folder, 'a.plan');
  });
  afterEach(() => rmSync(folder, {recursive: true, force: true}));

  it('comes back as it was written, and is its user’s alone', () => {
    const key = planKey(folder);
    writePlan(path, {plan, key});
    expect(readPlan(path, key)).to.deep.equal(plan);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it('is refused when it was edited, or signed with another key', () => {
    const key = planKey(folder);
    writePlan(path, {plan, key});
    expect(() => readPlan(path, new Uint8Array(32))).to.throw(BadInput, 'is not as it was written');
    writeFileSync(path, readFileSync(path, 'utf8').replace('hosts.yml', 'other.yml'));
    expect(() => readPlan(path, key)).to.throw(BadInput, 'is not as it was written');
  });

  it('is refused when it is none', () => {
    const key = planKey(folder);
    expect(() => readPlan(path, key)).to.throw(BadInput, 'cannot be read');
    for (const text of ['', 'hosts: all', '[]', '{"version": 1}']) {
      writeFileSync(path, text);
      expect(() => readPlan(path, key), text).to.throw(BadInput, 'is not a plan');
    }
  });

  it('is signed with a key that is made once and must stay private', () => {
    const key = planKey(folder);
    expect(Buffer.from(planKey(folder)).equals(Buffer.from(key))).to.equal(true);
    expect(statSync(join(folder, 'plan.key')).mode & 0o777).to.equal(0o600);
    chmodSync(join(folder, 'plan.key'), 0o644);
    expect(() => planKey(folder)).to.throw(BadInput, 'can be read by others');
  });
});

describe('the inputs of a plan', () => {
  const digest = digestWith(new Uint8Array(32));
  const what = 'the plan was made';

  it('name each file that has changed, is gone or is new', async () => {
    const {project, folder} = await scene('- hosts: all\n  tasks: []\n', {beside: {'x.txt': 'x', 'y.txt': 'y'}});
    const taskFiles = [join(folder, 'x.txt'), join(folder, 'y.txt')];
    const inputs = inputsOf(project, {digest, cwd: folder, taskFiles});
    const at = {digest, cwd: folder, what};
    expect(Object.keys(inputs.files)).to.deep.equal(['hosts.yml', 'site.yml']);
    expect(changedFiles(inputs, at)).to.deep.equal([]);
    writeFileSync(join(folder, 'site.yml'), '# new\n');
    writeFileSync(join(folder, 'x.txt'), 'z');
    rmSync(join(folder, 'y.txt'));
    expect(changedFiles(inputs, at).map(({message}) => message)).to.deep.equal([
      '"site.yml" has changed since the plan was made',
      '"x.txt" has changed since the plan was made',
      '"y.txt" is gone since the plan was made',
    ]);
    const more = {...inputs, files: {...inputs.files, 'group_vars/all.yml': 'x'}};
    expect(changedInputs({before: inputs, now: more}, what)[0]?.message).to.equal(
      '"group_vars/all.yml" is new since the plan was made',
    );
  });

  it('tell another inventory by its hosts and values, wherever they come from', async () => {
    const one = await scene('- hosts: all\n  vars_files: []\n  tasks: []\n');
    const other = await scene('- hosts: all\n  vars_files: []\n  tasks: []\n', {hosts: ['h1', 'h2']});
    const before = inputsOf(one.project, {digest, cwd: one.folder});
    expect(inputsOf(one.project, {digest, cwd: one.folder})).to.deep.equal(before);
    const now = {...before, inventory: inputsOf(other.project, {digest, cwd: other.folder}).inventory};
    expect(changedInputs({before, now}, what)[0]?.message).to.equal(
      'the inventory has changed since the plan was made',
    );
  });
});
