import {expect} from 'chai';
import {inventoryOf} from './inventory.js';
import {addHosts, nameIn, planLab} from './plan.js';

describe('the plan of a lab', () => {
  it('gives hosts of a known role the same address always, and others the next free one', () => {
    const plan = addHosts(planLab('u7s', '10.77.0.0/24'), ['a', 'w2', 'lb1', 'cp1', 'b']);
    expect(plan.hosts.map(({name, address}) => `${name} ${address}`)).to.deep.equal([
      'a 10.77.0.101',
      'w2 10.77.0.22',
      'lb1 10.77.0.31',
      'cp1 10.77.0.11',
      'b 10.77.0.102',
    ]);
  });

  it('gives a host a second address where it is asked for', () => {
    const plan = addHosts(planLab('u7s', '10.77.0.0/24'), ['cp1+101', 'a']);
    expect(plan.hosts).to.deep.equal([
      {name: 'cp1', address: '10.77.0.11', second: '10.77.0.101'},
      {name: 'a', address: '10.77.0.102'},
    ]);
    expect(nameIn('cp1+101')).to.equal('cp1');
    expect(() => nameIn('cp1+300')).to.throw("'cp1+300' is no name for a host");
  });

  it('keeps the addresses of hosts that it knows', () => {
    const plan = addHosts(planLab('u7s', '10.77.0.0/24'), ['a', 'b']);
    expect(addHosts(plan, ['b', 'c']).hosts.slice(0, 2)).to.deep.equal(plan.hosts);
  });

  it('names the bridge after the lab', () => {
    expect(planLab('dev', '10.78.0.0/24').bridge).to.equal('dev0');
  });

  for (const name of ['', 'Dev', '../x', 'a-b', 'toolonganame']) {
    it(`refuses the name '${name}'`, () => {
      expect(() => planLab(name, '10.78.0.0/24')).to.throw(`'${name}' is no name for a lab`);
    });
  }

  for (const subnet of ['10.78.0.1/24', '10.78.0.0/16', '10.300.0.0/24', 'ten']) {
    it(`refuses the network '${subnet}'`, () => {
      expect(() => planLab('dev', subnet)).to.throw(`'${subnet}' is no network for a lab`);
    });
  }

  it('refuses a host name that could leave its folder', () => {
    expect(() => addHosts(planLab('dev', '10.78.0.0/24'), ['../etc'])).to.throw("'../etc' is no name for a host");
  });

  it('sorts its hosts into the groups of the inventory', () => {
    const text = inventoryOf(addHosts(planLab('u7s', '10.77.0.0/24'), ['lb1', 'cp1', 'w1', 'w2', 'x']));
    expect(text).to.contain(
      '    workers:\n      hosts:\n        w1: {ansible_host: 10.77.0.21}\n        w2: {ansible_host: 10.77.0.22}\n',
    );
    expect(text).to.contain('    others:\n      hosts:\n        x: {ansible_host: 10.77.0.101}\n');
  });
});
