import {expect} from 'chai';
import {placed, readCases} from './case.js';
import {readKnown} from './known.js';
import {passes} from './result.js';

const cases = readCases();
const ids = cases.map(({id}) => id);

describe('the cases that are compared with Ansible', () => {
  it('are four hundred and more', () => {
    expect(cases.length).to.be.greaterThan(400);
  });

  it('have names and folders of their own', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).to.deep.equal([]);
    expect(new Set(cases.map(({folder}) => folder)).size).to.equal(cases.length);
  });

  it('have tasks for both engines', () => {
    expect(cases.filter(({ansible, ours}) => ansible.length === 0 || ours.length === 0)).to.deep.equal([]);
  });

  it('look at what is theirs by words that are there', () => {
    for (const each of cases) {
      const text = JSON.stringify(placed(each, each, {local: '/local', url: 'http://web'}));
      expect(text, each.id).not.to.match(/\b(DIR|LOCAL|URL|FILES)\b/);
    }
  });

  it('differ only as cases that exist do, in ways that there are', () => {
    const aspects = [...passes, 'state', 'state again', 'values', 'refused', 'touched'];
    for (const {reason, cases: listed} of readKnown()) {
      expect(reason).not.to.equal('');
      expect(Object.keys(listed), reason).not.to.be.empty;
      for (const [id, ways] of Object.entries(listed)) {
        if (!id.startsWith('machine/')) expect(ids, reason).to.include(id);
        expect(aspects, id).to.include.members([...ways]);
      }
    }
  });
});
