import {expect} from 'chai';
import {scene} from './rig.js';

describe('a check', () => {
  it('plans each task against the machine as the tasks before it would leave it', async () => {
    const {check, run, machine} = await scene(`
- hosts: all
  tasks:
    - name: Write the unit
      file: {path: /units/web, text: unit}
    - name: Start it
      service: {name: web}
    - name: Have it
      file: {path: /units/web, text: unit}
`);
    const checked = await check();
    expect(checked.lines).to.deep.equal(['h1: Write the unit → would-change', 'h1: Start it → would-change', 'h1: Have it → ok']);
    expect(machine('h1').files.size).to.equal(0);
    const done = await run();
    expect(done.lines).to.deep.equal(['h1: Write the unit → changed', 'h1: Start it → changed', 'h1: Have it → ok']);
    expect((await run()).lines.every((line) => line.endsWith('ok'))).to.equal(true);
  });
});
