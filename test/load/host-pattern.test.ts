import {expect} from 'chai';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BadInput} from '../../engine/diagnostic.js';
import {selectHosts} from '../../engine/load/host-pattern.js';
import type {Inventory} from '../../engine/load/project.js';

const groups: Readonly<Record<string, readonly string[]>> = {
  all: ['lb1', 'cp1', 'cp2', 'w1', 'w2', 'w3'],
  masters: ['cp1', 'cp2'],
  workers: ['w1', 'w2', 'w3'],
  prod: ['lb1', 'cp1', 'w1'],
  empty: [],
};
const inventory: Inventory = {
  sources: ['hosts.yml'],
  hosts: new Map([...(groups['all'] ?? []), 'localhost'].map((name) => [name, {name, groups: [], layers: []}])),
  groups: new Map(Object.entries(groups)),
  tree: new Map(),
};

function problemOf(pattern: string): string {
  try {
    selectHosts(inventory, pattern);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.diagnostics
      .map(({at, message, hint}) => `${at?.column ?? 0}+${at?.length ?? 0} ${message}; ${hint ?? ''}`)
      .join('\n');
  }
  return 'no problem';
}

describe('a host pattern', () => {
  const selected: readonly (readonly [pattern: string, hosts: string])[] = [
    ['all', 'lb1 cp1 cp2 w1 w2 w3'],
    ['*', 'lb1 cp1 cp2 w1 w2 w3'],
    ['w2', 'w2'],
    ['workers:masters', 'w1 w2 w3 cp1 cp2'],
    ['workers, lb1', 'w1 w2 w3 lb1'],
    ['workers:&prod', 'w1'],
    ['all:!masters:!w3', 'lb1 w1 w2'],
    ['all,!masters', 'lb1 w1 w2 w3'],
    ['!masters', 'lb1 w1 w2 w3'],
    ['&prod', 'lb1 cp1 w1'],
    ['w*', 'w1 w2 w3'],
    ['*2', 'cp2 w2'],
    ['w[!3]', 'w1 w2'],
    ['workers[0-1]', 'w1 w2'],
    ['w?:!w[!1]', 'w1'],
    ['~(cp|w)1$', 'cp1 w1'],
    ['~w[1-2]:!w2', 'w1'],
    ['workers[0]', 'w1'],
    ['workers[-1]', 'w3'],
    ['workers[0:1]', 'w1 w2'],
    ['workers[1:]', 'w2 w3'],
    ['workers[:1]', 'w1 w2'],
    ['master*[1]', 'cp2'],
    ['localhost', 'localhost'],
  ];
  for (const [pattern, hosts] of selected) {
    it(`${pattern} selects ${hosts}`, () => {
      expect(selectHosts(inventory, pattern).join(' ')).to.equal(hosts);
    });
  }

  const refused: readonly (readonly [pattern: string, problem: string])[] = [
    ['wokers', '1+6 "wokers" names no host and no group; did you mean "workers"?'],
    ['all:!mastres', '6+7 "mastres" in the pattern "all:!mastres" names no host and no group; did you mean "masters"?'],
    [
      'workers:&masters',
      '1+16 pattern "workers:&masters" matches no host; its parts have no host in common, or exclude all of them',
    ],
    ['empty', '1+5 pattern "empty" matches no host; the group is there but has no hosts'],
    ['workers[7]', '1+10 "workers[7]" picks nothing: "workers" has 3 hosts; the first one has the number 0'],
    ['~[', '1+2 "[" is no regular expression; error parsing regexp: missing closing ]: `[`'],
    ['~1$', '1+3 no host and no group matches the regular expression "1$"; it must match from the first character on'],
    ['127.0.0.1', '1+9 "127.0.0.1" names no host and no group; the controller is "localhost"'],
    ['@/dev/null', '1+10 file "/dev/null" of host patterns names no host; '],
    ['@nowhere', '1+8 file "nowhere" of host patterns cannot be read; '],
  ];
  for (const [pattern, problem] of refused) {
    it(`${pattern} is refused`, () => {
      expect(problemOf(pattern)).to.equal(problem);
    });
  }

  it('takes patterns from a file, a line each, and tells the line of what is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'u7s-pattern-'));
    const file = join(folder, 'site.retry');
    try {
      writeFileSync(file, '# failed\nw1\n\nmasters:!cp1 # one\n');
      expect(selectHosts(inventory, `@${file}`)).to.deep.equal(['w1', 'cp2']);
      expect(selectHosts(inventory, `all:!@${file}`)).to.deep.equal(['lb1', 'cp1', 'w2', 'w3']);
      writeFileSync(file, 'w1\nw7\nx\n');
      expect(problemOf(`@${file}`).split('\n')).to.deep.equal([
        '1+2 "w7" names no host and no group; did you mean "w1"?',
        '1+1 "x" names no host and no group; groups: all masters workers prod empty',
      ]);
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  it('says that no inventory was given', () => {
    const nothing: Inventory = {...inventory, sources: [], groups: new Map([['all', []]])};
    for (const pattern of ['web', 'all'])
      expect(() => selectHosts(nothing, pattern))
        .to.throw(BadInput)
        .with.nested.property('diagnostics[0].hint', 'no inventory was given: -i FILE, or -i "host1,host2,"');
  });

  it('with a hostile regular expression is answered at once', () => {
    const host = 'a'.repeat(40);
    const one: Inventory = {
      ...inventory,
      hosts: new Map([[host, {name: host, groups: [], layers: []}]]),
      groups: new Map([['all', [host]]]),
    };
    expect(() => selectHosts(one, '~(a+)+b')).to.throw(BadInput);
  });

  it('tells all names that are wrong at once', () => {
    expect(problemOf('wokers:mastres').split('\n')).to.have.length(2);
  });
});
