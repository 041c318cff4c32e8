import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import fc from 'fast-check';
import type {Term} from '../../../engine/language/term.js';
import {readEveryday} from '../../../engine/load/everyday/read.js';
import {createReport} from '../../../engine/load/report.js';
import {parseAnyYaml} from '../../../engine/load/yaml.js';
import {packageRoot} from '../../../engine/root.js';
import {within, type Span} from '../../../engine/span.js';

/** A term with the places of its characters. */
function placed(term: Term | undefined): unknown {
  switch (term?.kind) {
    case undefined:
      return undefined;
    case 'literal':
      return typeof term.value === 'string' ? {...term, characters: characters(term.at, term.value)} : term;
    case 'text':
    case 'expression':
      return {...term, characters: characters(term.at, term.source)};
    case 'list':
      return {...term, items: term.items.map(placed)};
    case 'dict':
      return {...term, entries: term.entries.map((entry) => ({...entry, value: placed(entry.value)}))};
  }
}

function characters(at: Span, {length}: string): readonly Span[] {
  return [0, 1, length >> 1, length].map((offset) => within(at, [offset, offset + 1]));
}

function byTheParser(text: string): {readonly term: Term | undefined; readonly problems: number} {
  const report = createReport();
  const term = parseAnyYaml('f.yml', text, {report});
  return {term, problems: report.diagnostics.length};
}

const playbooks = join(packageRoot, 'playbooks');
const ours = readdirSync(playbooks, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.yml'));

describe('everyday YAML', () => {
  for (const folder of new Set(ours.map((name) => name.split('/').slice(0, 2).join('/')))) {
    it(`is read in ${folder} as the parser of all YAML reads it`, () => {
      for (const name of ours.filter((each) => `${each}/`.startsWith(`${folder}/`))) {
        const text = readFileSync(join(playbooks, name), 'utf8');
        const term = readEveryday('f.yml', text);
        if (!text.startsWith('$ANSIBLE_VAULT')) expect(term, name).not.to.equal(undefined);
        if (term) expect(placed(term), name).to.deep.equal(placed(byTheParser(text).term));
      }
    });
  }

  it('is never read otherwise than by the parser, however a text was changed', () => {
    const lines = [
      'a: b',
      'a: 1',
      'b:',
      '- a',
      '-',
      '- b: c',
      '  d: [e, "f: g", {h: i}]',
      '  - j',
      '  k: |',
      '    l  # m',
      '  n: >-',
      '      o',
      '    p',
      '',
      '# q',
      '  r: !cel s == "t" ? 1 : 2',
      'u: "v\\n\\"{{w}}"',
      "'x y' : 'it''s'",
      'z: &names',
      'aa: *names',
      '<<: *names',
      'bb: {cc: ~,',
      '  dd: -1.5, "ee":0o17}',
      'ff: null # gg',
    ];
    const bits = [
      ' ',
      '  ',
      '\n',
      ':',
      ': ',
      '- ',
      '#',
      ' #',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '|',
      '>-\n',
      '!',
      '&a',
      '*',
    ];
    const change = fc.tuple(fc.nat(80), fc.nat(2), fc.constantFrom(...bits));
    const texts = fc
      .tuple(fc.array(fc.constantFrom(...lines), {minLength: 1, maxLength: 8}), fc.array(change, {maxLength: 3}))
      .map(([some, changes]) =>
        changes.reduce(
          (text, [at, length, bit]) => text.slice(0, at) + bit + text.slice(at + length),
          `${some.join('\n')}\n`,
        ),
      );
    fc.assert(
      fc.property(texts, (text) => {
        const term = readEveryday('f.yml', text);
        if (term)
          expect({term: placed(term), problems: 0}).to.deep.equal({
            ...byTheParser(text),
            term: placed(byTheParser(text).term),
          });
      }),
      {numRuns: 300},
    );
  });

  it('takes maps, lists, texts, numbers, expressions, anchors and JSON', () => {
    const texts = [
      '---\na: 1\nb: [x, -2.5, "y", {c: true}]\n',
      'a: |\n  b\n\n  c\nd: >-\n  e\n  f\n',
      'a: &x\n  b: c\nd: *x\ne:\n  <<: *x\n',
      '{"a":1,"b":["c",null],"d":{}}',
      'a: !cel b == "c"\nd:\n- e\n',
    ];
    for (const text of texts)
      expect(placed(readEveryday('f.yml', text)), text).to.deep.equal(placed(byTheParser(text).term));
  });

  it('leaves what is rare and what is wrong to the parser', () => {
    const texts = [
      ...['', '# nothing\n', 'a: b\n---\nc: d\n', '%YAML 1.2\n---\na: b\n', 'a:\tb\n', 'a: b\r\n'],
      ...['a: b\n  c\n', 'a: "b\n  c"\n', '? a\n: b\n', 'a: 0644\n', 'a: 1e3\n', 'a: True\n', 'a: !!str 1\n'],
      ...[
        'a: !vault x\n',
        'a: 1\na: 2\n',
        'a: {{b}}\n',
        '{{a}}: b\n',
        '~: a\n',
        'a: *b\n',
        'a: &b c\n',
        'a: "\\x41"\n',
      ],
      ...[
        'a: "b" c\n',
        'a: [b\n',
        'a: b: c\n',
        'a: |2\n    b\n',
        'a: |+\n  b\n\n',
        'a:\n  b: c\n d: e\n',
        '"a": "b"#c\n',
      ],
    ];
    expect(texts.filter((text) => readEveryday('f.yml', text) !== undefined)).to.deep.equal([]);
  });

  it('gives up where lists and maps are very deep, or where anchors stand for very much', () => {
    expect(readEveryday('f.yml', '['.repeat(102) + ']'.repeat(102))).to.equal(undefined);
    expect(readEveryday('f.yml', `${'- '.repeat(101)}a\n`)).to.equal(undefined);
    expect(readEveryday('f.yml', `- &a [b]\n${'- *a\n'.repeat(21)}`)).to.equal(undefined);
    expect(readEveryday('f.yml', `a: &b\n  - c\nd: *b\n# ${'x'.repeat(50_000)}\n`)).to.equal(undefined);
  });
});
