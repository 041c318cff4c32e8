import {expect} from 'chai';
import {unitFact} from '../../tasks/facts/unit.js';

/** A `systemctl show` that tells each unit once, like the real one: those of a pattern before the others. */
function answered(names: readonly string[]): string {
  const block = (name: string, active: string): string =>
    `Id=${name}\nLoadState=loaded\nActiveState=${active}\nNeedDaemonReload=no\n`;
  return names.map((name) => block(name, name.startsWith('on') ? 'active' : 'inactive')).join('\n');
}

describe('the facts of units', () => {
  it('are told apart though all units are asked for beside them', () => {
    const keys = [{name: '*'}, {name: 'off'}, {name: 'on'}];
    const script = unitFact.script(keys);
    expect(script.split('\n').filter((line) => line.includes(' show '))).to.have.lengthOf(2);
    const stdout = `system\n${answered(['off.service', 'on.service'])}=all\n${answered(['z.service', 'on.service'])}=end\n`;
    const states = unitFact.parse(keys, {code: 0, stdout, stderr: ''});
    expect(states.map(({active}) => active).slice(1)).to.deep.equal(['inactive', 'active']);
    expect(states[0]).to.include({load: 'loaded', needsReload: false});
  });

  it('say that there is no manager where none answers', () => {
    const states = unitFact.parse([{name: 'a'}, {name: '*'}], {
      code: 0,
      stdout: 'system\n=none\n=all\n=none\n=end\n',
      stderr: '',
    });
    expect(states.map(({load}) => load)).to.deep.equal(['no-manager', 'no-manager']);
  });
});
