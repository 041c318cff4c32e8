import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import type {Host} from '../../engine/host.js';
import {describeOnShells, local, refusal, taskOf, type Args} from './on-shells.js';
import {performOn, planOn, readFacts} from './perform.js';
import {registry} from '../../tasks/index.js';

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIFgQ';
const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIFgR';

describeOnShells('questions, scripts, keys and clones', ({host, folder, perform}) => {
  const output = async (name: string, args: Args): Promise<Record<string, unknown>> => {
    const {module, args: checked} = taskOf(name, args);
    return {...module.output?.(checked, await readFacts(host, module, checked))};
  };

  it('gets an answer', async () => {
    expect((await perform('ping', {})).change).to.equal(undefined);
    expect(await output('ping', {data: 'here'})).to.deep.equal({ping: 'here'});
  });
  it('asks the name service', async () => {
    const root = await output('getent', {database: 'passwd', key: 'root'});
    expect(root['entries']).to.have.nested.property('root[1]', '0');
    expect(root).to.have.nested.property('ansible_facts.getent_passwd.root');
    expect(await output('getent', {database: 'group', key: 'no-such', fail_key: false})).to.deep.include({
      entries: {'no-such': null},
    });
    expect(await refusal(perform('getent', {database: 'passwd', key: '-rf $(id)'}))).to.include('is not in');
    const all = await output('getent', {database: 'passwd'});
    expect(Object.keys(all['entries'] as object)).to.include.members(['root', 'daemon']);
  });
  it('runs a script of the controller with its words and takes it away', async () => {
    const path = join(folder(), "it's.sh");
    const made = join(folder(), 'made here');
    writeFileSync(path, '#!/bin/sh\nprintf "%s|" "$@"; cat; dirname "$0" >"$FOLDER/place"; touch "$1"\n');
    const cmd = {source: local(path), words: `"${made}" '$(id)' -x`};
    const task = {...taskOf('script', {cmd, stdin: 'in', creates: made}), kinds: registry.kinds};
    const withFolder: Host = {
      ...host,
      exec: (text, options) => host.exec(text, {...options, environment: {FOLDER: folder()}}),
      run: (text, options) => host.run(text, {...options, environment: {FOLDER: folder()}}),
    };
    const {values, again} = await performOn(withFolder, task);
    expect(values).to.include({rc: 0, stdout: `${made}|$(id)|-x|in`});
    expect(again).to.equal(undefined);
    expect(existsSync(readFileSync(join(folder(), 'place'), 'utf8').trim())).to.equal(false);
  });
  it('knows the keys of hosts', async () => {
    const path = join(folder(), 'known');
    const line = `git.example.org,192.0.2.1 ssh-ed25519 ${other} old`;
    writeFileSync(path, `# mine\n@revoked git.example.org ssh-ed25519 ${other}\n${line}\nelse ssh-ed25519 ${key}\n`);
    const args = {name: 'git.example.org', path, key: `git.example.org ssh-ed25519 ${key} new\n`};
    await perform('known_hosts', args);
    expect(readFileSync(path, 'utf8').split('\n').slice(2, -1)).to.deep.equal([
      `192.0.2.1 ssh-ed25519 ${other} old`,
      `else ssh-ed25519 ${key}`,
      `git.example.org ssh-ed25519 ${key} new`,
    ]);
    await perform('known_hosts', {...args, hash_host: true});
    expect(readFileSync(path, 'utf8')).to.match(/^\|1\|\S+\|\S+ ssh-ed25519 \S+FgQ$/m);
    expect(execFileSync('ssh-keygen', ['-F', 'git.example.org', '-f', path]).toString()).to.include(key);
    expect((await perform('known_hosts', args)).change).to.equal(undefined);
    await perform('known_hosts', {name: 'git.example.org', path, state: 'absent'});
    expect(readFileSync(path, 'utf8')).to.not.include('|1|');
    expect(await refusal(perform('known_hosts', {...args, key: `else ssh-ed25519 ${key}`}))).to.include('is not of');
    expect(await refusal(perform('known_hosts', {...args, key: 'ssh-ed25519 x'}))).to.include('is no line');
  });
  it('keeps jobs of cron in a file', async () => {
    const path = join(folder(), 'cron file');
    const job = {cron_file: path, user: 'root'};
    await perform('cron', {...job, name: "say it's", job: 'echo "$(id)"', minute: '*/5', hour: 3});
    await perform('cron', {...job, name: 'MAILTO', job: 'me', env: true});
    await perform('cron', {...job, name: 'daily', job: 'true', special_time: 'daily', disabled: true});
    expect(readFileSync(path, 'utf8')).to.equal(
      'MAILTO="me"\n#Ansible: say it\'s\n*/5 3 * * * root echo "$(id)"\n#Ansible: daily\n#@daily root true\n',
    );
    expect(statSync(path).mode & 0o777).to.equal(0o644);
    await perform('cron', {...job, name: "say it's", state: 'absent'});
    expect(readFileSync(path, 'utf8')).to.equal('MAILTO="me"\n#Ansible: daily\n#@daily root true\n');
    await perform('cron', {cron_file: path, state: 'absent'});
    expect(existsSync(path)).to.equal(false);
  });
  it('keeps mounts in fstab', async () => {
    const fstab = join(folder(), 'fstab');
    writeFileSync(fstab, '# mine\nLABEL=old /srv/a\\040b ext4 ro 0 2\n');
    const args = {path: '/srv/a b', src: 'LABEL=new', fstype: 'ext4', fstab, state: 'present', boot: false};
    await perform('mount', args);
    expect(readFileSync(fstab, 'utf8')).to.equal('# mine\nLABEL=new /srv/a\\040b ext4 defaults,noauto 0 0\n');
    await perform('mount', {path: 'none', src: '/dev/x', fstype: 'swap', opts: 'sw', fstab, state: 'present'});
    await perform('mount', {path: 'none', src: '/dev/y', fstype: 'swap', opts: 'sw', fstab, state: 'present'});
    await perform('mount', {path: '/srv/a b', fstab, state: 'absent_from_fstab'});
    expect(readFileSync(fstab, 'utf8')).to.equal('# mine\n/dev/x none swap sw 0 0\n/dev/y none swap sw 0 0\n');
  });
  it('mounts and unmounts', async () => {
    const path = join(folder(), 'it is', 'here');
    const args = {path, src: 'u7s-test', fstype: 'tmpfs', opts: 'size=1m'};
    await perform('mount', {...args, state: 'ephemeral'});
    expect(readFileSync('/proc/self/mounts', 'utf8')).to.include('it\\040is/here');
    expect(await refusal(perform('mount', {...args, src: 'else', state: 'ephemeral'}))).to.include('is mounted at');
    await perform('mount', {...args, state: 'unmounted'});
    expect((await perform('mount', {...args, state: 'unmounted'})).change).to.equal(undefined);
  });
  it('says what is missing where git is not, and clones where it is', async () => {
    const hasGit = (await host.exec('command -v git')).code === 0;
    const [repo, dest] = [join(folder(), "re po's"), join(folder(), 'clone $(id)')];
    if (!hasGit) {
      expect(await refusal(perform('git', {repo, dest}))).to.equal('git is not on this machine');
      return;
    }
    const inRepo = (...words: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-C', repo, ...words])
        .toString()
        .trim();
    mkdirSync(repo);
    execFileSync('git', ['init', '-q', '-b', 'main', repo]);
    const commit = (text: string): string => {
      writeFileSync(join(repo, 'file'), text);
      inRepo('add', 'file');
      inRepo('commit', '-q', '-m', text);
      return inRepo('rev-parse', 'HEAD');
    };
    const first = commit('one');
    inRepo('tag', 'v1', '-a', '-m', 'v1');
    const {values} = await perform('git', {repo, dest});
    expect(values).to.deep.equal({before: null, after: first, remote_url_changed: false});
    const second = commit('two');
    expect((await perform('git', {repo, dest})).values).to.include({before: first, after: second});
    expect(readFileSync(join(dest, 'file'), 'utf8')).to.equal('two');
    await perform('git', {repo, dest, version: 'v1'});
    expect(readFileSync(join(dest, 'file'), 'utf8')).to.equal('one');
    writeFileSync(join(dest, 'file'), 'mine');
    expect(await refusal(perform('git', {repo, dest, version: second}))).to.include('not committed');
    await perform('git', {repo, dest, version: second, force: true});
    expect(readFileSync(join(dest, 'file'), 'utf8')).to.equal('two');
    expect((await perform('git', {repo, dest, update: false, version: second})).change).to.equal(undefined);
    expect(await refusal(perform('git', {repo, dest, version: 'nope'}))).to.include("no branch, tag or commit 'nope'");
    expect(await refusal(perform('git', {repo: '/none', dest: `${dest}2`}))).to.include('cannot be read');
    await perform('git', {repo, dest: join(folder(), 'bare'), bare: true});
    await perform('git', {repo: `file://${repo}`, dest: join(folder(), 'shallow'), depth: 1, version: 'main'});
    expect(readdirSync(folder()).filter((name) => name.includes('u7s'))).to.deep.equal([]);
  });
  it('plans a job in a table of cron only where there is crontab', async () => {
    const hasCrontab = (await host.exec('command -v crontab')).code === 0;
    const task = taskOf('cron', {name: 'u7s test', job: 'true', user: 'root'});
    const planned = hasCrontab ? (await planOn(host, task))?.summary : await refusal(planOn(host, task));
    expect(planned).to.include(hasCrontab ? "have the job 'u7s test'" : 'no crontab');
  });
});
