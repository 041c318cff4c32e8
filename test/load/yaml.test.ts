import {expect} from 'chai';
import type {Term} from '../../engine/language/term.js';
import {createReport} from '../../engine/load/report.js';
import {parseYaml} from '../../engine/load/yaml.js';
import {within} from '../../engine/span.js';
import {dataOf} from './rig.js';

function parse(text: string): {readonly term: Term | undefined; readonly problems: readonly string[]} {
  const report = createReport();
  const term = parseYaml('f.yml', text, {report});
  const problems = report.diagnostics.map(
    ({at, message, hint}) =>
      `${at?.line ?? 0}:${at?.column ?? 0}+${at?.length ?? 0} ${message}${hint === undefined ? '' : `; ${hint}`}`,
  );
  return {term, problems};
}

function member(term: Term | undefined, key: string): Term {
  const found = term?.kind === 'dict' ? term.entries.find((entry) => entry.key === key)?.value : undefined;
  if (!found) throw new Error(`no ${key}`);
  return found;
}

/** The text of the file at the place of a part of a scalar's value. */
function sourceOf(text: string, part: string): string {
  const term = member(parse(text).term, 'v');
  const value = String(dataOf(term));
  const from = value.indexOf(part);
  const at = within(term.at, [from, from + part.length]);
  return (text.split('\n')[at.line - 1] ?? '').slice(at.column - 1, at.column - 1 + at.length);
}

describe('reading YAML', () => {
  it('gives every key and value its place', () => {
    const {term} = parse('a: 1\nb:\n  - x\n  - {c: "d e"}\n');
    expect(term?.at).to.include({line: 1, column: 1});
    const list = member(term, 'b');
    expect(list.at).to.include({file: 'f.yml', line: 3, column: 3});
    const inner = list.kind === 'list' ? list.items[1] : undefined;
    expect(member(inner, 'c').at).to.include({line: 4, column: 9, length: 5});
    expect(inner?.kind === 'dict' && inner.entries[0]?.keyAt).to.include({line: 4, column: 6, length: 1});
  });

  it('takes strings with mustaches as text, and !cel as an expression', () => {
    const {term} = parse('a: "x{{y}}"\nb: plain\nc: !cel a.b > 1\nd: !cel |\n  a &&\n  b\n');
    expect(member(term, 'a')).to.include({kind: 'text', source: 'x{{y}}'});
    expect(member(term, 'b')).to.include({kind: 'literal', value: 'plain'});
    expect(member(term, 'c')).to.include({kind: 'expression', source: 'a.b > 1'});
    expect(member(term, 'd')).to.include({kind: 'expression', source: 'a &&\nb\n'});
  });

  it('follows YAML 1.2: yes is text, 0o17 a number, a date text, null nothing', () => {
    expect(dataOf(parse('a: yes\nb: 0o17\nc: 2001-12-14\nd: ~\ne: null\nf: true\ng: 1.10\nh:\n').term)).to.deep.equal({
      a: 'yes',
      b: 15,
      c: '2001-12-14',
      d: null,
      e: null,
      f: true,
      g: 1.1,
      h: null,
    });
  });

  it('maps places inside of every kind of scalar to the real line and column', () => {
    expect(sourceOf('v: some {{here}} text', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf(`v: 'it''s {{here}}'`, '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: "a\\tb \\"c\\" \\u00e9 {{here}}"', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: |\n  one\n    two\n\n  three {{here}}\n', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: >-\n  one\n  two {{here}}\n', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: first\n   second {{here}}\n', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: "first\n   second {{here}}"\n', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: |2\n    indented {{here}}\n', '{{here}}')).to.equal('{{here}}');
    expect(sourceOf('v: !cel |\n  a &&\n  here\n', 'here')).to.equal('here');
  });

  it('shows the end of a block behind its last word', () => {
    const term = member(parse('v: |\n  one\n  two\n\nw: 1\n').term, 'v');
    expect(within(term.at, [8, 8])).to.include({line: 3, column: 6});
  });

  const broken: readonly (readonly [text: string, problem: string])[] = [
    ['path: {{x}}\n', '1:7+5 these braces make a YAML map, not a template; quote it: "{{x}}"'],
    ['path: {{x}}/foo\n', '1:7+9 a value that begins with "{{" is a YAML map; quote it: "{{x}}/foo"'],
    ['- {{x}}: 1\n', '1:3+5 a key cannot be a template; names are not templated: write the name as it is'],
    ['when: !has(x)\n', '1:7+7 "!has(x)" is a YAML tag here; quote the expression: "!has(x)"'],
    ['when: !has(x) && y\n', '1:7+12 "!has(x)" is a YAML tag here; quote the expression: "!has(x) && y"'],
    [
      'when: a ? b : c\n',
      '1:7+9 a colon followed by a space makes a YAML map, and none may begin here; quote the text or the expression: "a ? b : c"',
    ],
    [
      'msg: foo: bar\n',
      '1:6+8 a colon followed by a space makes a YAML map, and none may begin here; quote the text or the expression: "foo: bar"',
    ],
    ['when: "x" in y\n', `1:7+8 text goes on after the closing quote; quote the expression as a whole: '"x" in y'`],
    ['mode: 0644\n', '1:7+4 0644 is the number 644 in YAML 1.2; quote it: "0644"'],
    ['n: 9007199254740993\n', '1:4+16 9007199254740993 is too large to be kept exactly; quote it: "9007199254740993"'],
    ['x: @y\n', '1:4+2 a plain value cannot begin with "@"; quote it: "@y"'],
    [
      'hosts: *.example.com\n',
      '1:8+13 "*.example.com" is a YAML alias of an anchor that is not there; quote it where text is meant: "*.example.com"',
    ],
    ['a: 1\nb: 2\na: 3\n', '3:1+1 key "a" stands twice in this map; remove one of them'],
    ['a:\n\t- b\n', '2:1+1 a tab cannot indent YAML; write spaces'],
    ['a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n', '1:4+8 this value is encrypted, and nothing is there to open it'],
    [
      'a: 1\n---\nb: 2\n',
      '2:1+3 a second YAML document begins here; one file holds one; remove the line "---" or make two files',
    ],
    ['a: &x [*x]\n', '1:8+2 "*x" stands inside of what it stands for'],
    ['a: !set {b: }\n', '1:4+10 "!set" is a YAML tag that means nothing here; remove it'],
    ['? [a]\n: b\n', '1:3+3 a key must be a word; quote it where text is meant'],
    ['<<: 1\n', '1:5+1 "<<" wants a map, or a list of maps; write the alias of an anchor: "<<: *name"'],
    ['a: .inf\n', '1:4+4 .inf is no number that can be worked with; quote it where text is meant: ".inf"'],
  ];
  for (const [text, problem] of broken) {
    it(`explains ${JSON.stringify(text)}`, () => {
      expect(parse(text).problems).to.deep.equal([problem]);
    });
  }

  it('says that a quote is never closed where it ends', () => {
    expect(parse('a: "b\nc: d\n').problems.join()).to.include('a quote is opened and never closed');
  });

  it('names the first place of a key that stands twice', () => {
    const report = createReport();
    parseYaml('f.yml', 'a: 1\nb: 2\na: 3\n', {report});
    expect(report.diagnostics[0]?.trail?.[0]?.at).to.include({line: 1, column: 1});
  });

  it('resolves anchors and merge keys; what is written beside them wins', () => {
    const {term, problems} = parse('d: &d {a: 1, b: 2}\nx: {<<: *d, b: 3}\ny: {<<: [{b: 5}, *d]}\n');
    expect(problems).to.deep.equal([]);
    expect(dataOf(member(term, 'x'))).to.deep.equal({b: 3, a: 1});
    expect(dataOf(member(term, 'y'))).to.deep.equal({b: 5, a: 1});
  });

  it('does not blow up on aliases of aliases', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(parse(lines.join('\n')).problems.join()).to.include('aliases make more than 100000 values');
  });

  it('does not break on what is nested without end', () => {
    expect(parse('- '.repeat(20_000) + 'a').problems).to.deep.equal(['1:1+1 lists or maps are nested too deeply']);
  });

  it('is not disturbed by an empty file, comments, a byte order mark, CRLF and keys of other types', () => {
    expect(parse('').term).to.equal(undefined);
    expect(parse('# nothing\n').problems).to.deep.equal([]);
    expect(dataOf(parse('\ufeffa: 1\r\nb: two\r\n').term)).to.deep.equal({a: 1, b: 'two'});
    expect(dataOf(parse('1: a\ntrue: b\n"": c\n__proto__: d\n').term)).to.deep.equal(
      JSON.parse('{"1": "a", "true": "b", "": "c", "__proto__": "d"}'),
    );
  });
});
