import {expect} from 'chai';
import {readFileSync, writeFileSync} from 'node:fs';
import {Unreachable} from '../../engine/host.js';
import type {ConnectionSettings} from '../../engine/connect/connection.js';
import {fingerprint, knownHostsLine} from '../../engine/connect/known-hosts.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, someKey, startServer, type TestServer} from './server.js';

describe("a machine's key", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(() => server.close());

  const connect = async (change: Partial<ConnectionSettings> = {}): Promise<string> => {
    const machine = new Machine({...server.settings, ...change});
    try {
      return (await machine.host({context: 'plain'}).exec('echo in')).stdout;
    } finally {
      await machine.close();
    }
  };
  const name = (): string => `[127.0.0.1]:${server.port}`;

  it('is refused when it has changed, with the line that knows the former one', async () => {
    writeFileSync(server.knownHosts, `# first line\n${knownHostsLine(name(), someKey())}`);
    const error = await rejection(connect());
    expect(error).to.be.instanceOf(Unreachable);
    expect(error.message).to.include('has changed').and.include(fingerprint(server.hostKey));
    expect(error).to.have.property('hint').that.includes(`${server.knownHosts}:2`).and.includes('ssh-keygen -R');
  });

  it('is refused when it is unknown, with its fingerprint and what to do', async () => {
    writeFileSync(server.knownHosts, '');
    const error = await rejection(connect());
    expect(error.message).to.include('not known').and.include(fingerprint(server.hostKey));
    expect(error).to.have.property('hint').that.includes('accept-new');
    expect(readFileSync(server.knownHosts, 'utf8')).to.equal('');
  });

  it('is refused when only an authority is known, which is told', async () => {
    writeFileSync(server.knownHosts, `@cert-authority ${knownHostsLine('*', someKey())}`);
    expect(await rejection(connect()))
      .to.have.property('hint')
      .that.includes('certificates are not supported');
  });

  it('is remembered by accept-new, then known', async () => {
    writeFileSync(server.knownHosts, '');
    expect(await connect({hostKeyChecking: 'accept-new'})).to.equal('in\n');
    expect(readFileSync(server.knownHosts, 'utf8')).to.equal(knownHostsLine(name(), server.hostKey));
    expect(await connect()).to.equal('in\n');
  });

  it('is refused by accept-new too when it has changed', async () => {
    writeFileSync(server.knownHosts, knownHostsLine(name(), someKey()));
    expect((await rejection(connect({hostKeyChecking: 'accept-new'}))).message).to.include('has changed');
  });

  it('is looked up under an alias', async () => {
    writeFileSync(server.knownHosts, knownHostsLine('its-alias', server.hostKey));
    expect(await connect({hostKeyAlias: 'its-alias'})).to.equal('in\n');
  });

  it('is not asked for when checking is off', async () => {
    writeFileSync(server.knownHosts, knownHostsLine(name(), someKey()));
    expect(await connect({hostKeyChecking: 'off'})).to.equal('in\n');
  });
}).timeout(20_000);
