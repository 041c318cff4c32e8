import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {homedir, userInfo} from 'node:os';
import {join} from 'node:path';
import type {ConnectionSettings} from './connection.js';
import {directiveReader, type DirectiveReader} from './directives.js';
import {jumpsOf} from './jumps.js';
import {readSshArguments} from './ssh-arguments.js';
import {checkingOf, variableReader} from './variable-reader.js';
import {expandTilde, type Directives, type Files} from './ssh-config.js';

/** What the command line and the controller bring. */
export interface SettingsOptions {
  readonly user?: string | undefined;
  readonly privateKey?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly password?: string | undefined;
  readonly becomePassword?: string | undefined;
  readonly controller?: Controller;
}

/** The controller's own surroundings. */
export interface Controller {
  readonly home: string;
  readonly userName: string;
  /** The socket of its SSH agent. */
  readonly agent: string | undefined;
  readonly files: Files;
}

/** What is wrong with a variable, in words. */
export interface SettingsProblem {
  readonly variable: string;
  readonly message: string;
}

/** Reads how a machine is reached from its variables, the command line and `~/.ssh/config`, in this order. */
export function settingsOf(
  machine: {readonly name: string; readonly variables: Readonly<Record<string, unknown>>},
  options: SettingsOptions = {},
): {readonly settings: ConnectionSettings; readonly problems: readonly SettingsProblem[]} {
  const controller = options.controller ?? thisController();
  const problems: SettingsProblem[] = [];
  const complain = (variable: string, message: string): void => {
    problems.push({variable, message});
  };
  const vars = variableReader(machine.variables, complain);
  const argumentText = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'].flatMap((variable) => {
    const text = vars.text(variable);
    if (text === undefined) return [];
    for (const problem of readSshArguments(text).problems) complain(variable, problem);
    return [text];
  });
  const given = readSshArguments(argumentText.join(' '));
  const host = vars.text('ansible_host') ?? machine.name;
  const user = vars.text('ansible_user', 'ansible_ssh_user') ?? options.user;
  const configFile = given.configFile ?? '~/.ssh/config';
  const config = directiveReader({given: given.directives, configFile, host, user, controller});
  if (config.one('proxycommand') !== undefined)
    complain('ansible_ssh_common_args', 'ProxyCommand is not supported: use ProxyJump');
  const base = sshSettings({
    name: machine.name,
    host,
    user,
    port: vars.whole('ansible_port', 'ansible_ssh_port'),
    config,
    controller,
  });
  const key = vars.text('ansible_ssh_private_key_file', 'ansible_private_key_file') ?? options.privateKey;
  const knownHosts = vars.text('ansible_ssh_known_hosts_file');
  const checking = vars.checking('ansible_host_key_checking');
  const asked = {
    ...(key !== undefined && {privateKeyFiles: [expandTilde(key, controller.home)]}),
    ...(knownHosts !== undefined && {knownHostsFiles: [expandTilde(knownHosts, controller.home)]}),
    ...(checking !== undefined && {hostKeyChecking: checking}),
    connectTimeout: vars.whole('ansible_ssh_timeout', 'ansible_timeout') ?? options.timeout ?? base.connectTimeout,
  };
  const jumps = jumpsOf(config.one('proxyjump'), (hop) => {
    const noArguments: Directives = new Map();
    const itsConfig = directiveReader({given: noArguments, configFile, host: hop.host, user: hop.user, controller});
    const its = sshSettings({name: machine.name, ...hop, config: itsConfig, controller});
    // A key named for the machine serves on the way to it as well.
    const privateKeyFiles = [...new Set([...(asked.privateKeyFiles ?? []), ...its.privateKeyFiles])];
    return {settings: {...its, ...asked, privateKeyFiles}, proxyJump: itsConfig.one('proxyjump')};
  });
  for (const problem of jumps.problems) complain('ansible_ssh_common_args', problem);
  const settings: ConnectionSettings = {
    ...base,
    ...asked,
    connection: vars.kind('ansible_connection'),
    password: vars.text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password') ?? options.password,
    becomePassword: vars.text('ansible_become_password', 'ansible_become_pass') ?? options.becomePassword,
    jumps: jumps.settings,
  };
  return {settings, problems};
}

interface SshSource {
  readonly name: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly config: DirectiveReader;
  readonly controller: Controller;
}

function sshSettings({name, host, user, port, config, controller}: SshSource): ConnectionSettings {
  const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((file) => join(controller.home, '.ssh', file));
  const keys = config.paths('identityfile');
  const knownHosts = config.paths('userknownhostsfile');
  const agent = config.one('identityagent');
  return {
    name,
    connection: 'ssh',
    address: config.one('hostname')?.replaceAll('%h', host) ?? host,
    port: port ?? config.number('port') ?? 22,
    user: user ?? config.one('user') ?? controller.userName,
    privateKeyFiles: keys.length > 0 ? keys : defaultKeys.filter((file) => controller.files.exists(file)),
    identitiesOnly: config.one('identitiesonly')?.toLowerCase() === 'yes',
    agent: agent === undefined || agent === 'SSH_AUTH_SOCK' ? controller.agent : noneIs(agent, controller.home),
    password: undefined,
    knownHostsFiles: [
      ...(knownHosts.length > 0 ? knownHosts : [join(controller.home, '.ssh', 'known_hosts')]),
      '/etc/ssh/ssh_known_hosts',
    ],
    hostKeyAlias: config.one('hostkeyalias'),
    hostKeyChecking: checkingOf(config.one('stricthostkeychecking')) ?? 'strict',
    connectTimeout: config.number('connecttimeout') ?? 10,
    keepalive: config.number('serveraliveinterval') ?? 10,
    becomePassword: undefined,
    jumps: [],
    lockFolders: ['/run/lock', '/var/lock', '/tmp'],
  };
}

function noneIs(path: string, home: string): string | undefined {
  return path === 'none' ? undefined : expandTilde(path, home);
}

function thisController(): Controller {
  return {
    home: homedir(),
    userName: userInfo().username,
    agent: process.env['SSH_AUTH_SOCK'],
    files: {
      read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
      list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
      exists: existsSync,
    },
  };
}
