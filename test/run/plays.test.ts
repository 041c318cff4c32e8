import {expect} from 'chai';
import {BadInput} from '../../engine/diagnostic.js';
import {lost} from './machine.js';
import {scene} from './rig.js';

const three = {hosts: ['h1', 'h2', 'h3']};
const risk = '{name: Risk, fail: {msg: no}, when: inventory_hostname == "h1"}';

describe('a play in batches', () => {
  it('runs its handlers in each batch, and once in each what runs once', async () => {
    const {run} = await scene(
      `
- hosts: all
  serial: [1, 2]
  tasks:
    - {name: Once, debug: {msg: '{{join ansible_play_batch ","}}'}, run_once: true, register: r}
    - {name: Write, file: {path: /a, text: a}, notify: Restart}
    - {name: Say, debug: {msg: '{{r.msg}} of {{join ansible_play_hosts ","}}'}}
  handlers:
    - {name: Restart, debug: {msg: again}}
`,
      three,
    );
    const {lines, outcome} = await run();
    expect(lines.filter((line) => line.includes('Once'))).to.deep.equal(['h1: Once → ok', 'h2: Once → ok']);
    expect(lines.indexOf('h1: Restart → ok')).to.be.lessThan(lines.indexOf('h2: Write → changed'));
    expect(outcome('Say', 'h1')).to.deep.equal({status: 'ok', message: 'h1 of h1,h2,h3'});
    expect(outcome('Say', 'h3')).to.deep.equal({status: 'ok', message: 'h2,h3 of h1,h2,h3'});
  });

  it('takes the hosts in the order that it says', async () => {
    const {run} = await scene('- {hosts: all, serial: 1, order: reverse_inventory, tasks: [{debug: {msg: x}}]}', three);
    expect((await run()).lines).to.deep.equal(['h3: debug → ok', 'h2: debug → ok', 'h1: debug → ok']);
  });

  it('goes on while no more than max_fail_percentage has failed, and stops everybody when more has', async () => {
    const play = (percentage: number): string =>
      `- {hosts: all, max_fail_percentage: ${percentage}, tasks: [${risk}, {name: Next, debug: {msg: x}}]}`;
    const two = {hosts: ['h1', 'h2']};
    const few = await (await scene(play(50), two)).run();
    expect(few.outcome('Next', 'h2')?.status).to.equal('ok');
    const many = await (await scene(play(49), two)).run();
    expect(many.outcome('Next', 'h2')).to.deep.equal({status: 'blocked', by: 'h1/fail', text: 'Risk'});
  });
});

describe('force_handlers', () => {
  const play = (more: string): string => `
- hosts: all
  ${more}
  tasks:
    - {name: Write, file: {path: /a, text: a}, notify: [Restart, Reload]}
    - ${risk}
    - {name: Next, debug: {msg: next}}
  post_tasks:
    - {name: After, debug: {msg: after}}
  handlers:
    - {name: Restart, debug: {msg: again}}
    - {name: Reload, debug: {msg: again}}
`;

  it('lets the handlers of a failed host run, and nothing else of it', async () => {
    const {run} = await scene(play('force_handlers: true'));
    const {lines, code} = await run();
    expect(lines).to.deep.equal([
      'h1: Write → changed',
      'h1: Risk → failed',
      'h1: Next → blocked',
      'h1: Restart → ok',
      'h1: Reload → ok',
      'h1: After → blocked',
    ]);
    expect(code).to.equal(2);
  });

  it('is the same as --force-handlers, and without either they wait for the next run', async () => {
    const {run} = await scene(play('force_handlers: false'));
    expect((await run()).outcome('Restart')?.status).to.equal('blocked');
    const {run: again} = await scene(play('gather_facts: false'));
    expect((await again({graph: {forceHandlers: true}})).outcome('Restart')?.status).to.equal('ok');
  });

  it('does not call handlers that nobody notified, and leaves the order of a host that is well', async () => {
    const {run} = await scene(play('force_handlers: true'), {hosts: ['h2'], files: {'/a': 'a'}});
    expect((await run()).lines).to.deep.equal([
      'h2: Write → ok',
      'h2: Risk → skipped',
      'h2: Next → ok',
      'h2: After → ok',
    ]);
  });
});

describe('ignore_unreachable', () => {
  it('lets the host try again with the next task', async () => {
    const {run, machine} = await scene(`
- hosts: all
  ignore_unreachable: true
  tasks:
    - {name: Write, file: {path: /a}, register: r}
    - {name: Told, debug: {msg: "{{r.unreachable}} {{r.failed}}"}}
    - {name: More, file: {path: /b}}
    - {name: Last, file: {path: /c}, ignore_unreachable: false}
    - {name: Never, debug: {msg: x}}
`);
    let away = true;
    machine('h1').before = () => {
      if (away) throw lost('h1');
    };
    const {lines, outcome, hosts, code} = await run({
      watch: (event) => {
        if (event.type === 'node-ended') away = event.node.task === 'More';
      },
    });
    expect(outcome('Told')).to.deep.equal({status: 'ok', message: 'true false'});
    expect(lines).to.deep.equal([
      'h1: Write → unreachable',
      'h1: Told → ok',
      'h1: More → changed',
      'h1: Last → unreachable',
      'h1: Never → blocked',
    ]);
    expect(hosts['h1']).to.include({ignored: 1, unreachable: 1});
    expect(code).to.equal(4);
  });
});

describe('the environment of a play', () => {
  it('reaches what reads facts as well as what changes them, the inner one over the outer', async () => {
    const {run, machine} = await scene(`
- hosts: all
  environment: {PROXY: one, LEVEL: play}
  tasks:
    - {name: Write, file: {path: /a}, environment: {LEVEL: "{{inventory_hostname}}"}}
`);
    const seen = new Set<string>();
    const {code} = await run({
      hostFor: (name, place) => {
        const host = machine(name).host(place);
        const exec: typeof host.exec = (script, options) => {
          const [verb] = JSON.parse(script) as readonly string[];
          seen.add(`${verb ?? ''} ${JSON.stringify(place.environment)}`);
          return host.exec(script, options);
        };
        return {...host, exec, run: (script, options) => exec(script, options)};
      },
    });
    expect(code).to.equal(0);
    expect([...seen].sort()).to.deep.equal(['read {"PROXY":"one","LEVEL":"h1"}', 'write {"PROXY":"one","LEVEL":"h1"}']);
  });

  it('makes facts of its own: what was read without it is read again', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  tasks:
    - {name: One, file: {path: /a}}
    - {name: Two, file: {path: /a}, environment: {A: b}}
    - {name: Three, file: {path: /a}, environment: {A: b}}
`,
      {files: {'/a': ''}},
    );
    await run();
    expect(machine('h1').log.filter((line) => line.startsWith('read'))).to.have.length(2);
  });
});

describe('a play that says how its hosts are reached', () => {
  it('works on the controller with connection: local, in the hosts’ names', async () => {
    const {run, machine} = await scene(
      `
- hosts: all
  connection: local
  tasks:
    - {name: Write, file: {path: "/{{inventory_hostname}}"}}
    - {name: There, file: {path: /there}, delegate_to: h2}
    - {name: Own, file: {path: /own}, connection: ssh}
`,
      {hosts: ['h1', 'h2']},
    );
    expect((await run()).code).to.equal(0);
    expect([...machine('localhost').files.keys()]).to.deep.equal(['/h1', '/h2']);
    expect([...machine('h1').files.keys()]).to.deep.equal(['/own']);
    expect([...machine('h2').files.keys()].sort()).to.deep.equal(['/own', '/there']);
  });
});

describe('module_defaults', () => {
  it('give arguments that a task does not give itself, the inner ones first', async () => {
    const {run} = await scene(
      `
- hosts: all
  module_defaults: {file: {path: /a, text: play}, ansible.builtin.debug: {msg: "{{word}}"}}
  vars: {word: default}
  tasks:
    - {name: Write, file: , register: w}
    - {name: Show, debug: {}}
    - {name: Own, debug: {msg: own}}
    - module_defaults: {file: {text: block}}
      block:
        - {name: Inner, file: , register: i}
        - {name: Tell, debug: {msg: "{{w.text}} {{i.path}} {{i.text}}"}}
`,
    );
    const {outcome} = await run();
    expect(outcome('Show')).to.deep.equal({status: 'ok', message: 'default'});
    expect(outcome('Own')).to.deep.equal({status: 'ok', message: 'own'});
    expect(outcome('Tell')).to.deep.equal({status: 'ok', message: 'play /a block'});
  });
});

describe('an imported playbook', () => {
  it('gets variables that win over those of its plays, a condition and tags', async () => {
    const {run} = await scene(
      '- {import_playbook: more/one.yml, vars: {word: import}, when: word == "import", tags: t}\n- {import_playbook: more/one.yml, when: false}\n',
      {
        beside: {
          'more/one.yml':
            '- {hosts: all, vars: {word: play}, tasks: [{name: Say, debug: {msg: "{{word}} {{ansible_run_tags.[0]}}"}}]}\n',
        },
      },
    );
    const {outcome, lines} = await run();
    expect(lines).to.deep.equal(['h1: Say → ok', 'h1: Say → skipped']);
    expect(outcome('Say')).to.deep.equal({status: 'skipped', reason: 'when: false'});
    const tagged = await run({selection: {tags: ['t']}});
    expect(tagged.outcome('Say')).to.deep.equal({status: 'ok', message: 'import t'});
  });
});

describe('omit', () => {
  it('is as if the argument had not been written', async () => {
    const {run, machine} = await scene(`
- hosts: all
  vars: {body: x}
  tasks:
    - {name: Empty, file: {path: /a, text: "{{omit}}"}}
    - {name: Chosen, file: {path: /b, text: !cel 'has(vars.body) ? body : omit'}}
    - {name: Part, file: {path: "/c{{omit}}"}}
`);
    const {outcome} = await run();
    expect(machine('h1').files.get('/a')).to.equal('');
    expect(machine('h1').files.get('/b')).to.equal('x');
    const part = outcome('Part');
    expect(part?.status === 'failed' && part.failure.message).to.equal(
      'omit is a part of a text; it can only be the whole value of an argument',
    );
  });
});

describe('vars_prompt', () => {
  const site = `
- hosts: all
  vars_prompt:
    - {name: user, prompt: Who?, private: false, default: bob}
    - {name: password, confirm: true}
    - {name: given}
  tasks:
    - {name: Say, debug: {msg: "{{user}} {{password}} {{given}}"}}
`;

  it('asks before anything is touched, twice where that is wanted, and not for what -e gives', async () => {
    const asked: string[] = [];
    const secrets: unknown[] = [];
    const answers = ['', 'one', 'two', 'three', 'three'];
    const {run} = await scene(site, {
      loading: {
        extraVars: ['given=yes'],
        secrets: {add: (value) => void secrets.push(value)},
        ask: (text, {shown}) => {
          asked.push(`${text} ${shown ? 'shown' : 'hidden'}`);
          return Promise.resolve(answers.shift());
        },
      },
    });
    expect(asked).to.deep.equal([
      'Who? [bob] shown',
      'password hidden',
      'confirm password hidden',
      'the two answers differ; password hidden',
      'confirm password hidden',
    ]);
    expect(secrets).to.deep.equal(['three']);
    expect((await run()).outcome('Say')).to.deep.equal({status: 'ok', message: 'bob three yes'});
  });

  it('takes a default where nobody answers, and says what to do where there is none', async () => {
    const nobody = {ask: () => Promise.resolve(undefined)};
    const failure = await scene(site, {loading: nobody}).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(BadInput);
    expect((failure as BadInput).diagnostics.map(({message, hint}) => `${message}; ${hint ?? ''}`)).to.deep.equal([
      '"password" is asked for, and nobody is there to answer; give it by "-e password=…" or "-e @file"',
      '"given" is asked for, and nobody is there to answer; give it by "-e given=…" or "-e @file"',
    ]);
    expect((await scene(site)).project.plays[0]?.layers.at(-1)?.entries.get('user')).to.include({value: 'bob'});
  });
});
