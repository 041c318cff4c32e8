import {expect} from 'chai';
import {lost} from './machine.js';
import {scene} from './rig.js';

const playbook =
  '- hosts: all\n  tasks:\n    - {name: A, file: {path: /a, text: x}}\n    - {name: B, file: {path: /b, text: x}}\n';

describe('an interrupted run', () => {
  it('starts nothing new, lets end what runs, and says what had no turn', async () => {
    const {run, machine} = await scene(playbook);
    const stop = new AbortController();
    machine('h1').before = ([verb]) => {
      if (verb === 'write') stop.abort();
    };
    const {lines, code, hosts, events} = await run({stop: stop.signal});
    expect(lines).to.deep.equal(['h1: A → changed', 'h1: B → interrupted']);
    expect(code).to.equal(99);
    expect(hosts['h1']).to.include({ok: 1, changed: 1});
    expect(events.at(-1)?.type).to.equal('run-ended');
    expect(events.filter(({type}) => type === 'interrupting')).to.have.length(1);
  });

  it('is given up when it is interrupted again', async () => {
    const {run, machine} = await scene(playbook);
    const stop = new AbortController();
    const cancel = new AbortController();
    machine('h1').before = ([verb]) => {
      if (verb !== 'write') return;
      stop.abort();
      setImmediate(() => cancel.abort());
      return new Promise(() => undefined);
    };
    const {lines, code} = await run({stop: stop.signal, cancel: cancel.signal});
    expect(lines).to.deep.equal(['h1: A → interrupted', 'h1: B → interrupted']);
    expect(code).to.equal(99);
  });

  it('is given up at the end of its grace', async () => {
    const {run, machine} = await scene(playbook);
    const stop = new AbortController();
    machine('h1').before = ([verb]) => {
      if (verb !== 'write') return;
      stop.abort();
      return new Promise(() => undefined);
    };
    expect((await run({stop: stop.signal, grace: 0.001})).code).to.equal(99);
  });

  it('does not go on waiting between attempts when it is given up', async () => {
    const {run, machine} = await scene(
      '- hosts: all\n  tasks:\n    - {name: Ask, command: {cmd: echo no}, register: r, until: \'r.stdout == "yes"\', retries: 9, delay: 600}\n',
    );
    const cancel = new AbortController();
    machine('h1').before = ([verb]) => {
      if (verb === 'echo') setImmediate(() => cancel.abort());
    };
    expect((await run({cancel: cancel.signal})).lines).to.deep.equal(['h1: Ask → interrupted']);
  });

  it('leaves alone what it gave up: a lost machine is not asked again', async () => {
    const {run, machine} = await scene(playbook);
    const cancel = new AbortController();
    let cut: (error: Error) => void = () => undefined;
    machine('h1').before = ([verb]) => {
      if (verb !== 'write') return;
      setImmediate(() => cancel.abort());
      return new Promise<void>((_, reject) => (cut = reject));
    };
    await run({cancel: cancel.signal, reconnectWithin: 60});
    const asked = machine('h1').log.length;
    cut(lost('h1', 'write'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(machine('h1').log).to.have.length(asked);
  });
});
