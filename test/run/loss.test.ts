import {expect} from 'chai';
import {lost, type ToyMachine} from './machine.js';
import {scene} from './rig.js';

/** Loses the connection once, when this verb is sent; `done` says whether the command had its effect nevertheless. */
function loseAt(machine: ToyMachine, verb: string, {done}: {readonly done: boolean}): void {
  let armed = true;
  machine.before = ([word, name = '', text = '']) => {
    if (word !== verb || !armed) return;
    armed = false;
    if (done) machine.files.set(name, text);
    throw lost(machine.name, `${verb} ${name}`);
  };
}

describe('a connection that is lost in a change', () => {
  const writing = '- hosts: all\n  tasks:\n    - {name: Write, file: {path: /a, text: x}}\n';

  it('is a change when the machine turns out to be changed', async () => {
    const {run, machine} = await scene(writing);
    loseAt(machine('h1'), 'write', {done: true});
    const {outcome, code} = await run({reconnectWithin: 5});
    expect(outcome('Write')?.status).to.equal('changed');
    expect(code).to.equal(0);
    expect(machine('h1').log.filter((script) => script.startsWith('write'))).to.have.length(1);
  });

  it('is made up for when the state does not hold', async () => {
    const {run, machine} = await scene(writing);
    loseAt(machine('h1'), 'write', {done: false});
    expect((await run({reconnectWithin: 5})).outcome('Write')?.status).to.equal('changed');
    expect(machine('h1').files.get('/a')).to.equal('x');
  });

  it('is a failure when it was an action: it may have run', async () => {
    const {run, machine} = await scene('- hosts: all\n  tasks:\n    - {name: Do, command: {cmd: echo x}}\n');
    loseAt(machine('h1'), 'echo', {done: false});
    const {outcome, code} = await run({reconnectWithin: 5});
    expect(outcome('Do')).to.have.nested.property('failure.message').that.includes('it may have run');
    expect(machine('h1').log.filter((script) => script.startsWith('echo'))).to.have.length(1);
    expect(code).to.equal(2);
  });

  it('makes the machine unreachable when it does not come back', async () => {
    const {run, machine} = await scene(writing);
    let gone = false;
    machine('h1').before = ([verb]) => {
      gone ||= verb === 'write';
      if (gone) throw lost('h1', verb);
    };
    const {outcome, code} = await run({reconnectWithin: 0});
    expect(outcome('Write')).to.have.nested.property(
      'failure.message',
      'the connection was lost; it did not come back: the connection was lost',
    );
    expect(code).to.equal(4);
  });

  it('is nothing when it was lost in reading, and a new one answers', async () => {
    const {run, machine} = await scene(writing);
    loseAt(machine('h1'), 'read', {done: false});
    expect((await run()).outcome('Write')?.status).to.equal('changed');
  });
});
