import {expect} from 'chai';
import {CommandFailed, type Host} from '../../engine/host.js';
import {Machine} from '../../engine/connect/machine.js';
import {rejection, settingsFor, startServer, type TestServer} from './server.js';

let server: TestServer;

for (const connection of ['ssh', 'local'] as const) {
  describe(`exec by ${connection}`, () => {
    let machine: Machine;
    let host: Host;
    before(async () => {
      server = await startServer();
      machine = new Machine(connection === 'ssh' ? server.settings : settingsFor());
      host = machine.host({context: 'plain'});
    });
    after(async () => {
      await machine.close();
      await server.close();
    });

    it('gives code, stdout and stderr apart', async () => {
      const result = await host.exec('echo out; echo err >&2; exit 3');
      expect(result).to.deep.equal({code: 3, stdout: 'out\n', stderr: 'err\n'});
    });

    it('neither trims nor adds anything', async () => {
      const result = await host.exec(`printf '  a\\n\\n'; printf ' b' >&2`);
      expect(result).to.deep.equal({code: 0, stdout: '  a\n\n', stderr: ' b'});
    });

    it('keeps nothing of a command for the next one', async () => {
      await host.exec('cd /tmp; x=1; export x; umask 077; f() { :; }; set -- a b');
      const {stdout} = await host.exec('pwd; umask; echo "[$x] $# [$OLDPWD]"; command -v f');
      expect(stdout).to.match(/^\/.*\n0022\n\[\] 0 \[\]\n$/);
      expect(stdout).not.to.match(/^\/tmp\n/);
    });

    it('survives exit, set -e, an error of syntax and a command that is not there', async () => {
      const codes = await Promise.all(
        ['exit 7', 'set -e; false; echo no', 'if', 'no-such-command', 'kill -9 $(sh -c "echo \\$PPID")'].map(
          async (script) => (await host.exec(script)).code,
        ),
      );
      expect(codes).to.deep.equal([7, 1, 2, 127, 137]);
      expect((await host.exec('echo there')).stdout).to.equal('there\n');
    });

    it('runs traps when a script ends', async () => {
      expect((await host.exec(`trap 'echo bye' EXIT; echo hi`)).stdout).to.equal('hi\nbye\n');
    });

    it('gives an empty standard input, so that nothing eats the next command', async () => {
      const results = await Promise.all(['cat', 'read x; echo "[$x]"', 'echo next'].map((script) => host.exec(script)));
      expect(results.map(({stdout}) => stdout)).to.deep.equal(['', '[]\n', 'next\n']);
    });

    it('answers in order when many are asked at once', async () => {
      const results = await Promise.all(
        Array.from({length: 50}, (_, index) => host.exec(`echo ${index}; echo e${index} >&2`)),
      );
      expect(results.map(({stdout}) => Number(stdout))).to.deep.equal(results.map((_, index) => index));
      expect(results.map(({stderr}) => stderr)).to.deep.equal(results.map((_, index) => `e${index}\n`));
    });

    it('decodes UTF-8 over the borders of chunks', async () => {
      const {stdout} = await host.exec(`i=0; while [ $i -lt 3000 ]; do printf 'é€😀a'; i=$((i+1)); done`);
      expect(stdout).to.equal('é€😀a'.repeat(3000));
    });

    it('passes scripts with quotes, newlines and every kind of character', async () => {
      const text = `it's "$HOME" \`id\` \\ é😀\n\ttab`;
      expect((await host.exec(`cat <<'EOF'\n${text}\nEOF`)).stdout).to.equal(`${text}\n`);
    });

    it('runs a script of a megabyte, with an input beside it', async () => {
      const script = `x=1\n${'# some padding that makes it long\n'.repeat(32768)}echo "long $x"; cat; exit 5`;
      const result = await host.exec(script, {input: 'input'});
      expect(result).to.deep.equal({code: 5, stdout: 'long 1\ninput', stderr: ''});
    });

    it('runs scripts of any length with a bound of time, and leaves nothing of them where others could see it', async () => {
      const padding = '# some padding that makes it long\n';
      const seen = `for f in /proc/$$/environ /proc/$$/cmdline; do tr '\\0' '\\n' <$f | grep -c padding; done`;
      for (const script of ['', padding.repeat(3000), padding.repeat(32768)]) {
        const result = await host.exec(`${script}${seen}; sh -c 'ls /proc/$$/fd/3' 2>/dev/null; exit 6`, {timeout: 60});
        expect(result, `${script.length} bytes`).to.deep.equal({code: 6, stdout: '0\n0\n', stderr: ''});
      }
    });

    it('gives a bounded script its input', async () => {
      const result = await host.exec('read line; echo "[$line]"; cat', {timeout: 60, input: 'one\ntwo\n'});
      expect(result).to.deep.equal({code: 0, stdout: '[one]\ntwo\n', stderr: ''});
    });

    it('does not run an input that its command leaves unread', async () => {
      const result = await host.exec('exit 0', {input: 'echo EXECUTED\n'.repeat(1000)});
      expect(result).to.deep.equal({code: 0, stdout: '', stderr: ''});
    });

    it('bounds what it keeps and says so', async () => {
      const result = await host.exec('head -c 20000000 /dev/zero | tr "\\0" x; echo end');
      expect(result.truncated).to.equal(true);
      expect(result.stdout.length).to.be.within(8e6, 9e6);
      expect(result.stdout).to.match(/left out\]\nx+end\n$/);
      expect(await host.exec('echo after')).to.deep.equal({code: 0, stdout: 'after\n', stderr: ''});
    }).timeout(10_000);

    it('sets variables, quoted', async () => {
      const {stdout} = await host.exec('printf %s "$WORD"', {environment: {WORD: `it's "$x"\n`}});
      expect(stdout).to.equal(`it's "$x"\n`);
    });

    it('refuses a variable whose name sh does not take', async () => {
      expect((await rejection(host.exec(':', {environment: {'A B': ''}}))).message).to.include('"A B"');
    });

    it('has the sbin folders in its path and speaks plain C', async () => {
      const {stdout} = await host.exec('echo "$PATH $LC_ALL"');
      expect(stdout).to.match(/\/usr\/sbin\b.* C\n$/);
    });

    it('ends a command after its time', async () => {
      expect((await host.exec('echo begun; sleep 30', {timeout: 1})).code).to.equal(124);
    }).timeout(5000);

    it('shows no script to the other users of the machine', async () => {
      const {stdout} = await host.exec(
        `tr '\\0' ' ' </proc/$$/cmdline; cat /proc/[0-9]*/cmdline | tr '\\0' ' '; : a-secret`,
        {timeout: 20},
      );
      expect(stdout).to.include('/bin/sh').and.not.include('a-secret');
    });

    it('rejects what failed with its command, code and stderr', async () => {
      const error = await rejection(host.run('echo why >&2; exit 1\necho more', {label: 'doing it'}));
      expect(error).to.be.instanceOf(CommandFailed).and.to.have.property('message', 'doing it exited with 1');
      expect(error).to.have.nested.property('result.stderr', 'why\n');
    });

    it('waits until a script succeeds, and shows the wait', async () => {
      const waits: string[] = [];
      const waiting = machine.host({context: 'plain'}, {progress: (what) => waits.push(what)});
      const file = `${server.folder}/${connection}-counter`;
      const result = await waiting.until(`echo x >>${file}; [ $(wc -l <${file}) -ge 3 ] && echo done`, {
        timeout: 20,
        every: 0.01,
        what: 'three',
      });
      expect(result.stdout).to.equal('done\n');
      expect(waits).to.deep.equal(['three', 'three']);
    });

    it('looks again soon where no pace is asked for', async () => {
      const file = `${server.folder}/${connection}-soon`;
      await host.until(`echo x >>${file}; [ $(wc -l <${file}) -ge 3 ]`, {timeout: 1, what: 'three lines'});
    });

    it('gives a wait up at its end, with what the last attempt said', async () => {
      const error = await rejection(host.until('echo no >&2; exit 4', {timeout: 0.05, every: 0.02, what: 'never'}));
      expect(error.message).to.include('never').and.include('0.05 s');
      expect(error).to.have.nested.property('result.stderr', 'no\n');
    });
  }).timeout(20_000);
}

describe('pipelining', () => {
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  it('writes many commands without waiting for an answer', async () => {
    const machine = new Machine(server.settings);
    const host = machine.host({context: 'plain'});
    await host.exec(':');
    const before = server.counts.writes;
    const reads = Array.from({length: 20}, () => host.exec('echo x'));
    await reads[0];
    expect(server.counts.writes - before).to.equal(20);
    await Promise.all(reads);
    await machine.close();
  });

  it('opens one connection and one channel for all of a user', async () => {
    const {connections, channels} = server.counts;
    const machine = new Machine(server.settings);
    await Promise.all(Array.from({length: 5}, () => machine.host({context: 'plain'}).exec(':')));
    expect(server.counts).to.include({connections: connections + 1, channels: channels + 1});
    await machine.close();
  });
}).timeout(20_000);
