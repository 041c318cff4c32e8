import {expect} from 'chai';
import {Machine} from '../../engine/connect/machine.js';
import type {Timing} from '../../engine/timing.js';
import {settingsFor, startServer} from './server.js';

describe('what a machine is asked', () => {
  it('is told with its times: the connection with its key exchange, each shell and each script', async () => {
    const server = await startServer();
    const timings: Timing[] = [];
    const machine = new Machine(server.settings, {onTiming: (timing) => timings.push(timing)});
    try {
      await machine.host({context: 'plain'}).exec('true', {label: 'nothing'});
      await machine.host({context: 'plain'}).exec('true', {label: 'nothing more'});
    } finally {
      await machine.close();
      await server.close();
    }
    expect(timings.map((timing) => (timing.kind === 'connect' ? timing.kind : timing.what))).to.deep.equal([
      'connect',
      `shell of ${server.settings.user}`,
      'nothing',
      'nothing more',
    ]);
    const [connect] = timings;
    expect(connect)
      .to.have.property('handshaken')
      .that.is.within(connect?.begun ?? 0, connect?.ended ?? 0);
    for (const {begun, ended} of timings) expect(ended).to.be.at.least(begun);
  });

  it('has no key exchange where nothing is logged in to', async () => {
    const timings: Timing[] = [];
    const machine = new Machine(settingsFor(), {onTiming: (timing) => timings.push(timing)});
    await machine.host({context: 'plain'}).exec('true');
    await machine.close();
    expect(timings[0]).to.include({kind: 'connect', handshaken: undefined});
  });
});
