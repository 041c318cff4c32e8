import {expect} from 'chai';
import fc from 'fast-check';
import {bodyOfPaths} from '../../engine/language/path-template.js';
import {parseTemplate} from '../../engine/language/template-parse.js';

// A comment is more than a path, and gives nothing: with it the parser of all Handlebars reads the same text.
const byTheParser = (source: string): ReturnType<typeof parseTemplate> => parseTemplate(`${source}{{! }}`);

describe('a text whose mustaches are paths', () => {
  it('is read as the parser of all Handlebars reads it', () => {
    const pieces = [
      '{{a}}',
      '{{ a.b_c.d1 }}',
      '{{a.b }}',
      'x',
      ' ',
      '\n',
      '{',
      '}',
      '"',
      'é',
      '{{',
      '}}',
      '\\',
      '{{a',
      '{{{a}}}',
    ];
    const words = [
      '{{this}}',
      '{{a.this}}',
      '{{true}}',
      '{{else}}',
      '{{a b}}',
      '{{#if a}}',
      '{{/if}}',
      '{{a-b}}',
      '{{~a}}',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...words), {maxLength: 6}), (parts) => {
        const source = `${parts.join('')}.`;
        const body = bodyOfPaths(source);
        if (body) expect({body, problems: []}, source).to.deep.equal(byTheParser(source));
      }),
      {numRuns: 500},
    );
  });

  it('needs no other parser', () => {
    for (const source of ['', 'x', '{{a}}', 'x {{a.b}}\n{{ c }} y', '{a} {{b}}, {c}'])
      expect(bodyOfPaths(source), source).not.to.equal(undefined);
  });

  it('is none where a mustache is more than a path', () => {
    for (const source of [
      '{{json a}}',
      '{{#if a}}b{{/if}}',
      '{{this}}',
      '{{a.[0]}}',
      String.raw`\{{a}}`,
      '{{@index}}',
      '{{a',
    ])
      expect(bodyOfPaths(source), source).to.equal(undefined);
  });
});
