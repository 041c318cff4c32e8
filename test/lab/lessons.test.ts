import {execFile} from 'node:child_process';
import {chmodSync, cpSync, readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {expect} from 'chai';
import {packageRoot} from '../../engine/root.js';
import {createProgram, mainFile, type Ended, type Program} from '../cli/program.js';
import {readLessons} from '../playbooks/lessons.js';
import {withLab, words} from './lab-machines.js';

const folder = join(packageRoot, 'playbooks');
const lessons = readLessons(readFileSync(join(folder, 'README.md'), 'utf8'));

describe('the lessons, on real hosts', function () {
  this.timeout(300_000);
  const here = withLab({name: 'hless', subnet: '10.50.0.0/24'});
  let program: Program;

  before(() => {
    program = createProgram();
    cpSync(join(folder, 'lessons'), program.folder, {recursive: true});
    const {key, knownHosts} = here.lab.files;
    program.write(
      'hosts.yml',
      readFileSync(join(folder, 'lessons/hosts.yml'), 'utf8')
        .replace(/(?<=private_key_file: ).*/, JSON.stringify(key))
        .replace(/(?<=known_hosts_file: ).*/, JSON.stringify(knownHosts))
        .replace(/(?<=web1: .ansible_host: )[\d.]+/, here.lab.host('one').address)
        .replace(/(?<=web2: .ansible_host: )[\d.]+/, here.lab.host('two').address),
    );
    program.write('bin/u7s-play', `#!/bin/sh\nexec "${process.execPath}" "${mainFile}" "$@"\n`);
    chmodSync(join(program.folder, 'bin/u7s-play'), 0o755);
  });
  after(() => {
    (program as Program | undefined)?.remove();
  });

  /** Types a line into a shell where `u7s-play` is the program under test; both outputs come as one. */
  function type(line: string): Promise<Ended> {
    const path = `${join(program.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
    const env = {...process.env, PATH: path, XDG_STATE_HOME: join(program.folder, 'state'), NO_COLOR: '1'};
    return new Promise((resolve) => {
      const child = execFile('/bin/sh', ['-c', `{ ${line}; } 2>&1`], {cwd: program.folder, env}, (_, stdout) => {
        resolve({code: child.exitCode, stdout, stderr: ''});
      });
    });
  }

  const onBoth = (script: string): Promise<readonly string[]> =>
    Promise.all(['one', 'two'].map((name) => words(here.machine(name).host({context: 'plain'}), script)));

  const places = '/etc /srv /home /usr /opt /root /var/lib/systemd';

  for (const {title, run, commands} of lessons) {
    it(title, async () => {
      for (const {line, shows} of commands) {
        const watched = line.includes(' --check') || line === run;
        if (watched) await onBoth('touch /run/before; sleep 0.05');
        const {code, stdout} = await type(line);
        expect(code, `${line}\n${stdout}`).to.equal(0);
        const printed = stdout.split('\n').map((each) => each.trimEnd());
        expect(printed, `${line}\n${stdout}`).to.include.members([...shows]);
        if (!watched) continue;
        const touched = (await onBoth(`find ${places} -newercm /run/before`)).join('');
        if (line !== run) expect(touched, line).to.equal('');
        else if (/ changed=[1-9]/.test(stdout)) expect(touched, line).not.to.equal('');
      }
      const {code, stdout} = await type(run);
      expect(code, stdout).to.equal(0);
      const recap = [...stdout.matchAll(/^web\d +: .* changed=(\d+) .* failed=(\d+)/gm)];
      expect(recap, stdout).not.to.have.length(0);
      for (const [line, changed, failed] of recap) expect([changed, failed], line).to.deep.equal(['0', '0']);
    });
  }
});
