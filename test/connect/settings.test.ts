import {expect} from 'chai';
import {dirname, basename} from 'node:path';
import type {ConnectionSettings} from '../../engine/connect/connection.js';
import {settingsOf, type SettingsOptions} from '../../engine/connect/settings.js';

const home = '/home/ann';

function read(
  variables: Record<string, unknown>,
  more: SettingsOptions & {readonly files?: Readonly<Record<string, string>>} = {},
): ReturnType<typeof settingsOf> {
  const files = more.files ?? {};
  const controller = {
    home,
    userName: 'ann',
    agent: '/run/agent',
    files: {
      read: (path: string) => files[path],
      list: (folder: string) =>
        Object.keys(files)
          .filter((path) => dirname(path) === folder)
          .map((path) => basename(path)),
      exists: (path: string) => path in files,
    },
  };
  return settingsOf({name: 'cp1', variables}, {controller, ...more});
}

function settings(...args: Parameters<typeof read>): ConnectionSettings {
  const {settings: found, problems} = read(...args);
  expect(problems).to.deep.equal([]);
  return found;
}

const config = (text: string) => ({files: {[`${home}/.ssh/config`]: text}});

describe('connection settings', () => {
  it('are plain where nothing is said', () => {
    expect(settings({})).to.deep.equal({
      name: 'cp1',
      connection: 'ssh',
      address: 'cp1',
      port: 22,
      user: 'ann',
      privateKeyFiles: [],
      identitiesOnly: false,
      agent: '/run/agent',
      password: undefined,
      knownHostsFiles: [`${home}/.ssh/known_hosts`, '/etc/ssh/ssh_known_hosts'],
      hostKeyAlias: undefined,
      hostKeyChecking: 'strict',
      connectTimeout: 10,
      keepalive: 10,
      becomePassword: undefined,
      jumps: [],
      lockFolders: ['/run/lock', '/var/lock', '/tmp'],
    });
  });

  it('come from variables', () => {
    const found = settings({
      ansible_host: '10.0.0.1',
      ansible_port: '2222',
      ansible_user: 'root',
      ansible_ssh_pass: 'a',
      ansible_become_password: 'b',
      ansible_ssh_private_key_file: '~/key',
      ansible_ssh_known_hosts_file: '~/known',
      ansible_host_key_checking: 'accept-new',
    });
    expect(found).to.deep.include({
      address: '10.0.0.1',
      port: 2222,
      user: 'root',
      password: 'a',
      becomePassword: 'b',
      privateKeyFiles: [`${home}/key`],
      knownHostsFiles: [`${home}/known`],
      hostKeyChecking: 'accept-new',
    });
  });

  it('come from the command line where no variable says otherwise', () => {
    const options = {user: 'deploy', privateKey: '~/k', timeout: 3, becomePassword: 'p'};
    expect(settings({}, options)).to.deep.include({
      user: 'deploy',
      privateKeyFiles: [`${home}/k`],
      connectTimeout: 3,
      becomePassword: 'p',
    });
    expect(settings({ansible_user: 'root'}, options)).to.include({user: 'root'});
  });

  it('come from the SSH configuration', () => {
    const text = `
      Host cp*
        HostName %h.example.com
        User root
        Port 2022
        IdentityFile ~/.ssh/cluster
        IdentityFile %d/other-%r
        IdentitiesOnly yes
        UserKnownHostsFile ~/.ssh/a ~/.ssh/b
        StrictHostKeyChecking accept-new
        HostKeyAlias cluster
        ServerAliveInterval 5
        ConnectTimeout 7
      Host *
        User other`;
    expect(settings({}, config(text))).to.deep.include({
      address: 'cp1.example.com',
      user: 'root',
      port: 2022,
      privateKeyFiles: [`${home}/.ssh/cluster`, `${home}/other-root`],
      identitiesOnly: true,
      knownHostsFiles: [`${home}/.ssh/a`, `${home}/.ssh/b`, '/etc/ssh/ssh_known_hosts'],
      hostKeyChecking: 'accept-new',
      hostKeyAlias: 'cluster',
      keepalive: 5,
      connectTimeout: 7,
    });
    expect(settings({ansible_user: 'me', ansible_port: 22}, config(text))).to.include({user: 'me', port: 22});
  });

  it('look the machine up by the name that is connected to', () => {
    expect(settings({ansible_host: 'box'}, config('Host box\n  Port 99\nHost cp1\n  Port 1\n')).port).to.equal(99);
  });

  it('read included files', () => {
    const files = {
      [`${home}/.ssh/config`]: 'Include config.d/*.conf\nHost *\n  User late\n',
      [`${home}/.ssh/config.d/one.conf`]: 'Host cp1\n  User early\n',
      [`${home}/.ssh/config.d/note.txt`]: 'Host cp1\n  User never\n',
    };
    expect(settings({}, {files}).user).to.equal('early');
  });

  it('take the default keys that there are', () => {
    expect(settings({}, {files: {[`${home}/.ssh/id_rsa`]: 'x'}}).privateKeyFiles).to.deep.equal([
      `${home}/.ssh/id_rsa`,
    ]);
  });

  it('follow jumps, with their own settings', () => {
    const text =
      'Host far\n  ProxyJump near,me@mid:2200\nHost near\n  HostName 10.9.9.9\n  User gate\n  ProxyJump first\n';
    const {jumps} = settings({ansible_host: 'far', ansible_ssh_private_key_file: '/k'}, config(text));
    expect(jumps.map(({user, address, port}) => `${user}@${address}:${port}`)).to.deep.equal([
      'ann@first:22',
      'gate@10.9.9.9:22',
      'me@mid:2200',
    ]);
    expect(jumps[0]?.privateKeyFiles).to.deep.equal(['/k']);
  });

  it('tell of jumps in a circle', () => {
    const {problems} = read({}, config('Host cp1\n  ProxyJump a\nHost a\n  ProxyJump b\nHost b\n  ProxyJump a\n'));
    expect(problems[0]?.message).to.include('circle');
  });

  it('read arguments for ssh, quotes and all', () => {
    const text = `-o ProxyJump=ann@gate:2200 -oStrictHostKeyChecking=no -o "UserKnownHostsFile /dev/null" -C -o ControlMaster=auto -p 23 -i '~/my key'`;
    const found = settings({ansible_ssh_common_args: text});
    expect(found).to.deep.include({port: 23, hostKeyChecking: 'off', privateKeyFiles: [`${home}/my key`]});
    expect(found.knownHostsFiles[0]).to.equal('/dev/null');
    expect(found.jumps[0]).to.include({user: 'ann', address: 'gate', port: 2200});
  });

  it('read another configuration file where -F names one', () => {
    const files = {[`${home}/lab.cfg`]: 'Host cp1\n  Port 5\n'};
    expect(settings({ansible_ssh_common_args: '-F ~/lab.cfg'}, {files}).port).to.equal(5);
  });

  it('refuse what cannot be honoured, by name', () => {
    const messages = (text: string) => read({ansible_ssh_common_args: text}).problems.map(({message}) => message);
    expect(messages('-o ProxyCommand="nc %h %p"')).to.deep.equal(['ProxyCommand is not supported: use ProxyJump']);
    expect(messages('-o Tunnel=yes')).to.deep.equal(['the SSH option "tunnel" is not supported']);
    expect(messages('-L 1:b:2')[0]).to.equal('the SSH option "-L" is not supported');
    expect(messages('-o')).to.deep.equal(['the SSH option "-o" wants a value']);
  });

  it('complain of values that are of no use, each with its variable', () => {
    const {problems} = read({
      ansible_port: 'ssh',
      ansible_user: ['a'],
      ansible_host_key_checking: 'maybe',
      ansible_connection: 'docker',
    });
    expect(problems.map(({variable}) => variable)).to.have.members([
      'ansible_port',
      'ansible_user',
      'ansible_host_key_checking',
      'ansible_connection',
    ]);
  });

  it('know Ansible’s booleans for the key check', () => {
    expect(settings({ansible_host_key_checking: false}).hostKeyChecking).to.equal('off');
    expect(settings({ansible_host_key_checking: true}).hostKeyChecking).to.equal('strict');
  });

  it('know the machine itself', () => {
    expect(settings({ansible_connection: 'local'}).connection).to.equal('local');
  });
});
