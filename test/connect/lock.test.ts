import {expect} from 'chai';
import {existsSync, readdirSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {Unreachable} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, startServer, type TestServer} from './server.js';

describe("a machine's lock", () => {
  let server: TestServer;
  const machines: Machine[] = [];
  const run = (name: string) => {
    const machine = new Machine(server.settings, {patience: 3});
    machines.push(machine);
    const holder = {run: name, controller: 'laptop', user: 'ann', since: new Date().toISOString()};
    return {machine, holder, lock: () => machine.lock(holder)};
  };
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()));
    await server.close();
  });

  it('is for one run at a time, and says who holds it', async () => {
    const first = run('run-1');
    const second = run('run-2');
    expect(await first.lock()).to.deep.equal({status: 'taken'});
    expect(await second.lock()).to.deep.equal({status: 'held', by: first.holder});
  });

  it('is free when the run has ended', async () => {
    const first = run('run-1');
    await first.lock();
    await first.machine.close();
    expect(await run('run-2').lock()).to.deep.equal({status: 'taken'});
  });

  it('is held as long as anything of a lost run still runs', async () => {
    const first = run('run-1');
    await first.lock();
    const flag = join(server.folder, 'flag');
    const host = first.machine.host({context: 'plain'});
    void host.exec(`: >${flag}; while [ -e ${flag} ]; do sleep 0.02; done`).catch(() => undefined);
    while (!existsSync(flag)) await new Promise((resolve) => setImmediate(resolve));
    server.cut();
    const second = run('run-2');
    expect(await second.lock()).to.deep.equal({status: 'held', by: first.holder});
    await second.machine.host({context: 'plain'}).exec(`rm ${flag}`);
    for (;;) if ((await second.lock()).status === 'taken') break;
  });

  it('is held by shells that were opened before and after it was taken', async () => {
    const {machine, lock} = run('run-1');
    const login = machine.host({context: 'plain'});
    await login.exec(':');
    await lock();
    const held = 'readlink /proc/$$/fd/9';
    expect((await login.exec(held)).stdout).to.include('u7s-play.lock');
    expect((await login.exec('readlink /proc/self/fd/9', {input: 'x'})).stdout).to.include('u7s-play.lock');
  });

  /** As if the holder had given no sign of life for so many seconds. */
  const age = (seconds: number): void => {
    const [note] = readdirSync(server.folder).filter((name) => name.startsWith('u7s-play.lock.'));
    const time = Date.now() / 1000 - seconds;
    utimesSync(join(server.folder, note ?? ''), time, time);
  };

  it('is taken from a run that vanished without a word, and that run hears of it', async () => {
    const first = run('run-1');
    await first.lock();
    await first.machine.host({context: 'plain'}).exec(':');
    age(100);
    const second = run('run-2');
    expect(await second.lock()).to.deep.include({status: 'held'});
    age(200);
    expect(await second.lock()).to.deep.equal({status: 'taken'});
    const error = await rejection(first.machine.host({context: 'plain'}).exec('echo too late'));
    expect(error).to.be.instanceOf(Unreachable);
    expect(error.message).to.include('run-2 of ann on laptop took');
  }).timeout(5000);

  it('is taken at once from idle shells of a run that is known to have ended, and only then', async () => {
    const first = run('run-1');
    await first.lock();
    age(5);
    const {machine, holder, lock} = run('run-2');
    expect(await lock()).to.deep.include({status: 'held'});
    expect(await machine.lock(holder, {isGone: true})).to.deep.equal({status: 'taken'});
  }).timeout(5000);

  it('is not taken from a run of which something still runs', async () => {
    const first = run('run-1');
    await first.lock();
    const flag = join(server.folder, 'flag');
    const host = first.machine.host({context: 'plain'});
    const running = host.exec(`: >${flag}; while [ -e ${flag} ]; do sleep 0.02; done; echo done`);
    while (!existsSync(flag)) await new Promise((resolve) => setImmediate(resolve));
    age(1000);
    const second = run('run-2');
    expect(await second.lock()).to.deep.include({status: 'held'});
    await second.machine.host({context: 'plain'}).exec(`rm ${flag}`);
    expect((await running).stdout).to.equal('done\n');
  });

  it('is taken again after a loss, once what was left has ended', async () => {
    const {machine, lock} = run('run-1');
    await lock();
    const host = machine.host({context: 'plain'});
    const flag = join(server.folder, 'flag');
    const lost = host.exec(`: >${flag}; sleep 0.6; rm ${flag}`).catch(() => undefined);
    while (!existsSync(flag)) await new Promise((resolve) => setImmediate(resolve));
    server.cut();
    await lost;
    expect((await host.exec(`[ -e ${flag} ] && echo still || echo ended`)).stdout).to.equal('ended\n');
    expect((await run('run-2').lock()).status).to.equal('held');
  }).timeout(5000);
}).timeout(20_000);
