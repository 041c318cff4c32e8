import {expect} from 'chai';
import {writeFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {CommandFailed, PlaceMissing} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, startServer, type TestServer} from './server.js';

// Stands for sudo: says who is asked for, asks for a password where one is needed, and runs the command.
const fakeSudo = `#!/bin/sh
prompt= user= ask=yes
while [ $# -gt 0 ]; do
case $1 in
-S|-H) ;;
-n) ask=no ;;
-p) prompt=$2; shift ;;
-u) user=$2; shift ;;
--) shift; break ;;
esac
shift
done
case $user in
free) ;;
locked)
[ $ask = yes ] || { echo "sudo: a password is required" >&2; exit 1; }
for i in 1 2 3; do
printf %s "$prompt" >&2
read -r given || exit 1
[ "$given" = 'right one' ] && break
echo "Sorry, try again." >&2
done ;;
forbidden) echo "tester is not in the sudoers file." >&2; exit 1 ;;
tty) echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1 ;;
*) echo "sudo: unknown user $user" >&2; exit 1 ;;
esac
BECAME=$user; export BECAME
exec "$@"
`;

describe('becoming another user', () => {
  let server: TestServer;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-sudo-'));
    writeFileSync(join(folder, 'sudo'), fakeSudo, {mode: 0o755});
    server = await startServer({path: folder});
  });
  after(async () => {
    await server.close();
    rmSync(folder, {recursive: true, force: true});
  });

  const as = async (user: string, password?: string): Promise<string> => {
    const machine = new Machine({...server.settings, becomePassword: password});
    try {
      return (await machine.host({user, context: 'plain'}).run('echo "$BECAME"')).stdout;
    } finally {
      await machine.close();
    }
  };

  it('works where sudo asks nothing', async () => {
    expect(await as('free')).to.equal('free\n');
  });

  it('sends no password where sudo asks none', async () => {
    expect(await as('free', 'right one')).to.equal('free\n');
  });

  it('answers when sudo asks', async () => {
    expect(await as('locked', 'right one')).to.equal('locked\n');
  });

  it('works for commands with input too', async () => {
    const machine = new Machine({...server.settings, becomePassword: 'right one'});
    const result = await machine.host({user: 'locked', context: 'plain'}).exec('cat; echo "$BECAME"', {input: 'in '});
    expect(result.stdout).to.equal('in locked\n');
    await machine.close();
  });

  it('says that the password is wrong, and tries it once only', async () => {
    const error = await rejection(as('locked', 'wrong one'));
    expect(error).to.be.instanceOf(CommandFailed).and.to.have.property('hint', 'the password given for sudo is wrong');
    expect(error.message).to.include('becoming "locked"');
    expect(error).to.have.nested.property('result.stderr', 'Sorry, try again.');
  });

  it('says that a password is needed', async () => {
    expect(await rejection(as('locked')))
      .to.have.property('hint')
      .that.includes('ansible_become_password');
  });

  it('says that sudoers has no line', async () => {
    expect(await rejection(as('forbidden', 'x')))
      .to.have.property('hint')
      .that.includes('sudoers');
  });

  it('says that sudo wants a terminal', async () => {
    expect(await rejection(as('tty', 'x')))
      .to.have.property('hint')
      .that.includes('!requiretty');
  });

  it('tells a user that does not exist from one that is forbidden', async () => {
    const error = await rejection(as('nobody-there'));
    expect(error).to.be.instanceOf(PlaceMissing);
    expect(error.message).to.include('nobody-there');
  });

  it('asks no sudo for the user who logs in', async () => {
    expect(await as('tester')).to.equal('\n');
  });

  it('uses a shell of its own for each user', async () => {
    const machine = new Machine({...server.settings, becomePassword: 'right one'});
    const {channels} = server.counts;
    const users = ['free', 'locked', 'free', undefined, 'locked'];
    const results = await Promise.all(
      users.map((user) => machine.host({user, context: 'plain'}).exec('echo "$BECAME"')),
    );
    expect(results.map(({stdout}) => stdout.trim())).to.deep.equal(['free', 'locked', 'free', '', 'locked']);
    expect(server.counts.channels - channels).to.equal(3);
    await machine.close();
  });
}).timeout(20_000);
