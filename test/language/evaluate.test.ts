import {expect} from 'chai';
import {evaluate, referencesOf, renderTemplate} from '../../engine/language/evaluate.js';
import {EvaluationFailed} from '../../engine/language/reference.js';
import type {Term} from '../../engine/language/term.js';
import {yamlText} from '../../engine/language/yaml-text.js';

const at = {file: 'site.yml', line: 3, column: 7, length: 20};
const text = (source: string): Term => ({kind: 'text', at, source});
const scope = Object.assign(Object.create(null), {a: 1}) as Record<string, unknown>;

function failure(work: () => unknown): EvaluationFailed {
  try {
    work();
  } catch (error) {
    if (error instanceof EvaluationFailed) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('the value of a term', () => {
  it('is made of its parts, whatever they are', () => {
    const term: Term = {
      kind: 'dict',
      at,
      entries: [
        {key: 'n', keyAt: at, value: text('{{a}}')},
        {
          key: 'l',
          keyAt: at,
          value: {
            kind: 'list',
            at,
            items: [
              {kind: 'expression', at, source: 'a + 1'},
              {kind: 'literal', at, value: null},
            ],
          },
        },
      ],
    };
    expect(evaluate(term, scope)).to.deep.equal({n: 1, l: [2, null]});
    expect(referencesOf(term).map(({path}) => path)).to.deep.equal([['a'], ['a']]);
  });

  it('fails with the exact place', () => {
    expect(failure(() => evaluate(text('x {{nope}}'), scope))).to.deep.include({
      message: '"nope" is not defined',
      at: {...at, column: 11, length: 4},
    });
    expect(referencesOf(text('x {{nope}}'))[0]?.at).to.deep.equal({...at, column: 11, length: 4});
  });

  it('of a template file fails with line and column of that file', () => {
    const error = failure(() => renderTemplate('a\n  {{nope}}\n', scope, {file: 'haproxy.cfg.hbs'}));
    expect(error.at).to.deep.equal({file: 'haproxy.cfg.hbs', line: 2, column: 5, length: 4});
    expect(failure(() => renderTemplate('a\n{{#if}}x{{/if}}', scope, {file: 'f.hbs'})).at.line).to.equal(2);
  });
});

describe('YAML text', () => {
  it('keeps strings that look like something else', () => {
    expect(yamlText({a: 'yes', b: '1.10', c: 'x: y', d: 'plain text', e: '', f: [], g: {}, h: '- a'})).to.equal(
      'a: "yes"\nb: "1.10"\nc: "x: y"\nd: plain text\ne: ""\nf: []\ng: {}\nh: "- a"',
    );
    expect(yamlText([{a: 1, b: [true]}, null])).to.equal('- a: 1\n  b:\n    - true\n- null');
  });
});
