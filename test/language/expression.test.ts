import {expect} from 'chai';
import {checkExpression, compileExpression} from '../../engine/language/expression.js';
import {SourceFailed, type Scope} from '../../engine/language/reference.js';
import type {ValueType} from '../../engine/language/value-type.js';
import {Deferred} from '../../engine/unknown.js';

function scopeOf(names: object): Scope {
  return Object.assign(Object.create(null), names) as Scope;
}

function evaluate(source: string, names: object = {}): unknown {
  return compileExpression(source).evaluate(scopeOf(names));
}

function failure(source: string, names: object = {}): SourceFailed {
  try {
    evaluate(source, names);
  } catch (error) {
    if (error instanceof SourceFailed) return error;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}

function deferring(name: string): Scope {
  return Object.defineProperty(scopeOf({t: true, f: false}), name, {
    enumerable: true,
    get: () => {
      throw new Deferred('cp1/kubeadm_token');
    },
  });
}

const problem = (source: string): {message?: string; hint?: string} => compileExpression(source).problems[0] ?? {};

describe('an expression', () => {
  it('counts with whole numbers and gives numbers', () => {
    expect(evaluate('n + 1', {n: 3})).to.equal(4);
    expect(evaluate('l.map(x, x * 2)', {l: [1, 2]})).to.deep.equal([2, 4]);
    expect(evaluate('l[n - 1]', {l: ['a', 'b'], n: 2})).to.equal('b');
    expect(evaluate('x / 2.0', {x: 1.5})).to.equal(0.75);
    expect(failure('x + 1', {x: 1.5}).hint).to.equal('write double(…) or int(…)');
  });

  it('gives what the scope holds as it is', () => {
    const config = {a: {constructor: 'c'}};
    expect(evaluate('config', {config})).to.equal(config);
    expect(evaluate('config.a.constructor', {config})).to.equal('c');
    expect(evaluate('{"x": [config.a, 1]}', {config})).to.deep.equal({x: [config.a, 1]});
  });

  it('says that a member is missing, and has ways to ask', () => {
    expect(failure('a.b', {a: {}}).message).to.equal('there is no member "b"');
    expect(failure('toString').message).to.equal('"toString" is not defined');
    expect(failure('a.toString', {a: {}}).message).to.equal('there is no member "toString"');
    expect(evaluate('has(a.b)', {a: {}})).to.equal(false);
    expect(evaluate('a.?b.?c.orValue(5)', {a: {}})).to.equal(5);
    expect(failure('a.?b', {a: {}}).message).to.contain('.orValue(');
  });

  it('is deferred only when the unknown value matters', () => {
    const scope = deferring('u');
    const within = (source: string): unknown => compileExpression(source).evaluate(scope);
    expect(within('f && u')).to.equal(false);
    expect(within('u && f')).to.equal(false);
    expect(within('u || t')).to.equal(true);
    expect(() => within('t && u')).to.throw(Deferred, 'cp1/kubeadm_token');
    expect(() => within('size(u) > 1')).to.throw(Deferred);
    expect(() => within('[1].exists(x, x == u)')).to.throw(Deferred);
  });

  it('matches in linear time', () => {
    expect(evaluate('s.matches("^h.$")', {s: 'hi'})).to.equal(true);
    expect(evaluate('s.matches("(a+)+$")', {s: `${'a'.repeat(2000)}!`})).to.equal(false);
    expect(failure('s.matches("(")', {s: ''}).message).to.contain('not a pattern');
  });

  it('compares versions as versions', () => {
    expect(evaluate('version("10.2") > version("9.1")')).to.equal(true);
    expect(evaluate('version("v1.31.0-rc.1") < version("1.31.0")')).to.equal(true);
    expect(evaluate('version("1.31") == version("1.31.0+build")')).to.equal(true);
    expect(evaluate('version("2:1.2-1~deb13u1") > version("1.2")')).to.equal(true);
    expect(failure('version("new") > version("1")').message).to.equal('"new" is not a version');
  });

  it('has functions over data', () => {
    expect(evaluate('parse_json(s).a[1] + 1', {s: '{"a": [1, 2]}'})).to.equal(3);
    expect(evaluate('[[3], [1, 3]].flatten().distinct().sort()')).to.deep.equal([1, 3]);
    expect(evaluate('keys(merge(a, {"y": 1}))', {a: {x: 1}})).to.deep.equal(['x', 'y']);
  });

  it('can be evaluated while it is being evaluated', () => {
    const source = 'l.map(x, x + other)';
    const inner = scopeOf({l: [10], other: 1});
    const outer = Object.defineProperty(scopeOf({l: [1, 2]}), 'other', {
      get: () => (compileExpression(source).evaluate(inner) as number[])[0],
    });
    expect(compileExpression(source).evaluate(outer)).to.deep.equal([12, 13]);
  });

  it('tells its references, and traces macro variables to what they walk over', () => {
    const paths = (source: string): readonly unknown[] =>
      compileExpression(source).references.map((reference) => reference.path);
    expect(paths('hostvars.cp1.join.token + a')).to.deep.equal([['hostvars', 'cp1', 'join', 'token'], ['a']]);
    expect(paths('hostvars["k8s-cp-1"].x')).to.deep.equal([['hostvars', 'k8s-cp-1', 'x']]);
    expect(paths('l.exists(x, x.a == y)')).to.deep.equal([['l'], ['l', null, 'a'], ['y']]);
    expect(paths('cel.bind(v, a.b, v.c)')).to.deep.equal([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
    expect(paths('type(a) == string')).to.deep.equal([['a']]);
    const optional = compileExpression('has(a.b) && c.?d.orValue(1) == 1').references;
    expect(optional.map((reference) => reference.optional)).to.deep.equal(['member', 'member']);
  });

  it('resolves an index that the scope knows', () => {
    const [reference] = compileExpression('hostvars[groups.cp[0]].join').references;
    expect(reference?.path).to.deep.equal(['hostvars', null, 'join']);
    expect(reference?.resolve?.(scopeOf({groups: {cp: ['cp1']}}))).to.deep.equal(['hostvars', 'cp1', 'join']);
    const bound = compileExpression('groups.cp.map(h, hostvars[h].join)').references.find(
      ({path}) => path[0] === 'hostvars',
    );
    expect(bound?.path).to.deep.equal(['hostvars', null, 'join']);
    expect(bound?.resolve).to.equal(undefined);
  });

  for (const [source, message, hint] of [
    ['a and b', '"and" is not CEL', 'write a && b'],
    ['not a', '"not" is not CEL', 'write !a'],
    ['a = 3', 'a single "=" is not CEL', 'compare with "=="'],
    ['a == "{{b.c}}"', 'a mustache cannot stand in an expression', 'names stand plainly here: a == b.c'],
    [
      'hostvars.k8s-cp-1.x',
      '"hostvars.k8s-cp-1" is a subtraction',
      'a name with dashes is written hostvars["k8s-cp-1"]',
    ],
    [
      '"ell" in "hello"',
      '"in" does not go with string and string',
      'a text is searched by .contains(): "hello".contains("ell")',
    ],
    ['a is not defined', '"a is not defined" is not CEL', 'write !has(vars.a)'],
    ['a | default(3)', '"a | default(3)" is not CEL', 'write vars.?a.orValue(3)'],
    ['namespace == 1', '"namespace" is a reserved word', 'write vars.namespace'],
    ['len(a) > 1', 'no function fits "len(dyn)"', 'write size(…)'],
  ] as const) {
    it(`explains ${source}`, () => {
      expect(problem(source)).to.include({message, hint});
    });
  }

  it('does not mistake quoted words for mistakes', () => {
    expect(problem('a == "x and y = z"')).to.deep.equal({});
  });
});

describe('the check of an expression', () => {
  const join: ValueType = {members: {token: 'string', ttl: 'int'}, open: false};
  const variables = {port: 'int', given: 'string', join, numbers: {list: 'int'}, any: 'any'} as const;
  const check = (source: string): string | undefined =>
    checkExpression(source, {variables, result: 'bool'})[0]?.message;

  it('finds names and members that are not there', () => {
    expect(check('prot == 1')).to.equal('"prot" is not defined');
    expect(check('prot == 1 || true')).to.equal('"prot" is not defined');
    expect(check('join.tokn == ""')).to.equal('there is no member "tokn"');
    expect(checkExpression('join.tokn == ""', {variables, result: 'bool'})[0]?.range).to.deep.equal([5, 9]);
  });

  it('finds a comparison of a number with text', () => {
    expect(check('port == "6443"')).to.equal('"==" does not go with int and string');
    expect(check('given == 6443')).to.equal('"==" does not go with string and int');
    expect(check('numbers.exists(x, x == "a")')).to.equal('"==" does not go with int and string');
  });

  it('finds a condition that is no bool', () => {
    expect(check('given')).to.equal('the result is a string, but a condition must be a bool');
    expect(check('size(numbers)')).to.equal('the result is a int, but a condition must be a bool');
    expect(checkExpression('numbers', {variables, result: 'any'})).to.deep.equal([]);
  });

  it('lets everything be compared with null, and what is unknown be anything', () => {
    expect(
      ['join == null', 'given != null', 'port == null', 'any', 'any.x > 1', 'has(join.tokn)'].map(check),
    ).to.deep.equal(Array(6).fill(undefined));
  });
});
