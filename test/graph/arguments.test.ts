import {expect} from 'chai';
import {diagnosticsOf, problemsOf} from './rig.js';

const fileTask = '    - file: {path: /x, mode: "{{file_mode}}"}\n';

describe('arguments whose values are known', () => {
  it('are checked by the schema of their module, and the place of the value is told', async () => {
    const [problem, ...others] = await diagnosticsOf(`- hosts: a\n  vars: {file_mode: 755}\n  tasks:\n${fileTask}`);
    expect(others).to.deep.equal([]);
    expect(problem?.message).to.match(/^"mode" must be text.*found the number 755$/);
    expect(problem?.at).to.include({file: 'site.yml', line: 4, column: 30});
    expect(problem?.trail?.map(({at, message}) => `${at.line}:${at.column} ${message}`)).to.deep.equal([
      '2:21 "file_mode" has its value from here',
    ]);
  });

  it('are checked on each host, however they come about', async () => {
    const found = await problemsOf(`- hosts: all\n  tasks:\n${fileTask}`, {
      hosts:
        'all: {vars: {file_mode: "{{base.mode}}", base: {mode: "0644"}}, hosts: {a: , b: {base: {mode: [1]}}, c: }}\n',
    });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^site.yml:3:30 "mode" must be text.* found a list on b/);
  });

  it('are checked for each item of a loop that is known', async () => {
    const found = await problemsOf(
      '- hosts: a\n  tasks:\n    - file: {path: "{{item.path}}", state: "{{item.state}}"}\n      loop: [{path: /a, state: absent}, {path: /b, state: direktory}]\n',
    );
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^site.yml:3:44 "state" must be .*, found "direktory"; did you mean "directory"\?$/);
  });

  it('and conditions are found to want members that a value of a variable lacks', async () => {
    const vars = '- hosts: a\n  vars: {all_ports: {api: 1}, ports: "{{all_ports}}"}\n  tasks:\n';
    expect(await problemsOf(`${vars}    - debug: {msg: "{{ports.apii}}"}\n`)).to.satisfy((found: readonly string[]) =>
      /^site.yml:4:23 "ports" has no member "apii"/.test(found.join('\n')),
    );
    expect(await problemsOf(`${vars}    - debug: {msg: x}\n      when: ports.apii == 1\n`)).to.satisfy(
      (found: readonly string[]) => /^site.yml:5:\d+ .*apii/.test(found.join('\n')),
    );
  });

  it('say nothing while a condition keeps the task from running, or may do so', async () => {
    const vars = '- hosts: a\n  vars: {names: [], use: false, file_mode: 755}\n  tasks:\n';
    expect(await problemsOf(`${vars}${fileTask}      when: use\n`)).to.deep.equal([]);
    const first = '    - {command: {cmd: x, creates: /x}, register: r}\n    - debug: {msg: "{{lookup names 0}}"}\n';
    expect(await problemsOf(`${vars}${first}      when: r.rc == 0\n`)).to.deep.equal([]);
  });

  it('say nothing of values that only the run tells', async () => {
    expect(
      await problemsOf(
        `- hosts: a\n  vars: {file_mode: 755}\n  tasks:\n    - set_fact: {file_mode: "0644"}\n${fileTask}    - file: {path: /y, mode: "{{os.family}}"}\n`,
      ),
    ).to.deep.equal([]);
    expect(
      await problemsOf(`- hosts: a\n  vars: {file_mode: 755}\n  tasks:\n${fileTask}`, {extraVars: ['file_mode=0644']}),
    ).to.deep.equal([]);
  });

  it('that are omitted are as if they had not been written', async () => {
    const task = '    - file: {path: "{{default place omit}}", state: "{{default kind omit}}"}\n';
    expect(await problemsOf(`- hosts: a\n  vars: {place: /x}\n  tasks:\n${task}`)).to.deep.equal([]);
    const found = await problemsOf(`- hosts: a\n  tasks:\n${task}`);
    expect(found.join()).to.include('path');
  });
});
