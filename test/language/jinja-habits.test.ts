import {expect} from 'chai';
import {compileExpression} from '../../engine/language/expression.js';
import {celFromJinja} from '../../engine/language/jinja/to-cel.js';

const rows: readonly (readonly [source: string, hint: string])[] = [
  ['result is failed', 'write result.failed'],
  ['result is not failed', 'write !result.failed'],
  ['result is succeeded', 'write !result.failed'],
  ['result is changed', 'write result.changed'],
  ['a.b is skipped', 'write a.b.skipped'],
  ['job is finished', 'write job.finished == 1'],
  ['x is undefined', 'write !has(vars.x)'],
  ['x is not none', 'write !(x == null)'],
  ["v is version('1.2', '>=')", "write version(v) >= version('1.2')"],
  ['v is version("1.2", "lt")', 'write version(v) < version("1.2")'],
  ["out.stdout is search('ok')", "write out.stdout.matches('ok')"],
  ["x is match('ok')", "write x.matches('^ok')"],
  ["x is not in(['a'])", "write !(x in ['a'])"],
  ['list | length', 'write size(list)'],
  ['x | bool', 'write to_bool(x)'],
  ['x | lower', 'write x.lowerAscii()'],
  ["a | join(',')", "write a.join(',')"],
  ['a | unique', 'write a.unique()'],
  ['a | dict2items', 'write dict2items(a)'],
  ['a | combine(b)', 'write combine(a, b)'],
  ["l | map(attribute='x')", 'write l.map(x, x.x)'],
  [
    'a not in ["b"] or (c | default(false) | bool and not d)',
    'write !(a in ["b"]) || to_bool(vars.?c.orValue(false)) && !d',
  ],
  ["groups['etcd'] | length is even", 'write size(groups.etcd) % 2 == 0'],
  ["x.rc != 0 and 'no' in x.stderr.split(',')", "write x.rc != 0 && 'no' in x.stderr.split(',')"],
  ["a ~ '-' ~ b == {'x': [1, None]}['x']", "write a + '-' + b == {'x': [1, null]}.x"],
  ["'a' if x else 'b'", "write x ? 'a' : 'b'"],
];

describe('a condition of Jinja', () => {
  it('may be nested as deep as it likes', () => {
    expect(celFromJinja('('.repeat(100_000))).to.equal(undefined);
  });

  for (const [source, hint] of rows) {
    it(`is told how to be written: ${source}`, () => {
      expect(compileExpression(source).problems.map((problem) => problem.hint)).to.deep.equal([hint]);
    });
  }
});
