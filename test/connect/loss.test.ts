import {expect} from 'chai';
import {once} from 'node:events';
import {existsSync, readFileSync} from 'node:fs';
import {createServer, type AddressInfo} from 'node:net';
import {join} from 'node:path';
import {Unreachable} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, startServer, type ServerOptions, type TestServer} from './server.js';

/** Whether a process still does anything: one that is only remembered counts as ended. */
function runs(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
}

describe('a connection that is lost', () => {
  const servers: TestServer[] = [];
  const machines: Machine[] = [];
  const start = async (options: ServerOptions = {}): Promise<TestServer> => {
    const server = await startServer(options);
    servers.push(server);
    return server;
  };
  const machineOn = (...args: ConstructorParameters<typeof Machine>): Machine => {
    const machine = new Machine(...args);
    machines.push(machine);
    return machine;
  };
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  /** Resolves when the command has made the file. */
  const begun = async (file: string): Promise<void> => {
    while (!existsSync(file)) await new Promise((resolve) => setImmediate(resolve));
  };

  it('rejects what runs, and says what that was', async () => {
    const server = await start();
    const host = machineOn(server.settings).host({context: 'plain'});
    const flag = join(server.folder, 'begun');
    const running = rejection(host.exec(`: >${flag}; sleep 20`, {label: 'the long command'}));
    const behind = rejection(host.exec('echo behind'));
    await begun(flag);
    server.cut();
    const error = await running;
    expect(error).to.be.instanceOf(Unreachable).and.to.include({host: 'w1', during: 'the long command'});
    expect(error.message).to.match(/lost|closed/);
    expect(await behind).to.include({during: 'echo behind'});
  });

  it('rejects a transfer in the middle', async () => {
    const server = await start();
    const host = machineOn(server.settings).host({context: 'plain'});
    const flag = join(server.folder, 'begun');
    const running = rejection(host.exec(`: >${flag}; cat; sleep 20`, {input: 'x'}));
    await begun(flag);
    server.cut();
    expect(await running).to.be.instanceOf(Unreachable);
  });

  it('is made again at the next use, and tells of both', async () => {
    const server = await start();
    const seen: string[] = [];
    const machine = machineOn(server.settings, {
      onConnected: () => seen.push('connected'),
      onLost: () => seen.push('lost'),
    });
    const host = machine.host({context: 'plain'});
    await host.exec(':');
    server.cut();
    while (!seen.includes('lost')) await new Promise((resolve) => setImmediate(resolve));
    expect((await host.exec('echo again')).stdout).to.equal('again\n');
    expect(seen).to.deep.equal(['connected', 'lost', 'connected']);
  });

  it('is waited for by until', async () => {
    const server = await start();
    const host = machineOn(server.settings).host({context: 'plain'});
    const log = join(server.folder, 'log');
    await host.exec(':');
    const waiting = host.until(`echo x >>${log}; [ $(wc -l <${log}) -ge 3 ]`, {timeout: 20, every: 0.05, what: 'it'});
    await begun(log);
    server.cut();
    expect(await waiting).to.include({code: 0});
    expect(server.counts.connections).to.equal(2);
  });

  it('is tried again when the machine hangs up at once, as sshd does with too many at a time', async () => {
    const server = await start({dropFirst: 2});
    expect((await machineOn(server.settings).host({context: 'plain'}).exec('echo in')).stdout).to.equal('in\n');
  }).timeout(5000);

  it('is given up at once when the machine is no longer wanted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const {port} = silent.address() as AddressInfo;
    const server = await start();
    const machine = machineOn({...server.settings, port, connectTimeout: 60});
    const asked = rejection(machine.host({context: 'plain'}).exec(':'));
    await once(silent, 'connection');
    await machine.close();
    expect(await asked).to.be.instanceOf(Unreachable);
    silent.close();
  });

  it('is given up when nothing listens', async () => {
    const server = await start();
    const settings = {...server.settings, port: 1};
    const error = await rejection(machineOn(settings).host({context: 'plain'}).exec(':'));
    expect(error).to.be.instanceOf(Unreachable);
    expect(error.message).to.equal('nothing listens at 127.0.0.1 port 1');
  });

  it('tells which ways to log in were tried', async () => {
    const server = await start();
    const settings = {...server.settings, privateKeyFiles: ['/no/such/key'], password: 'wrong'};
    const error = await rejection(machineOn(settings).host({context: 'plain'}).exec(':'));
    expect(error.message).to.include('tester@127.0.0.1 refuses the login');
    expect(error.message).to.include('key /no/such/key (no such file), password');
  });

  it('logs in by a password', async () => {
    const server = await start({password: 'secret'});
    const settings = {...server.settings, privateKeyFiles: [], password: 'secret'};
    expect(await machineOn(settings).host({context: 'plain'}).exec('exit 3')).to.include({code: 3});
  });

  it('leads through a jump host', async () => {
    const jump = await start();
    const server = await start();
    const settings = {...server.settings, jumps: [jump.settings]};
    expect((await machineOn(settings).host({context: 'plain'}).exec('echo far')).stdout).to.equal('far\n');
    expect([jump.counts.connections, server.counts.channels]).to.deep.equal([1, 1]);
  });

  it('makes do with few channels by closing an idle shell', async () => {
    const server = await start({maxSessions: 1});
    const host = machineOn(server.settings).host({context: 'plain'});
    await host.exec(':');
    expect((await host.exec('cat', {input: 'x'})).stdout).to.equal('x');
    expect((await host.exec('echo y')).stdout).to.equal('y\n');
  });

  it('names MaxSessions when no channel is left', async () => {
    const server = await start({maxSessions: 0});
    const error = await rejection(machineOn(server.settings).host({context: 'plain'}).exec(':'));
    expect(error).to.be.instanceOf(Unreachable).and.to.have.property('hint').that.includes('MaxSessions');
  });

  it('is not needed by commands with input beyond the number of channels', async () => {
    const server = await start();
    const host = machineOn(server.settings).host({context: 'plain'});
    const inputs = Array.from({length: 20}, (_, index) => String(index));
    const results = await Promise.all(inputs.map((input) => host.exec('cat', {input})));
    expect(results.map(({stdout}) => stdout)).to.deep.equal(inputs);
  }).timeout(5000);

  it('ends what runs when cancelled', async () => {
    const server = await start();
    const machine = machineOn(server.settings);
    const flag = join(server.folder, 'pid');
    const host = machine.host({context: 'plain'});
    const running = rejection(host.exec(`sh -c 'echo $$ >${flag}.new; mv ${flag}.new ${flag}; sleep 50'; echo more`));
    await begun(flag);
    await machine.cancel();
    expect((await running).message).to.equal('the command was cancelled');
    expect(runs(readFileSync(flag, 'utf8').trim())).to.equal(false);
    expect((await host.exec('echo usable')).stdout).to.equal('usable\n');
  });
}).timeout(20_000);
