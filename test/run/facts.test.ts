import {spawnSync} from 'node:child_process';
import {expect} from 'chai';
import {Unreachable, type ExecOptions, type ExecResult, type Host} from '../../engine/host.js';
import {createFacts, type Facts} from '../../engine/run/facts.js';
import {loginPlace, type Where} from '../../engine/run/place.js';
import {ask, type Change, type FactKind, type FactRequest} from '../../engine/task.js';

interface Key {
  readonly name: string;
  readonly content?: boolean;
}

type Value = {readonly name: string; readonly content?: string; readonly of: string};

function kindOf(name: string, more: Partial<FactKind<Key, Value>> = {}): FactKind<Key, Value> {
  return {
    name,
    id: (key) => key.name,
    script: (keys) => JSON.stringify({kind: name, keys}),
    parse: (_, result) => {
      if (result.code !== 0) throw new Error('the script failed');
      return JSON.parse(result.stdout) as readonly Value[];
    },
    show: () => [],
    ...more,
  };
}

const plain = kindOf('plain');
const rich = kindOf('rich', {answers: (key, value) => key.content !== true || value.content !== undefined});
const fleeting = kindOf('fleeting', {volatile: true});
const shared = kindOf('shared', {realm: () => 'cluster'});
const personal = kindOf('personal', {perUser: () => true});

/** Facts about machines that answer what they are asked; a key `bad` breaks its whole script. Answers wait for `gate` where there is one. */
function rig(): {readonly facts: Facts; readonly asked: string[]; gate: Promise<void> | undefined} {
  const made = {asked: [] as string[], gate: undefined as Promise<void> | undefined};
  const open = (where: Where): Promise<Host> => {
    const exec = async (script: string): Promise<ExecResult> => {
      const {kind, keys} = JSON.parse(script) as {readonly kind: string; readonly keys: readonly Key[]};
      made.asked.push(
        `${where.machine} ${kind} ${keys.map((key) => key.name + (key.content === true ? '+' : '')).join(' ')}`,
      );
      await made.gate;
      if (keys.some((key) => key.name === 'bad')) return {code: 1, stdout: '', stderr: 'oh'};
      const values = keys.map((key) => ({
        name: key.name,
        of: where.machine,
        ...(key.content === true ? {content: 'text'} : {}),
      }));
      return {code: 0, stdout: JSON.stringify(values), stderr: ''};
    };
    return Promise.resolve({name: where.machine, exec} as unknown as Host);
  };
  return Object.assign(made, {facts: createFacts(open)});
}

const at = (machine: string, user?: string): Where => ({
  machine,
  place: user === undefined ? loginPlace : {context: 'plain', user},
});
const inNamespace: Where = {machine: 'h1', place: {context: 'namespace', user: 'ann'}};
const of = (kind: FactKind<Key, Value>, name: string, content?: boolean): FactRequest<unknown> =>
  ask(kind, content === undefined ? {name} : {name, content});
const changing = (makes: Change['makes'], more: Partial<Change> = {}): Change => ({
  kind: 'state',
  summary: '',
  makes,
  ...more,
});

describe('the store of facts', () => {
  it('asks nothing twice, and all of a kind in one script', async () => {
    const {facts, asked} = rig();
    await facts.ask(at('h1'), [of(plain, 'a'), of(plain, 'b'), of(plain, 'a')]);
    await facts.ask(at('h1'), [of(plain, 'b')]);
    expect(asked).to.deep.equal(['h1 plain a b']);
  });

  it('joins who asks for what is being read', async () => {
    const {facts, asked} = rig();
    await Promise.all([facts.ask(at('h1'), [of(plain, 'a')]), facts.ask(at('h1'), [of(plain, 'a')])]);
    expect(asked).to.deep.equal(['h1 plain a']);
  });

  it('asks again where the answer lacks what is asked now', async () => {
    const {facts, asked} = rig();
    await facts.ask(at('h1'), [of(rich, 'a')]);
    const [value] = await facts.ask(at('h1'), [of(rich, 'a', true)]);
    expect(value).to.have.property('content', 'text');
    await facts.ask(at('h1'), [of(rich, 'a')]);
    expect(asked).to.deep.equal(['h1 rich a', 'h1 rich a+']);
  });

  it('gives a failure only to who asked for it, not to who was read ahead with it', async () => {
    const {facts, asked} = rig();
    const [value] = await facts.ask(at('h1'), [of(plain, 'good')], [{where: at('h1'), request: of(plain, 'bad')}]);
    expect(value).to.have.property('name', 'good');
    expect(asked).to.deep.equal(['h1 plain good bad', 'h1 plain good']);
    const failure = await facts.ask(at('h1'), [of(plain, 'bad')]).catch((error: unknown) => error);
    expect(failure).to.be.an('error').with.property('message', 'cannot read plain facts: the script failed');
  });

  describe('of kinds that are asked together', () => {
    /** Counts in a variable of the shell how many scripts it has run. */
    const counting = (name: string, status = 0): FactKind<Key, string> => ({
      name,
      together: 'company',
      id: (key) => key.name,
      script: (keys) =>
        `count=$((\${count-0} + 1)); printf '%s ' $count ${keys.map((key) => key.name).join(' ')}; ( exit ${status} )`,
      parse: (keys, {code, stdout}) => {
        if (code !== 0) throw new Error(`it said ${stdout.trim()}`);
        return keys.map(() => stdout.trim());
      },
      show: () => [],
    });
    const asking = (): {readonly facts: Facts; readonly labels: (string | undefined)[]} => {
      const labels: (string | undefined)[] = [];
      const exec = (script: string, options: ExecOptions): Promise<ExecResult> => {
        labels.push(options.label);
        const {status, stdout, stderr} = spawnSync('/bin/sh', ['-c', script], {encoding: 'utf8'});
        return Promise.resolve({code: status ?? 1, stdout, stderr});
      };
      return {facts: createFacts(() => Promise.resolve({name: 'h1', exec} as unknown as Host)), labels};
    };

    it('uses one script, in which each knows what those before it found out', async () => {
      const {facts, labels} = asking();
      const [one, two] = [counting('one'), counting('two')];
      const requests = [ask(one, {name: 'a'}), ask(two, {name: 'b'}), ask(one, {name: 'c'})];
      expect(await facts.ask(at('h1'), requests)).to.deep.equal(['1 a c', '2 b', '1 a c']);
      expect(labels).to.deep.equal(['read one, two facts']);
    });

    it('keeps what one told where another one failed', async () => {
      const {facts, labels} = asking();
      const [bad, good] = [ask(counting('bad', 3), {name: 'a'}), ask(counting('good'), {name: 'b'})];
      expect(await facts.ask(at('h1'), [good], [{where: at('h1'), request: bad}])).to.deep.equal(['1 b']);
      const failure = await facts.ask(at('h1'), [bad, good]).catch((error: unknown) => error);
      expect(failure).to.be.an('error').with.property('message', 'cannot read bad facts: it said 1 a');
      expect(labels).to.deep.equal(['read good, bad facts', 'read bad facts', 'read bad facts']);
    });
  });

  it('asks a machine that does not answer only once', async () => {
    let opened = 0;
    const facts = createFacts(() => {
      opened++;
      return Promise.reject(new Unreachable('h1', 'no answer'));
    });
    const failure = await facts.ask(at('h1'), [of(plain, 'a'), of(plain, 'b')]).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Unreachable);
    expect(opened).to.equal(1);
  });

  it('drops what a change touches, and only that', async () => {
    const {facts, asked} = rig();
    const all = [of(plain, '/a'), of(plain, '/a/b'), of(plain, '/ab'), of(rich, '/a')];
    await facts.ask(at('h1'), all);
    await facts.ask(at('h2'), all);
    asked.length = 0;
    facts.touch(at('h1'), changing([{kind: 'plain', under: '/a', value: {}}]));
    await facts.ask(at('h1'), all);
    await facts.ask(at('h2'), all);
    expect(asked).to.deep.equal(['h1 plain /a /a/b']);
    facts.touch(at('h1'), changing([], {undeclared: true}));
    await facts.ask(at('h1'), [of(rich, '/a')]);
    expect(asked).to.have.length(2);
    facts.touch(at('h1'), changing([{kind: 'rich', under: '/b', value: {}}], {touchesMore: true}));
    await facts.ask(at('h1'), [of(rich, '/a')]);
    expect(asked).to.have.length(3);
  });

  it('drops what lies in another mount namespace of the machine with any change', async () => {
    const {facts, asked} = rig();
    await facts.ask(inNamespace, [of(plain, 'a')]);
    await facts.ask(at('h1'), [of(plain, 'a')]);
    facts.touch(at('h1'), changing([]));
    await facts.ask(inNamespace, [of(plain, 'a')]);
    await facts.ask(at('h1'), [of(plain, 'a')]);
    expect(asked).to.have.length(3);
  });

  it('does not keep what was read while a change dropped it', async () => {
    const made = rig();
    let open = (): void => undefined;
    made.gate = new Promise((resolve) => (open = resolve));
    const reading = made.facts.ask(at('h1'), [of(plain, 'a')]);
    await Promise.resolve();
    made.facts.touch(at('h1'), changing([{kind: 'plain', id: 'a', key: {}, value: {}}]));
    open();
    await reading;
    expect(made.facts.known(at('h1'), of(plain, 'a'))).to.equal(undefined);
  });

  it('reads fleeting facts ahead until something was applied, and then only by a script that is run for one anyway', async () => {
    const {facts, asked} = rig();
    const ahead = [of(fleeting, 'b'), of(plain, 'b')].map((request) => ({where: at('h1'), request}));
    await facts.ask(at('h1'), [of(plain, 'a')], ahead.slice(0, 1));
    expect(asked.splice(0)).to.deep.equal(['h1 plain a', 'h1 fleeting b']);
    facts.applying('h1')();
    await facts.ask(at('h1'), [of(plain, 'c')], ahead);
    expect(asked.splice(0)).to.deep.equal(['h1 plain c b']);
    await facts.ask(at('h1'), [of(fleeting, 'a')], ahead);
    expect(asked.splice(0)).to.deep.equal(['h1 fleeting a b']);
    await facts.ask(at('h2'), [of(plain, 'a')], [{where: at('h2'), request: of(fleeting, 'b')}]);
    expect(asked).to.deep.equal(['h2 plain a', 'h2 fleeting b']);
  });

  it('reads no fleeting fact ahead that was read twice in vain, until somebody has asked for it', async () => {
    const {facts, asked} = rig();
    const ahead = [{where: at('h1'), request: of(fleeting, 'b')}];
    const own = async (name: string): Promise<void> => {
      await facts.ask(at('h1'), [of(fleeting, name)], ahead);
      facts.applying('h1')();
    };
    await own('a');
    await own('a');
    await own('a');
    await own('b');
    await own('a');
    expect(asked).to.deep.equal([
      'h1 fleeting a b',
      'h1 fleeting a b',
      'h1 fleeting a',
      'h1 fleeting b',
      'h1 fleeting a b',
    ]);
  });

  it('believes a fleeting fact only until something is applied on its machine', async () => {
    const {facts} = rig();
    await facts.ask(at('h1'), [of(fleeting, 'a')]);
    await facts.ask(at('h2'), [of(fleeting, 'a')]);
    facts.applying('h1')();
    expect(facts.known(at('h1'), of(fleeting, 'a'))).to.equal(undefined);
    expect(facts.known(at('h2'), of(fleeting, 'a'))).not.to.equal(undefined);
  });

  it('believes a shared fact until something is applied anywhere, and reads none ahead meanwhile', async () => {
    const {facts, asked} = rig();
    await facts.ask(at('h1'), [of(shared, 'a')]);
    const done = facts.applying('h2');
    expect(facts.known(at('h1'), of(shared, 'a'))).to.equal(undefined);
    await facts.ask(at('h1'), [of(plain, 'x')], [{where: at('h1'), request: of(shared, 'a')}]);
    done();
    expect(asked).to.deep.equal(['h1 shared a', 'h1 plain x']);
  });

  it('forgets with a machine what it told of what it shares with others, and nothing that others told', async () => {
    const {facts, asked} = rig();
    const ask = async (machine: string): Promise<void> => {
      await facts.ask(at(machine), [of(shared, 'node'), of(plain, 'a')]);
    };
    await ask('h1');
    await ask('h2');
    asked.length = 0;
    facts.forgetMachine('h1');
    await ask('h1');
    await ask('h2');
    expect(asked).to.have.members(['h1 shared node', 'h1 plain a']);
  });

  it('keeps apart what depends on who asks', async () => {
    const {facts, asked} = rig();
    await facts.ask(at('h1', 'ann'), [of(personal, 'a'), of(plain, 'a')]);
    await facts.ask(at('h1', 'bob'), [of(personal, 'a'), of(plain, 'a')]);
    expect(asked).to.deep.equal(['h1 personal a', 'h1 plain a', 'h1 personal a']);
  });
});
