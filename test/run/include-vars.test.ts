import {expect} from 'chai';
import {scene} from './rig.js';

const beside = {
  'vars/web.yml': 'greeting: "Hello {{name}}"\nname: web\n',
  'vars/db.yml': '{"name": "db"}',
  'vars/dns.yml': 'name: dns\n',
};

describe('include_vars', () => {
  it('sets what a file holds, in the turn of its task and under its conditions', async () => {
    const {run} = await scene(
      `- hosts: all
  tasks:
    - {include_vars: web.yml}
    - {name: Say, debug: {msg: "{{greeting}}"}}
    - {include_vars: db.yml, when: inventory_hostname == "h2"}
    - {name: Say again, debug: {msg: "{{greeting}} {{name}}"}}
`,
      {hosts: ['h1', 'h2'], beside},
    );
    const {outcome} = await run();
    expect(outcome('Say')).to.have.property('message', 'Hello web');
    expect(outcome('Say again')).to.have.property('message', 'Hello web web');
    expect(outcome('Say again', 'h2')).to.have.property('message', 'Hello web db');
  });

  it('puts them under a name, and reads a file for each item', async () => {
    const {run} = await scene(
      `- hosts: all
  tasks:
    - {include_vars: {file: "{{item}}.yml", name: "of_{{item}}"}, loop: [dns, db]}
    - {name: Say, debug: {msg: "{{of_dns.name}} {{of_db.name}}"}}
`,
      {beside},
    );
    expect((await run()).outcome('Say')).to.have.property('message', 'dns db');
  });
});
