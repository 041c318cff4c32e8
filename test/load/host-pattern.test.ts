import {expect} from 'chai';
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
  sources: [],
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
    ['workers:masters', 'cp1 cp2 w1 w2 w3'],
    ['workers, lb1', 'lb1 w1 w2 w3'],
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
    ['~[', '1+2 "[" is no regular expression; '],
    ['@nowhere', '1+8 file "nowhere" of host patterns cannot be read; '],
  ];
  for (const [pattern, problem] of refused) {
    it(`${pattern} is refused`, () => {
      expect(problemOf(pattern)).to.equal(problem);
    });
  }

  it('tells all names that are wrong at once', () => {
    expect(problemOf('wokers:mastres').split('\n')).to.have.length(2);
  });
});
