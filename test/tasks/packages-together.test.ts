import {expect} from 'chai';
import {joinPackages, planPackages, type PackageChange} from '../../tasks/package/plan.js';
import type {PackageWish} from '../../tasks/package/wish.js';

function planned(name: string, wish: Partial<PackageWish> = {}, isThere = false): PackageChange {
  const change = planPackages(
    {names: [name], state: isThere ? 'absent' : 'present', ...wish},
    {
      packages: [{name, manager: 'apt', installed: isThere}],
      ...(wish.updateCache === true ? {lists: {manager: 'apt', age: null}} : {}),
    },
  );
  if (change === undefined) throw new Error('nothing to do');
  return change;
}

describe('packages of two tasks', () => {
  it('are installed by one call of the manager, and removed by one', () => {
    expect(joinPackages(planned('a'), planned('b'))).to.include({
      summary: 'install a; install b',
    });
    expect(joinPackages(planned('a'), planned('b'))?.install).to.deep.equal(['a', 'b']);
    expect(joinPackages(planned('a'), planned('b'))?.makes).to.have.length(2);
    expect(joinPackages(planned('a', {}, true), planned('b', {}, true))?.remove).to.deep.equal(['a', 'b']);
  });

  it('are installed with what the first one fetches', () => {
    const joint = joinPackages(planned('a', {updateCache: true}), planned('b'));
    expect(joint).to.deep.include({refresh: true, install: ['a', 'b']});
  });

  it('are another call each where the second fetches lists, removes, or is called otherwise', () => {
    const others: readonly PackageChange[] = [
      planned('b', {updateCache: true}),
      planned('b', {}, true),
      planned('b', {recommends: false}),
      planned('b', {options: ['-o', 'APT::Default-Release=backports']}),
      {...planned('b'), verbs: ['upgrade']},
      {...planned('b'), manager: 'dnf'},
    ];
    for (const other of others) expect(joinPackages(planned('a'), other), other.summary).to.equal(undefined);
  });
});
