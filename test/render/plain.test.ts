import {expect} from 'chai';
import type {Outcome} from '../../engine/outcome.js';
import {plainRenderer} from '../../engine/render/plain.js';
import {painter} from '../../engine/render/style.js';
import {counts, ended, finished, node, started, written} from './feed.js';

const changed: Outcome = {
  status: 'changed',
  changes: [{kind: 'state', summary: 'write /etc/motd', diff: [{what: 'mode', before: '0644', after: '0600'}]}],
};

describe('the plain renderer', () => {
  it('pads headings with stars to 79 columns, as Ansible does without a terminal', async () => {
    const text = await written(plainRenderer, [ended(node('w1', 'Greet', {role: 'motd'}), {status: 'ok'})]);
    expect(text).to.equal(`\nPLAY [Everything] ${'*'.repeat(62)}\n\nTASK [motd : Greet] ${'*'.repeat(60)}\nok: [w1]\n`);
  });

  it('prints a heading again when the next line belongs to another task', async () => {
    const text = await written(plainRenderer, [
      ended(node('w1', 'One'), {status: 'ok'}),
      ended(node('w2', 'One'), {status: 'ok'}),
      ended(node('w1', 'Two'), {status: 'ok'}),
      ended(node('w3', 'One'), {status: 'ok'}),
    ]);
    expect(text.match(/^TASK \[\w+\]|^ok.*/gm)).to.deep.equal([
      'TASK [One]',
      'ok: [w1]',
      'ok: [w2]',
      'TASK [Two]',
      'ok: [w1]',
      'TASK [One]',
      'ok: [w3]',
    ]);
  });

  it('names a handler and the host that does the work for another', async () => {
    const text = await written(plainRenderer, [
      ended(node('w1', 'Restart', {handler: true, delegate: 'lb1'}), changed),
    ]);
    expect(text).to.include('RUNNING HANDLER [Restart]').and.include('changed: [w1 -> lb1] => write /etc/motd');
  });

  it('shows diffs before the line, and only when they are wanted', async () => {
    const events = [ended(node('w1', 'Greet'), changed)];
    expect(await written(plainRenderer, [started(['w1'], {diff: true}), ...events])).to.include(
      'mode: 0644 → 0600\nchanged: [w1] => write /etc/motd\n',
    );
    expect(await written(plainRenderer, [started(['w1']), ...events])).not.to.include('0600');
  });

  it('has a line for each item of a loop', async () => {
    const changes = ['a', 'b'].map((item) => ({kind: 'state', summary: `write ${item}`, diff: [], item}) as const);
    const text = await written(plainRenderer, [ended(node('w1', 'Each'), {status: 'would-change', changes})]);
    expect(text).to.include('would change: [w1] => (item=a) write a\nwould change: [w1] => (item=b) write b\n');
  });

  it('tells of a failure its place, command, code, the end of stderr, and what to do', async () => {
    const stderr = Array.from({length: 50}, (_, index) => `line ${index}`).join('\n');
    const failure = {message: 'joining failed', command: 'kubeadm join', code: 1, stderr, hint: 'free the port'};
    const text = await written(plainRenderer, [ended(node('w1', 'Join'), {status: 'failed', failure})]);
    expect(text).to.include(
      'fatal: [w1]: FAILED! => joining failed\n  at: site.yml:12:7\n  command: kubeadm join\n  code: 1\n  stderr:\n    line 30\n',
    );
    expect(text).to.include('    line 49\n  hint: free the port\n').and.not.include('line 29');
  });

  it('does not say twice what the message of a failure says', async () => {
    const failure = {message: 'kubeadm join exited with 1', command: 'kubeadm join', code: 1};
    const text = await written(plainRenderer, [ended(node('w1', 'Join'), {status: 'failed', failure})]);
    expect(text).to.match(/=> kubeadm join exited with 1\n {2}at: site.yml:12:7\n$/);
  });

  it('shows of a failed loop what was attempted', async () => {
    const changes = ['a', 'b'].map((item) => ({kind: 'state', summary: `write ${item}`, diff: [], item}) as const);
    const failure = {message: 'no space left'};
    const text = await written(plainRenderer, [ended(node('w1', 'Each'), {status: 'failed', failure, changes})]);
    expect(text).to.match(
      /attempted: \[w1\] => \(item=a\) write a\nattempted: .*\nfatal: \[w1\]: FAILED! => no space left/,
    );
  });

  it('says that a failure is ignored', async () => {
    const text = await written(plainRenderer, [
      ended(node('w1', 'Try'), {status: 'failed', failure: {message: 'no'}, ignored: true}),
    ]);
    expect(text).to.match(/FAILED! => no\n.*\n\.\.\.ignoring\n$/);
  });

  it('shows the first of the nodes that one failure blocks on a host', async () => {
    const blocked: Outcome = {status: 'blocked', by: 'cp1/kubeadm_init'};
    const text = await written(plainRenderer, [
      ended(node('w1', 'One'), blocked),
      ended(node('w1', 'Two'), blocked),
      ended(node('w2', 'One'), blocked),
      ended(node('w1', 'Three'), {status: 'blocked', by: 'cp1/kubeadm_token', text: 'left out by --limit'}),
    ]);
    expect(text.match(/^blocked.*/gm)).to.deep.equal([
      'blocked: [w1] => by cp1/kubeadm_init',
      'blocked: [w2] => by cp1/kubeadm_init',
      'blocked: [w1] => by cp1/kubeadm_token, left out by --limit',
    ]);
  });

  it('leaves out what is idle or had no turn', async () => {
    const text = await written(plainRenderer, [
      ended(node('w1', 'A'), {status: 'idle'}),
      ended(node('w1', 'B'), {status: 'interrupted'}),
    ]);
    expect(text).to.equal('');
  });

  it('shows a wait when it begins and then twice a minute', async () => {
    const wait = (elapsed: number) =>
      ({time: 0, type: 'node-waiting', node: node('cp1', 'Wait'), what: '3 nodes Ready', elapsed, limit: 120}) as const;
    const text = await written(plainRenderer, [0, 1, 29, 30, 45, 61].map(wait));
    expect(text.match(/\(.*\)/g)).to.deep.equal(['(0 of 120 s)', '(30 of 120 s)', '(61 of 120 s)']);
  });

  it('shows values with -v and times and places with -vv', async () => {
    const events = [ended(node('w1', 'Ask'), {status: 'ok'}, {rc: 0, changed: false})];
    expect(await written(plainRenderer, events)).not.to.include('rc');
    expect(await written(plainRenderer, events, {verbosity: 1})).to.include('    {\n      "rc": 0\n    }\n');
    expect(await written(plainRenderer, events, {verbosity: 2}))
      .to.include('task path: site.yml:12')
      .and.include('took 1.0 s');
  });

  it('keeps control characters of machines from the terminal', async () => {
    const text = await written(plainRenderer, [ended(node('w1', 'Say'), {status: 'ok', message: 'a\u001B[2Jb'})]);
    expect(text).to.include('ok: [w1] => a\\x1b[2Jb\n');
  });

  it('ends with the recap in the form of Ansible, byte for byte', async () => {
    const hosts = {web1: counts({ok: 12, changed: 4, failed: 1, skipped: 1, rescued: 1}), db: counts({ok: 3})};
    const text = await written(plainRenderer, [finished(hosts, {code: 2})]);
    expect(text).to.include(
      `\nPLAY RECAP ${'*'.repeat(69)}\n` +
        'db                         : ok=3    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0   \n' +
        'web1                       : ok=12   changed=4    unreachable=0    failed=1    skipped=1    rescued=1    ignored=0   \n\n',
    );
  });

  it('adds our own words to the recap where they are not 0', async () => {
    const text = await written(plainRenderer, [finished({w1: counts({blocked: 2}), w2: counts({deferred: 1})})]);
    expect(text)
      .to.match(/^w1 .* ignored=0 {4}blocked=2 {3}$/m)
      .and.match(/^w2 .* ignored=0 {4}deferred=1 {3}$/m);
  });

  it('sums up what a check found, and why something is deferred', async () => {
    const text = await written(plainRenderer, [
      started(['w1', 'w2'], {check: true}),
      ended(node('w1', 'A'), {status: 'would-change', changes: []}),
      ended(node('w2', 'A'), {status: 'would-change', changes: []}),
      ended(node('w1', 'B'), {status: 'deferred', needs: 'w1/user'}),
      ended(node('w1', 'C'), {status: 'deferred', needs: 'what package haproxy brings'}),
      ended(node('w2', 'B'), {status: 'deferred', needs: 'w2/user'}),
      finished({w1: counts()}, {notes: ['1 command with undeclared effects']}),
    ]);
    expect(text).to.include(
      'check: 2 tasks would change on 2 hosts, 3 deferred until a run; the deferred need:\n   2 × user (w1, w2)\n   1 × what package haproxy brings\nnote: 1 command with undeclared effects\n',
    );
  });

  it('does not call a check that failed a quiet one', async () => {
    const text = await written(plainRenderer, [
      started(['w1'], {check: true}),
      finished({w1: counts({failed: 1, blocked: 3})}, {code: 2}),
    ]);
    expect(text).to.include('check: nothing would change, 1 failed, 3 blocked\n');
  });

  it('says that nothing would change', async () => {
    const text = await written(plainRenderer, [
      started(['w1'], {check: true}),
      ended(node('w1', 'A'), {status: 'ok'}),
      finished({w1: counts({ok: 1})}),
    ]);
    expect(text).to.include('check: nothing would change\n');
  });

  it('paints by the meaning', async () => {
    const text = await written(plainRenderer, [ended(node('w1', 'A'), changed), finished({w1: counts({changed: 1})})], {
      paint: painter(true),
    });
    expect(text)
      .to.include('\u001B[33mchanged: [w1] => write /etc/motd\u001B[0m')
      .and.include('\u001B[33mchanged=1   \u001B[0m');
  });
});
