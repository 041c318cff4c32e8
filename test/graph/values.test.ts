import {expect} from 'chai';
import {diagnosticsOf, edgesOf, graphOf, isBefore, problemsOf} from './rig.js';

const token = '{name: Token, command: "true", register: join}';

describe('values of other hosts', () => {
  it('become edges wherever they are named', async () => {
    for (const use of [
      'command: "join {{hostvars.a.join.stdout}}"',
      'command: "true", when: hostvars.a.join.rc == 0',
      'command: "true", when: "hostvars[groups.all[0]].join.rc == 0"',
      'command: "x {{lookup (lookup hostvars (lookup groups.all 0)) \\"join\\"}}"',
      'command: "x {{item}}", loop: hostvars.a.join.stdout_lines',
      'command: "x {{address}}", vars: {address: "{{inner}}", inner: "{{hostvars.a.join.stdout}}"}',
      'command: "x {{hostvars.a.url}}"',
      'assert: {that: hostvars.a.join.rc == 0}',
      'template: {src: t.hbs, dest: /x}',
    ]) {
      const graph = await graphOf(
        `- {hosts: a, tasks: [${token}]}\n- {hosts: workers, needs: [], tasks: [{name: Prepare, command: "true"}, {name: Join, ${use}}]}\n`,
        {
          hosts: 'all: {hosts: {a: {url: "{{join.stdout}}"}}, children: {workers: {hosts: {b: , c: }}}}\n',
          files: {'t.hbs': 'x\n{{hostvars.a.join.stdout}}\n'},
        },
      );
      expect(edgesOf(graph, 'value'), use).to.have.members(['a:Token value join b:Join', 'a:Token value join c:Join']);
      expect(isBefore(graph, 'a:Token', 'b:Prepare')).to.equal(false);
    }
  });

  it('come from every host when the host is not known before the run', async () => {
    const graph = await graphOf(
      `- {hosts: all, tasks: [{name: Ip, command: "true", register: ip}, {name: Hosts, command: "{{#each hostvars}}{{ip.stdout}}{{/each}}"}]}\n`,
    );
    expect(edgesOf(graph, 'value')).to.have.members([
      'b:Ip value ip a:Hosts',
      'c:Ip value ip a:Hosts',
      'a:Ip value ip b:Hosts',
      'c:Ip value ip b:Hosts',
      'a:Ip value ip c:Hosts',
      'b:Ip value ip c:Hosts',
    ]);
  });

  it('come through one gate when they are many', async () => {
    const graph = await graphOf(
      `- {hosts: all, tasks: [{name: Ip, command: "true", register: ip}, {name: Hosts, command: "x", when: "groups.all.all(h, hostvars[h].ip.rc == 0)"}]}\n`,
      {
        hosts: 'all: {hosts: {"n[01:20]": }}\n',
      },
    );
    expect(edgesOf(graph, 'value').length).to.be.lessThan(20 * 20);
    expect(isBefore(graph, 'n20:Ip', 'n01:Hosts')).to.equal(true);
  });

  it('come from the last task before, or from both sides of a rescue', async () => {
    const graph = await graphOf(`
- hosts: a
  tasks:
    - {name: First, command: "true", register: join}
    - block: [{name: Try, command: "true", register: join}]
      rescue: [{name: Mend, command: "true", register: join}]
- {hosts: b, tasks: [{name: Join, command: "{{hostvars.a.join.stdout}}"}]}
`);
    expect(edgesOf(graph, 'value')).to.have.members(['a:Mend value join b:Join', 'a:Try value join b:Join']);
  });

  it('that are nowhere are told with a near name', async () => {
    expect(
      await problemsOf(
        `- {hosts: a, tasks: [${token}]}\n- {hosts: b, tasks: [{command: "{{hostvars.a.jion.stdout}}"}, {command: "{{hostvars.aa.join.stdout}}"}, {command: "{{hostvars.a.join.stdot}}"}]}\n`,
      ),
    ).to.deep.equal([
      'site.yml:2:35 "jion" is not defined on "a"; did you mean "join"?',
      'site.yml:2:76 "aa" is no host of the inventory; did you mean "a"?',
      'site.yml:2:118 "join" has no member "stdot"; did you mean "stdout"?',
    ]);
  });

  it('that need each other are a cycle, told with its trail', async () => {
    const [cycle] = await diagnosticsOf(`
- {hosts: a, tasks: [{name: One, command: "{{hostvars.b.two.stdout}}", register: one}]}
- {hosts: b, needs: [], tasks: [{name: Two, command: "{{hostvars.a.one.stdout}}", register: two}]}
`);
    expect(cycle?.message).to.equal('these tasks wait for each other');
    expect(cycle?.trail?.map(({message}) => message)).to.have.members([
      'a: One needs "two" of b: Two',
      'b: Two needs "one" of a: One',
    ]);
  });
});

describe('names', () => {
  const task = (text: string): string =>
    `- {hosts: all, vars: {port: 6443, conf: {a: 1}, url: "{{prot}}"}, tasks: [${text}]}\n`;

  it('are not missed where a condition surely keeps the task from its work', async () => {
    const hosts = 'all: {hosts: {a: {own: true, x: 1}, b: {own: false}}}\n';
    expect(await problemsOf(task('{command: "echo {{x}}", when: own}'), {hosts})).to.deep.equal([]);
    expect(await problemsOf(task('{command: "echo {{x}}", when: "!own"}'), {hosts})).to.deep.equal([
      'site.yml:1:93 "x" is not defined on b',
    ]);
    expect(
      await problemsOf(task('{command: id, register: who}, {command: "echo {{x}}", when: who.rc == 1 && x == 1}'), {
        hosts,
      }),
    ).to.have.length(2);
  });

  it('that are nowhere are told before the first connection, with the hosts where it is so', async () => {
    expect(await problemsOf(task('{command: "{{prot}}"}'))).to.deep.equal([
      'site.yml:1:88 "prot" is not defined; did you mean "port"?',
    ]);
    const hosts = 'all: {hosts: {a: {x: 1}, b: {x: 1}, c: }}\n';
    expect(await problemsOf(task('{command: "echo {{x}}"}'), {hosts})).to.deep.equal([
      'site.yml:1:93 "x" is not defined on c',
    ]);
  });

  it('in a variable are told where the variable is written, and where it is used', async () => {
    const [problem] = await diagnosticsOf(task('{command: "{{url}}"}'));
    expect(problem).to.deep.include({message: '"prot" is not defined'});
    expect(problem?.at).to.include({line: 1, column: 57});
    expect(problem?.trail?.[0]?.at).to.include({column: 88});
  });

  it('of the engine, of loops, of the task itself and of facts are known', async () => {
    const all =
      '{command: "{{inventory_hostname}} {{item.x}} {{i}} {{os.family}}", loop: [{x: 1}], loop_control: {index_var: i}, register: r, until: r.rc == 0, when: os.family == "alt" && "a" in groups.all}';
    expect(await problemsOf(task(all))).to.deep.equal([]);
    expect(await problemsOf(task('{command: "{{item}}"}'))).to.deep.equal(['site.yml:1:88 "item" is not defined']);
  });

  it('may be missing where that is asked', async () => {
    expect(
      await problemsOf(
        task('{command: "echo {{default nope 1}}", when: has(vars.nope) || vars.?nope.orValue(1) == 2 || has(conf.b)}'),
      ),
    ).to.deep.equal([]);
  });

  it('of the items of a written list are known', async () => {
    const loop = 'loop: [{x: 1}, {x: 2}]';
    expect((await problemsOf(task(`{command: "{{item.y}}", ${loop}}`)))[0]).to.contain('"item" has no member "y"');
    expect(
      await problemsOf(task('{command: "echo {{item.y}}", loop: [{x: 1}, {y: 2}], when: has(item.y)}')),
    ).to.deep.equal([]);
  });

  it('that need themselves are told with their trail', async () => {
    const [problem, ...others] = await diagnosticsOf(
      '- {hosts: all, vars: {x: "{{y}}", y: "{{z}}", z: "{{x}}"}, tasks: [{command: "{{x}}"}]}\n',
    );
    expect(problem?.message).to.equal('the variable "x" needs itself: x → y → z → x');
    expect(problem?.trail).to.have.length(3);
    expect(others).to.deep.equal([]);
  });

  it('get their values before they are used', async () => {
    expect(
      await problemsOf(task('{command: "{{r.stdout}}"}, {name: Later, command: "true", register: r}')),
    ).to.deep.equal(['site.yml:1:88 "r" gets its value only later, by "Later" (site.yml:1)']);
    expect(await problemsOf(task('{set_fact: {fresh: 1}}, {command: "{{fresh}}"}'))).to.deep.equal([]);
  });

  it('are typed by what is written, by what modules return and by -e', async () => {
    expect(await problemsOf(task('{command: "x", when: port == "6443"}'))).to.deep.equal([
      'site.yml:1:96 "==" does not go with int and string; one is text, the other a number: write int(…) or string(…); values of -e name=value are text',
    ]);
    expect((await problemsOf(task('{command: "x", when: port == 6443}'), {extraVars: ['port=6443']}))[0]).to.contain(
      'string and int',
    );
    expect((await problemsOf(task('{command: "{{conf.b}}"}')))[0]).to.contain('"conf" has no member "b"');
    expect((await problemsOf(task('{command: x, register: r}, {command: x, when: r.rc}')))[0]).to.contain(
      'must be a bool',
    );
    expect((await problemsOf(task('{command: x, when: groups.workrs.size() > 1}')))[0]).to.contain(
      'did you mean "workers"?',
    );
  });
});
