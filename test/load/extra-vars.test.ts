import {expect} from 'chai';
import {dataOf, load, playWith, problemsOf} from './rig.js';

const play = playWith('- debug: {msg: hi}');

async function extraVars(...sources: readonly string[]): Promise<unknown> {
  const {extraVars: layer} = await load({...play, 'more.yml': 'port: 1\nnames: [a]\n'}, {extraVars: sources});
  return Object.fromEntries([...layer.entries].map(([name, term]) => [name, dataOf(term)]));
}

describe('extra variables', () => {
  it('are text when written as name=value, with Ansible’s quoting', async () => {
    expect(await extraVars(`a=1 b="two words" c='x "y"' d=pre"fix it"e f= g="a \\"b\\""`)).to.deep.equal({
      a: '1',
      b: 'two words',
      c: 'x "y"',
      d: 'prefix ite',
      f: '',
      g: 'a "b"',
    });
    expect(await extraVars('url=http://x/?a=b')).to.deep.equal({url: 'http://x/?a=b'});
  });

  it('keep their types when written as YAML or JSON', async () => {
    expect(await extraVars('{"port": 6443, "on": [true, null]}')).to.deep.equal({port: 6443, on: [true, null]});
    expect(await extraVars('{port: 6443}')).to.deep.equal({port: 6443});
  });

  it('come from a file, and a later one wins', async () => {
    expect(await extraVars('@more.yml', 'port=2')).to.deep.equal({port: '2', names: ['a']});
  });

  it('may hold templates', async () => {
    const {extraVars: layer} = await load(play, {extraVars: ['a="{{b}}" b=1']});
    expect(layer.entries.get('a')).to.include({kind: 'text', source: '{{b}}'});
    expect(layer.rank).to.equal(22);
  });

  it('say what is wrong and where', async () => {
    expect(await problemsOf(play, {extraVars: ['a=1 b']})).to.deep.equal([
      '-e:1:5 "b" in -e is no variable; write "name=value", YAML in braces, or "@file"',
    ]);
    expect(await problemsOf(play, {extraVars: ['@nope.yml']})).to.deep.equal([
      '-e:1:1 variables of -e: "nope.yml" is not there',
    ]);
    expect(await problemsOf(play, {extraVars: ['groups=1']})).to.deep.equal([
      '-e:1:1 "groups" cannot be the name of a variable: the engine sets it; the names of the hosts of each group',
    ]);
    expect(await problemsOf(play, {extraVars: ['[1]']})).to.deep.equal([
      '-e:1:1 variables must be a map, found a list; write "name: value" lines',
    ]);
    expect((await problemsOf(play, {extraVars: ['a={{b']})).join()).to.match(/^-e:1:3 /);
  });
});
