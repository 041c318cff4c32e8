import {expect} from 'chai';
import {SourceFailed, type Scope} from '../../engine/language/reference.js';
import {compileTemplate} from '../../engine/language/template.js';
import {Deferred} from '../../engine/unknown.js';

function scopeOf(names: object): Scope {
  return Object.assign(Object.create(null), names) as Scope;
}

function render(source: string, names: object = {}): unknown {
  const template = compileTemplate(source);
  expect(template.problems, source).to.deep.equal([]);
  return template.render(scopeOf(names));
}

function failure(source: string, names: object = {}): SourceFailed {
  try {
    compileTemplate(source).render(scopeOf(names));
  } catch (error) {
    if (error instanceof SourceFailed) return error;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}

const paths = (source: string): readonly unknown[] =>
  compileTemplate(source).references.map((reference) => reference.path);

describe('a template', () => {
  it('keeps the type of a mustache that stands alone', () => {
    expect(render('{{port}}', {port: 6443})).to.equal(6443);
    expect(render('{{hosts}}', {hosts: ['a', 'b']})).to.deep.equal(['a', 'b']);
    expect(render('{{nothing}}', {nothing: null})).to.equal(null);
    expect(render(':{{port}}', {port: 6443})).to.equal(':6443');
    expect(compileTemplate('{{port}}').renderText(scopeOf({port: 6443}))).to.equal('6443');
  });

  it('follows names with dashes and, in brackets, with dots', () => {
    const hostvars = {'k8s-cp-1': {ip: '10.0.0.1'}, 'n.example.com': {ip: '10.0.0.2'}};
    expect(render('{{hostvars.k8s-cp-1.ip}}', {hostvars})).to.equal('10.0.0.1');
    expect(render('{{hostvars.[n.example.com].ip}}', {hostvars})).to.equal('10.0.0.2');
    expect(render('{{list.[1]}}', {list: ['a', 'b']})).to.equal('b');
  });

  it('escapes nothing, and writes a mustache for a backslashed one', () => {
    expect(render('<{{a}}>', {a: '&"'})).to.equal('<&">');
    expect(render(String.raw`--format \{{.Names}}`)).to.equal('--format {{.Names}}');
  });

  it('says which name or member is not defined', () => {
    expect(failure('{{hots}}', {hosts: 1})).to.include({
      message: '"hots" is not defined',
      hint: 'did you mean "hosts"?',
    });
    expect(failure('{{a.b.c}}', {a: {}})).to.include({message: '"a" has no member "b"'});
    expect(failure('{{a.b.c}}', {a: {b: 'text'}})).to.include({message: '"a.b" is text and has no member "c"'});
    expect(failure('{{#if r.no.x}}y{{/if}}', {r: {}})).to.include({message: '"r" has no member "no"'});
  });

  it('does not know what objects inherit', () => {
    expect(failure('{{toString}}')).to.include({message: '"toString" is not defined'});
    expect(failure('{{a.constructor}}', {a: {}})).to.include({message: '"a" has no member "constructor"'});
  });

  it('refuses to put null, a list or a dict into text, and says what to write', () => {
    expect(failure('x{{a}}', {a: null})).to.include({
      message: '"a" is null, which cannot stand in text',
      hint: 'say what stands for it: {{default a ""}}',
    });
    expect(failure('x{{a}}', {a: {}}).hint).to.equal('write {{json a}} or {{yaml a}}');
    expect(failure('x{{a}}', {a: []}).hint).to.equal('write {{join a ","}} or {{json a}}');
  });

  it('decides by booleans and lists only', () => {
    expect(render('{{#if a}}yes{{else}}no{{/if}}', {a: false})).to.equal('no');
    expect(render('{{#unless a}}none{{/unless}}', {a: []})).to.equal('none');
    expect(failure('{{#if a}}yes{{/if}}', {a: 'false'}).message).to.equal(
      '{{#if}} wants a boolean or a list, but "a" is text',
    );
  });

  it('walks lists and dicts with their indexes, keys and given names', () => {
    expect(render('{{#each l}}{{@index}}={{this}}{{#unless @last}},{{/unless}}{{/each}}', {l: ['a', 'b']})).to.equal(
      '0=a,1=b',
    );
    expect(render('{{#each d as |value key|}}{{key}}={{value}};{{/each}}', {d: {a: 1, b: 2}})).to.equal('a=1;b=2;');
    expect(
      render('{{#each l}}{{name}}:{{../port}}:{{@root.port}} {{else}}none{{/each}}', {l: [{name: 'a'}], port: 1}),
    ).to.equal('a:1:1 ');
    expect(render('{{#each a}}{{#each this}}{{@../index}}{{@index}} {{/each}}{{/each}}', {a: [[0, 0], [0]]})).to.equal(
      '00 01 10 ',
    );
    expect(failure('{{#each l}}{{port}}{{/each}}', {l: [{}], port: 1}).hint).to.contain('{{../port}}');
  });

  it('lets a variable bear the name of a helper', () => {
    expect(render('{{join.token}}', {join: {token: 't'}})).to.equal('t');
    expect(render('{{join}}', {join: 'j'})).to.equal('j');
  });

  it('has helpers, and tells their mistakes', () => {
    expect(render('{{join l ","}}', {l: [1, 2]})).to.equal('1,2');
    expect(render('{{default nope "x"}}')).to.equal('x');
    expect(render('{{default a.b.c "x"}}', {a: {}})).to.equal('x');
    expect(render('{{#if (and (eq a "x") (not b))}}1{{/if}}', {a: 'x', b: false})).to.equal('1');
    expect(render('{{lookup d k}}', {d: {x: 1}, k: 'x'})).to.equal(1);
    expect(render('{{b64decode (b64encode "ä")}}')).to.equal('ä');
    expect(render('a:\n{{indent (yaml d) 2}}', {d: {b: ['true', 1]}})).to.equal('a:\n  b:\n    - "true"\n    - 1');
    expect(failure('{{eq n "3"}}', {n: 3}).message).to.contain('never equal');
    expect(failure('{{join n ","}}', {n: 3}).message).to.equal('"join": expected a list, found a number');
    expect(compileTemplate('{{joi l ","}}').problems[0]).to.deep.include({
      message: '"joi" is not a helper',
      hint: 'did you mean "join"?',
      range: [2, 5],
    });
    expect(compileTemplate('{{join l}}').problems[0]?.hint).to.equal('write {{join list separator}}');
  });

  it('passes on that a value is not known yet', () => {
    const scope = Object.defineProperty(scopeOf({}), 'join', {
      enumerable: true,
      get: () => {
        throw new Deferred('cp1/kubeadm_token');
      },
    });
    expect(() => compileTemplate('{{join.token}}').render(scope)).to.throw(Deferred, 'cp1/kubeadm_token');
  });

  it('tells its references, and traces names bound by blocks to what they walk over', () => {
    expect(paths('{{a.b}} {{lower c}}')).to.deep.equal([['a', 'b'], ['c']]);
    expect(paths('{{#each l}}{{name}}{{../x}}{{@index}}{{/each}}')).to.deep.equal([['l'], ['l', null, 'name'], ['x']]);
    expect(paths('{{#each l as |one|}}{{one.name}}{{/each}}')).to.deep.equal([['l'], ['l', null, 'name']]);
    expect(paths('{{#with (lookup hostvars "cp1")}}{{join.token}}{{/with}}')).to.deep.equal([
      ['hostvars', 'cp1'],
      ['hostvars', 'cp1', 'join', 'token'],
    ]);
    expect(compileTemplate('{{default a "x"}}').references[0]).to.deep.include({path: ['a'], optional: 'name'});
  });

  it('resolves an index that the scope knows', () => {
    const reference = compileTemplate('{{lookup hostvars (lookup groups.cp 0)}}').references.find(
      ({path}) => path[0] === 'hostvars',
    );
    expect(reference?.path).to.deep.equal(['hostvars', null]);
    expect(reference?.resolve?.(scopeOf({groups: {cp: ['cp1']}}))).to.deep.equal(['hostvars', 'cp1']);
  });

  it('explains what does not parse', () => {
    expect(compileTemplate("docker --format '{{.Names}}'").problems[0]?.hint).to.contain(String.raw`\{{`);
    expect(compileTemplate('{{a == b}}').problems[0]).to.deep.include({
      message: '"{{a == b}}" is not a path or a helper',
      hint: 'write !cel "a == b"',
    });
    expect(compileTemplate("{{ groups['cp'][0] }}").problems[0]?.hint).to.equal('write {{groups.cp.[0]}}');
    expect(compileTemplate('x {{ a | first }}').problems[0]?.hint).to.equal(
      'set a variable: "name: !cel a.first()", and name that',
    );
    expect(compileTemplate('{{#each l}}').problems[0]?.message).to.contain('ends too early');
    expect(compileTemplate('{{#eahc l}}{{/eahc}}').problems[0]?.hint).to.equal('did you mean "each"?');
    expect(compileTemplate('a\n{{> part}}').problems[0]).to.deep.include({
      message: 'partials and decorators are not supported',
      range: [2, 12],
    });
  });
});
