import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {makeLean} from '../../engine/connect/lean-client.js';
import {connectSsh} from '../../engine/connect/ssh.js';
import {keyPair, startServer} from './server.js';

describe('logging in', () => {
  for (const clientKey of ['ed25519', 'rsa'] as const)
    it(`signs with a key that lies here without asking whether it would do: ${clientKey}`, async () => {
      const server = await startServer({clientKey});
      (await connectSsh(server.settings)).close();
      expect(server.counts).to.include({connections: 1, asked: 0});
      await server.close();
    });

  it('goes on with the next key where one does not do', async () => {
    const server = await startServer();
    const other = join(server.folder, 'other');
    writeFileSync(other, keyPair().private, {mode: 0o600});
    (await connectSsh({...server.settings, privateKeyFiles: [other, ...server.settings.privateKeyFiles]})).close();
    expect(server.counts).to.include({connections: 1, asked: 0});
    await server.close();
  });
});

describe('a lean client', () => {
  it('asks for no proof of the keys that a server tells of', () => {
    const heard: unknown[] = [];
    const handlers = {GLOBAL_REQUEST: (_: unknown, name: unknown) => heard.push(name)};
    makeLean({_protocol: {_handlers: handlers}});
    handlers.GLOBAL_REQUEST('protocol', 'hostkeys-00@openssh.com');
    handlers.GLOBAL_REQUEST('protocol', 'keepalive@openssh.com');
    expect(heard).to.deep.equal(['keepalive@openssh.com']);
  });

  it('is left as it is where the library is made in another way', () => {
    expect(() => makeLean({_protocol: {}})).not.to.throw();
    expect(() => makeLean({})).not.to.throw();
  });
});
