import {expect} from 'chai';
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PlaceMissing} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, startServer, type TestServer} from './server.js';

// Stands for nsenter: says with which namespaces and for which process it was called, and runs the command.
const fakeNsenter = `#!/bin/sh
entered=
while [ $# -gt 0 ]; do
case $1 in
-t) entered="$entered $1 $2"; shift ;;
-*) entered="$entered $1" ;;
*) break ;;
esac
shift
done
ENTERED=$entered; export ENTERED
exec "$@"
`;

const runtimeFolder = `/run/user/${process.getuid?.() ?? 0}`;

/** Makes the user's runtime folder where nobody is logged in; tells how to take it away again. */
function withRuntimeFolder(test: Mocha.Context): () => void {
  if (existsSync(runtimeFolder)) return () => undefined;
  if (process.getuid?.() !== 0) {
    process.stderr.write(`SKIPPED: ${runtimeFolder} does not exist\n`);
    test.skip();
  }
  const made = mkdirSync(runtimeFolder, {recursive: true}) ?? runtimeFolder;
  return () => rmSync(made, {recursive: true});
}

let removeRuntimeFolder = (): void => undefined;

describe('the rootless namespace', () => {
  let server: TestServer;
  let folder: string;
  let machine: Machine;
  before(async function () {
    removeRuntimeFolder = withRuntimeFolder(this);
    folder = mkdtempSync(join(tmpdir(), 'u7s-ns-'));
    writeFileSync(join(folder, 'nsenter'), fakeNsenter, {mode: 0o755});
    server = await startServer({path: folder});
    machine = new Machine(server.settings);
  });
  after(async () => {
    await machine.close();
    await server.close();
    rmSync(folder, {recursive: true, force: true});
    removeRuntimeFolder();
  });
  const inside = (state: string) => machine.host({context: 'namespace', rootlessStateDir: join(folder, state)});
  const state = (name: string, pid: string): void => {
    mkdirSync(join(folder, name), {recursive: true});
    writeFileSync(join(folder, name, 'child_pid'), pid);
  };

  it('is entered with the namespaces that differ, for the process that rootlesskit names', async () => {
    state('one', String(process.pid));
    const {stdout, code} = await inside('one').exec('echo "$ENTERED"; exit 6');
    expect(stdout.trim()).to.equal(`-U --preserve-credentials -m -n -t ${process.pid} --wd=/`);
    expect(code).to.equal(6);
  });

  it('is the new one after rootlesskit was started again', async () => {
    state('two', String(process.pid));
    await inside('two').exec(':');
    state('two', `${process.ppid}\n`);
    expect((await inside('two').exec('echo "$ENTERED"')).stdout).to.include(`-t ${process.ppid} `);
  });

  it('takes input and files like any other place', async () => {
    state('three', String(process.pid));
    const file = join(folder, "it's a file");
    await inside('three').put(file, Buffer.from([0, 1, 2]), {mode: '0600'});
    expect([...(await inside('three').fetch(file))]).to.deep.equal([0, 1, 2]);
    expect((await inside('three').exec('cat', {input: 'x'})).stdout).to.equal('x');
  });

  it('takes a script of a megabyte', async () => {
    state('long', String(process.pid));
    const result = await inside('long').exec(`${'# some padding that makes it long\n'.repeat(32768)}cat; exit 5`, {
      input: 'x',
    });
    expect(result).to.deep.equal({code: 5, stdout: 'x', stderr: ''});
  });

  it('is missing where rootlesskit is not running, and says so', async () => {
    state('gone', '999999999');
    for (const name of ['none', 'gone']) {
      const error = await rejection(inside(name).exec('echo no'));
      expect(error).to.be.instanceOf(PlaceMissing);
      expect(error).to.have.property('hint').that.includes('rootlesskit');
    }
  });

  it('passes the status of a script that ends like a missing place', async () => {
    state('four', String(process.pid));
    expect(await inside('four').exec('exit 78')).to.include({code: 78});
  });
}).timeout(20_000);

describe('a place', () => {
  it('brings variables of its own', async () => {
    const server = await startServer();
    const machine = new Machine(server.settings);
    const host = machine.host({context: 'plain', environment: {A: 'place', B: 'place'}});
    expect((await host.exec('echo "$A $B"', {environment: {B: 'call'}})).stdout).to.equal('place call\n');
    await machine.close();
    await server.close();
  });

  it('is a session with its bus for context user', async function () {
    const remove = withRuntimeFolder(this);
    const server = await startServer();
    const machine = new Machine(server.settings);
    const {stdout} = await machine.host({context: 'user'}).exec('echo "$XDG_RUNTIME_DIR $DBUS_SESSION_BUS_ADDRESS"');
    expect(stdout).to.match(/^(\/run\/user\/\d+) unix:path=\1\/bus\n$/);
    await machine.close();
    await server.close();
    remove();
  });
}).timeout(20_000);
