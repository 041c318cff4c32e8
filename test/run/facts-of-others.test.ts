import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {scene} from './rig.js';

const schema = {type: 'object', properties: {family: {type: 'string'}}, additionalProperties: false};
const graph = {schemaOfName: (name: string): unknown => (name === 'os' ? schema : undefined)};

describe('facts in scope', () => {
  it('are told of other hosts too', async () => {
    const {run} = await scene('- hosts: h1\n  tasks:\n    - {name: Say, debug: {msg: "{{hostvars.h2.os.family}}"}}\n', {
      hosts: ['h1', 'h2'],
    });
    expect((await run({graph})).outcome('Say')).to.have.property('message', 'toy');
  });

  for (const path of ['os.architecture', 'hostvars.h1.os.architecture'])
    it(`have no other members than theirs: ${path}`, async () => {
      const {run} = await scene(`- hosts: all\n  tasks:\n    - debug: {msg: "{{${path}}}"}\n`);
      const failure = await run({graph}).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(BadInput);
      const [first] = (failure as BadInput).diagnostics;
      expect(first).to.include({message: `"${path.replace('.architecture', '')}" has no member "architecture"`});
    });
});

describe('failed_when', () => {
  it('leaves a failure as it is where it names what a failed task does not have', async () => {
    const {run} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Ask, fail: {msg: no answer}, register: r, failed_when: \'dyn(r).content == "x"\'}\n',
    );
    expect((await run()).outcome('Ask')).to.have.nested.property('failure.message', 'no answer');
  });
});
