import {expect} from 'chai';
import {compileExpression} from '../../engine/language/expression.js';
import {sharedFunctions} from '../../engine/language/functions/all.js';
import {SourceFailed} from '../../engine/language/reference.js';
import {compileTemplate} from '../../engine/language/template.js';

const scope = {
  l: [3, 1, 2, 3],
  words: ['b', 'a'],
  users: [
    {name: 'ann', keys: ['k1', 'k2'], role: 'dev'},
    {name: 'bob', keys: ['k3'], role: 'ops'},
    {name: 'eve', role: 'dev'},
  ],
  d: {b: 1, a: {x: 1, y: 2}},
  e: {a: {y: 3}, c: 4},
};

type Row = readonly [source: string, value: unknown];

const expressions: readonly Row[] = [
  ['[1, [2, [3]]].flatten()', [1, 2, [3]]],
  ['[1, [2, [3]]].flatten(2)', [1, 2, 3]],
  ['parse_yaml("a: [1, x]").a', [1, 'x']],
  ['"%Y-%m-%d %H:%M:%S %j %a".strftime(1015218367)', '2002-03-04 05:06:07 063 Mon'],
  [
    '"hello world".password_hash("sha512", "abcdefgh")',
    '$6$abcdefgh$hFDitY/liWzpm0.RmThCqSGqUc1w9IslmxZUXxcCE2mj3qloB0LUkyLN4wiGCpMZQoodMSyUC2NEF2yBgNpu5/',
  ],
  ['"hello world".password_hash("sha256", "ab")', '$5$ab$Svggb46s3SEOj2mMFElkL03K8YmhqhiOYRhnomAXptB'],
  ['l.distinct()', [3, 1, 2]],
  ['l.unique().sort()', [1, 2, 3]],
  ['users.sort("role").map(u, u.name)', ['ann', 'eve', 'bob']],
  ['words.reverse()', ['a', 'b']],
  ['[l.first(), l.last(), l.min(), l.max(), l.sum()]', [3, 3, 1, 3, 9]],
  [
    '[l.slice(1), l.slice(1, 3)]',
    [
      [1, 2, 3],
      [1, 2],
    ],
  ],
  ['[1, 2].union([2, 3])', [1, 2, 3]],
  ['[1, 2].intersect([2, 3])', [2]],
  ['[1, 2].difference([2, 3])', [1]],
  ['[1, 2].symmetric_difference([2, 3])', [1, 3]],
  ['[[1].subset([1, 2]), [1].superset([1, 2])]', [true, false]],
  [
    'product([["a", "b"], [1, 2]])',
    [
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ],
  ],
  [
    'zip([["a", "b"], [1, 2, 3]])',
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  ['users.subelements("keys", true).map(p, p[0].name + p[1])', ['annk1', 'annk2', 'bobk3']],
  ['users.groupby("role").map(g, g[0] + string(size(g[1])))', ['dev2', 'ops1']],
  [
    '[range(3), range(2, 4), sequence(1, 3), sequence(4, 0, -2)]',
    [
      [0, 1, 2],
      [2, 3],
      [1, 2, 3],
      [4, 2, 0],
    ],
  ],
  ['words.random("seed") in words && words.random("seed") == words.random("seed")', true],
  ['words.shuffle("x").sort()', ['a', 'b']],
  ['[keys(d), values({"a": 1})]', [['b', 'a'], [1]]],
  [
    '[combine(d, e), combine(d, e, true).a]',
    [
      {b: 1, a: {y: 3}, c: 4},
      {x: 1, y: 3},
    ],
  ],
  ['dict2items({"a": 1})', [{key: 'a', value: 1}]],
  ['dict2items({"a": 1}, "name", "is")', [{name: 'a', is: 1}]],
  ['items2dict([{"key": "a", "value": 1}])', {a: 1}],
  [
    'dictsort({"b": 1, "a": 2})',
    [
      ['a', 2],
      ['b', 1],
    ],
  ],
  ['[to_json([1]), to_yaml({"a": [1]}), parse_json("[1]")]', ['[1]', 'a:\n  - 1', [1]]],
  [String.raw`"a\nb\n".splitlines()`, ['a', 'b']],
  ['["aBC".capitalize(), "web%02d-%s %.1f%%".format([7, "x", 2.5])]', ['Abc', 'web07-x 2.5%']],
  [String.raw`"a-b".regex_replace("(\\w)-(\\w)", "\\2$\\1x1")`, 'b$ax1'],
  [
    String.raw`["v1.2.3".regex_search("\\d+\\.\\d+"), "id=7".regex_search("id=(\\d)"), "x".regex_search("y")]`,
    ['1.2', '7', ''],
  ],
  [String.raw`["a1b2".regex_findall("\\d"), "a.b".regex_escape()]`, [['1', '2'], String.raw`a\.b`]],
  [
    '["é".b64encode(), "w6k=".b64decode(), "a".hash("sha1")]',
    ['w6k=', 'é', '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
  ],
  ['"x".to_uuid()', '66b2f013-1baa-5313-9c8c-e6f1182e0e90'],
  ['["/a/b.c".basename(), "/a/b.c".dirname(), path_join(["a", "b"])]', ['b.c', '/a', 'a/b']],
  ['"/a/b.tar.gz".splitext()', ['/a/b.tar', '.gz']],
  ['["a b".quote(), "a b/".urlencode(), "a%20b".urldecode()]', ["'a b'", 'a%20b%2F', 'a b']],
  ['["hostname", "port", "path"].map(p, "https://h:8080/x?y".urlsplit(p))', ['h', '8080', '/x']],
  [String.raw`["a\nb".indent(2), "a\n\nb".comment()]`, ['  a\n  b', '# a\n#\n# b']],
  ['[abs(-2), round(2.567, 1), to_bool("yes"), to_bool(0)]', [2, 2.6, true, false]],
  ['[human_to_bytes("1.5 GB"), human_readable(1610612736)]', [1610612736, '1.50 GB']],
  [
    '["10.1.2.3/24".ipaddr("network"), "10.1.2.3/24".ipaddr("netmask"), "10.1.2.3/24".ipaddr("prefix")]',
    ['10.1.2.0', '255.255.255.0', 24],
  ],
  [
    '["10.1.2.3/24".ipaddr("1"), "10.1.2.3/24".ipaddr("address"), "10.1.2.0/24".ipaddr("last_usable")]',
    ['10.1.2.1/24', '10.1.2.3', '10.1.2.254'],
  ],
  [
    '["fd00::1".ipwrap(), "10.0.0.1".ipwrap(), "fd00:0:0:0:1:0:0:1".ipaddr("address")]',
    ['[fd00::1]', '10.0.0.1', 'fd00::1:0:0:1'],
  ],
  [
    '["fd00::1".is_ip(), "fd00::1".is_ipv4(), "1.2.3.256".is_ip(), "::ffff:1.2.3.4".is_ipv6()]',
    [true, false, false, true],
  ],
  ['["10.1.2.3".in_network("10.0.0.0/8"), "fd00::1".in_network("10.0.0.0/8")]', [true, false]],
  [
    '["10.0.0.0/24".nthhost(5), "10.0.0.0/24".nthhost(-1), "10.0.0.0/16".ipsubnet(24, 2)]',
    ['10.0.0.5', '10.0.0.255', '10.0.2.0/24'],
  ],
  ['"10.0.0.0/255.255.0.0".ipsubnet(24)', 256],
  ['"10.0.0.1".ipaddr("revdns")', '1.0.0.10.in-addr.arpa.'],
];

const templates: readonly Row[] = [
  ['{{join (sort (unique l)) ","}}', '1,2,3'],
  ['{{join (map users "name") " "}}', 'ann bob eve'],
  ['{{join (map (selectattr users "role" "dev") "name") " "}}', 'ann eve'],
  ['{{join (map (rejectattr users "keys") "name") " "}}', 'eve'],
  ['{{#each (dict2items e)}}{{key}} {{/each}}', 'a c '],
  ['{{ternary (gt (length l) 3) "many" "few"}}', 'many'],
  ['{{add 1 2}} {{sub 1 2}} {{mul 2 3}} {{div 7 2}} {{mod 7 2}}', '3 -1 6 3 1'],
  ['{{#if (and (in 1 l) (contains words "a") (version "10.2" ">=" "9.1"))}}yes{{/if}}', 'yes'],
  ['{{regex_replace "a-b" "-" "+"}} {{ipwrap "fd00::1"}} {{capitalize "abc"}}', 'a+b [fd00::1] Abc'],
  ['{{indent "a" 2}} {{quote "a b"}} {{int "5"}}', "  a 'a b' 5"],
  ['{{combine d e true}}', {b: 1, a: {x: 1, y: 3}, c: 4}],
];

describe('functions of both languages', () => {
  for (const [source, value] of expressions) {
    it(`give in an expression ${source}`, () => {
      const expression = compileExpression(source);
      expect(expression.problems).to.deep.equal([]);
      expect(JSON.parse(JSON.stringify(expression.evaluate(scope)))).to.deep.equal(value);
    });
  }

  for (const [source, value] of templates) {
    it(`give in a template ${source}`, () => {
      const template = compileTemplate(source);
      expect(template.problems).to.deep.equal([]);
      expect(JSON.parse(JSON.stringify(template.render(scope)))).to.deep.equal(value);
    });
  }

  it('say what they cannot do with what they are given', () => {
    const fails = (source: string): string => {
      try {
        compileExpression(source).evaluate(scope);
        return '';
      } catch (error) {
        if (error instanceof SourceFailed) return error.message;
        throw error;
      }
    };
    expect(fails('[].first()')).to.equal('the list is empty');
    expect(fails('users.subelements("keys")')).to.equal('an item has no list "keys"');
    expect(fails('"%d".format(["x"])')).to.equal('%d wants a number, found "x"');
    expect(fails('"10.0.0.300".ipaddr("network")')).to.equal('"10.0.0.300" is no address');
    expect(fails('sequence(1, 5, 0)')).to.equal('a step of 0 never comes to an end');
    expect(fails('"x".hash("rot13")')).to.equal('there is no digest "rot13"');
    expect(() => compileTemplate('{{upper (keys words)}}').render(scope)).to.throw('expected a dict, found a list');
  });

  it('have one name each, and a line of documentation', () => {
    const names = sharedFunctions.map(({name}) => name);
    expect(names).to.deep.equal([...new Set(names)]);
    expect(sharedFunctions.filter(({summary}) => summary === '')).to.deep.equal([]);
  });
});
