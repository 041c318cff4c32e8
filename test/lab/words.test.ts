import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import {createProgram, type Ended, type Program} from '../cli/program.js';
import {withLab, words} from './lab-machines.js';

describe('the words of tasks, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'hwords', subnet: '10.43.0.0/24'});
  let program: Program;

  before(() => {
    program = createProgram();
    program.write(
      'lab.yml',
      `all:
  hosts:
    one: {ansible_host: ${here.lab.host('one').address}}
    two: {ansible_host: ${here.lab.host('two').address}}
  vars: {ansible_user: root, ansible_ssh_private_key_file: "${here.lab.files.key}", ansible_ssh_known_hosts_file: "${here.lab.files.knownHosts}"}
`,
    );
  });
  after(() => {
    (program as Program | undefined)?.remove();
  });

  const at = (name: string, script: string): Promise<string> =>
    words(here.machine(name).host({context: 'plain'}), script);

  function eventsOf({stdout}: Ended): readonly Event[] {
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Event);
  }

  function outcomes(ended: Ended): readonly string[] {
    return eventsOf(ended).flatMap((event) => {
      if (event.type !== 'node-ended' || event.outcome.status === 'idle') return [];
      const {node, outcome} = event;
      const said = outcome.status === 'ok' && outcome.message !== undefined ? ` (${outcome.message})` : '';
      return [`${node.host}: ${node.task} → ${outcome.status}${said}`];
    });
  }

  async function play(name: string, text: string, ...more: readonly string[]): Promise<Ended> {
    program.write(name, text);
    return program.run(name, '-i', 'lab.yml', '--output', 'json', ...more);
  }

  it('let a command go on while its connection is lost, and collect what it told', async () => {
    const ended = await play(
      'outlive.yml',
      `- hosts: one
  tasks:
    - name: Outlive
      shell: echo begin; sleep 1; pkill -KILL -f "sshd.*root@notty"; sleep 2; echo end; echo once >> /run/outlived
      async: 60
      poll: 1
      register: long
    - {name: Say, debug: {msg: "{{join long.stdout_lines \\",\\"}} {{long.rc}}"}}
    - {name: Once, command: cat /run/outlived, register: times, changed_when: false, failed_when: times.stdout != "once"}
    - {name: Nothing left, shell: "! ls -d /run/u7s-play-jobs-*", changed_when: false}
`,
    );
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(eventsOf(ended).some(({type}) => type === 'host-lost')).to.equal(true);
    expect(eventsOf(ended).some(({type}) => type === 'node-waiting')).to.equal(true);
    expect(outcomes(ended)).to.include('one: Say → ok (begin,end 0)');
  });

  it('start what is not waited for, hold the lock of the machine meanwhile, and collect it', async () => {
    const ended = await play(
      'jobs.yml',
      `- hosts: all
  tasks:
    - {name: Start, command: sleep 2, async: 30, poll: 0, register: job}
    - {name: Have ended, async_status: {jid: "{{job.ansible_job_id}}"}, register: end, until: end.finished == 1, retries: 30, delay: 0.5}
    - {name: Say, debug: {msg: "rc {{end.rc}}"}}
- hosts: one
  tasks:
    - {name: Leave, command: sleep 44.4, async: 90, poll: 0}
`,
    );
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(outcomes(ended)).to.include.members(['one: Say → ok (rc 0)', 'two: Say → ok (rc 0)']);
    const second = await play(
      'second.yml',
      '- {hosts: one, tasks: [{name: Write, copy: {content: x, dest: /run/second}}]}\n',
    );
    expect(second.code).to.equal(2);
    expect(second.stdout).to.include('being changed by another run');
    await at('one', 'pkill -f "[s]leep 44.4"; while pgrep -f "[s]leep 44.4" >/dev/null; do sleep 0.2; done');
    expect(
      (await play('second.yml', '- {hosts: one, tasks: [{name: Write, copy: {content: x, dest: /run/second}}]}\n'))
        .code,
    ).to.equal(0);
  });

  it('end with all that it started what takes too long, and let a rescue say what it was', async () => {
    const ended = await play(
      'slow.yml',
      `- hosts: one
  tasks:
    - block:
        - {name: Slow, shell: sleep 33.3 & sleep 33.3, timeout: 1}
      rescue:
        - {name: Say, debug: {msg: "{{ansible_failed_task.name}}: {{ansible_failed_result.msg}}"}}
    - block:
        - {name: Job, shell: sleep 33.3 & sleep 33.3, async: 1, poll: 1}
      rescue:
        - {name: Say too, debug: {msg: "{{ansible_failed_task.name}}: {{ansible_failed_result.msg}}"}}
`,
    );
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(outcomes(ended)).to.include.members([
      'one: Say → ok (Slow: it did not end within 1 s (timeout), and was ended)',
      'one: Say too → ok (Job: it did not end within 1 s (async), and was ended)',
    ]);
    expect(await at('one', 'pgrep -f "sleep 33.3" || true')).to.equal('');
  });

  it('connect anew, so that new groups count, and end the play for one host', async () => {
    const ended = await play(
      'anew.yml',
      `- hosts: all
  tasks:
    - {name: Group, command: "usermod -aG audio root"}
    - {name: Old, command: id -Gn, register: old, changed_when: false}
    - meta: reset_connection
    - {name: New, command: id -Gn, register: new, changed_when: false}
    - {name: Say, debug: {msg: !cel "string('audio' in old.stdout.split(' ')) + ' ' + string('audio' in new.stdout.split(' '))"}}
    - {meta: end_host, when: inventory_hostname == "one"}
    - {name: Last, debug: {msg: "{{inventory_hostname}}"}}
`,
    );
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    expect(outcomes(ended)).to.include.members(['one: Say → ok (false true)', 'two: Last → ok (two)']);
    expect(outcomes(ended)).not.to.include('one: Last → ok (one)');
  });
});
