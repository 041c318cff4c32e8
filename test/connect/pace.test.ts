import {expect} from 'chai';
import {connectSsh} from '../../engine/connect/ssh.js';
import {startServer} from './server.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('logging in to many machines', () => {
  it('has a bound of those that do so at once, so that all are in within their time', async () => {
    let open!: () => void;
    const server = await startServer({opening: new Promise((resolve) => (open = resolve))});
    const links = Array.from({length: 150}, () => connectSsh(server.settings));
    while (server.counts.loggingIn < 64) await turn();
    for (let turns = 0; turns < 50; turns++) await turn();
    open();
    for (const link of await Promise.all(links)) link.close();
    expect(server.counts).to.include({connections: 150, loggingIn: 64});
    await server.close();
  });
});
