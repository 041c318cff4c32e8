import {expect} from 'chai';
import {problemsOf, type Written} from './rig.js';

const role: Written = {
  'site.yml': '- hosts: all\n  roles: [web]\n',
  'roles/web/meta/main.yml': `arguments:
  properties:
    port: {type: integer}
    tls: {type: object, properties: {cert: {type: string}}, additionalProperties: false}
  required: [port]
`,
  'roles/web/tasks/main.yml': '- debug: {msg: "{{port}}"}\n',
};

describe('what a role demands', () => {
  it('is looked for behind a variable that stands for another one', async () => {
    const vars = 'port: "{{ports.api}}"\nports: "{{all_ports}}"\n';
    expect(await problemsOf({...role, 'group_vars/all.yml': `${vars}all_ports: {api: high}\n`})).to.deep.equal([
      'group_vars/all.yml:3:18 "port" must be a whole number, found "high"',
    ]);
    expect(await problemsOf({...role, 'group_vars/all.yml': `${vars}all_ports: {api: 6443}\n`})).to.deep.equal([]);
  });

  it('is known in the run only where a task sets it, or where it is more than a variable', async () => {
    const all = {...role, 'group_vars/all.yml': 'port: "{{found}}"\nfound: high\n'};
    const site = '- hosts: all\n  pre_tasks: [{set_fact: {found: 1}}]\n  roles: [web]\n';
    expect(await problemsOf({...all, 'site.yml': site})).to.deep.equal([]);
    expect(await problemsOf({...role, 'group_vars/all.yml': 'port: "{{default x 1}}"\n'})).to.deep.equal([]);
    expect(await problemsOf({...role, 'group_vars/all.yml': 'port: "{{port}}"\n'})).to.deep.equal([]);
  });

  it('has no further members than it declares', async () => {
    const found = await problemsOf({...role, 'group_vars/all.yml': 'port: 1\ntls: {crt: /x}\n'});
    expect(found).to.deep.equal(['group_vars/all.yml:2:7 unknown key "crt" in tls; did you mean "cert"?']);
    const behind = await problemsOf({
      ...role,
      'group_vars/all.yml': 'port: 1\ntls: "{{site_tls}}"\nsite_tls: {cert: 5}\n',
    });
    expect(behind.join()).to.match(/^group_vars\/all.yml:3:18 "cert" must be text/);
  });
});
