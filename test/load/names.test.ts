import {expect} from 'chai';
import {magicNames as known} from '../../engine/graph/variables.js';
import {magicNames} from '../../engine/load/names.js';
import {registry} from '../../tasks/index.js';

describe('the names in scope', () => {
  it('are documented, each in a sentence', () => {
    expect(magicNames.every(({description}) => /^[A-Z].*\.$/.test(description))).to.equal(true);
  });

  it('are those that the graph knows, and the facts that stand in scope', () => {
    const names = magicNames.map(({name}) => name);
    expect([...known, ...Object.keys(registry.variables)].sort()).to.deep.equal(names.sort());
  });
});
