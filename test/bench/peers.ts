import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ansibleSettings, haveAnsible} from '../ansible/ansible.js';
import {cacheFolder} from '../lab/folders.js';
import type {Lab} from '../lab/lab.js';
import {withLock} from '../lab/lock.js';
import {command} from '../lab/process.js';
import {measured, type Taken} from './measure.js';
import type {Tasks} from './tasks.js';

/** Another engine, ready to perform the tasks of the bench on all hosts of a lab. */
export interface Peer {
  readonly name: string;
  readonly run: () => Promise<Taken>;
}

/** pyinfra in a virtual environment of its own, made at first use. Resolves with its folder. */
export async function havePyinfra(report: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), '.pyinfra');
  await withLock(join(cacheFolder(), '.pyinfra.lock'), report, async () => {
    if (existsSync(join(folder, 'bin/pyinfra'))) return;
    report('making a virtual environment with pyinfra (once)');
    await command(['python3', '-m', 'venv', folder], {timeout: 120});
    await command([join(folder, 'bin/python'), '-m', 'pip', 'install', '-q', 'pyinfra'], {timeout: 600});
  });
  return folder;
}

async function versionOf(folder: string, name: string): Promise<string> {
  const find = `import importlib.metadata as m; print(m.version(${JSON.stringify(name)}))`;
  return `${name} ${(await command([join(folder, 'bin/python'), '-c', find])).trim()}`;
}

/** Makes ansible-core with pipelining, mitogen and pyinfra ready, each as its guide advises for speed: all hosts at once, one connection a host. */
export async function havePeers(
  lab: Lab,
  {
    folder,
    tasks,
    inventory,
    report,
  }: {
    readonly folder: string;
    readonly tasks: Tasks;
    readonly inventory: string;
    readonly report: (line: string) => void;
  },
): Promise<readonly Peer[]> {
  mkdirSync(folder, {recursive: true});
  const [ansible, pyinfra] = [await haveAnsible(report), await havePyinfra(report)];
  const settingsOf = async (plain: boolean): Promise<string> => {
    const text = await ansibleSettings(ansible, {sshConfig: lab.files.config, plain});
    const file = join(folder, plain ? 'ansible.cfg' : 'mitogen.cfg');
    writeFileSync(
      file,
      text
        .replace(/^stdout_callback.*\n/m, '')
        .replace('[defaults]', `[defaults]\ntimeout = 60\nforks = ${Math.max(5, lab.hosts.length)}`),
    );
    return file;
  };
  const byAnsible = async (plain: boolean): Promise<Peer> => {
    const settings = await settingsOf(plain);
    return {
      name: await versionOf(ansible, plain ? 'ansible-core' : 'mitogen'),
      run: () =>
        measured([join(ansible, 'bin/ansible-playbook'), '-i', inventory, tasks.ansible], {
          ANSIBLE_CONFIG: settings,
          PYTHONWARNINGS: 'ignore',
        }),
    };
  };
  const pyInventory = join(folder, 'inventory.py');
  writeFileSync(pyInventory, pyinfraInventory(lab));
  return [
    await byAnsible(true),
    await byAnsible(false),
    {
      name: await versionOf(pyinfra, 'pyinfra'),
      // It writes a log where it is started.
      run: () => measured(['env', '-C', folder, join(pyinfra, 'bin/pyinfra'), '-y', pyInventory, tasks.pyinfra]),
    },
  ];
}

/** The text of an inventory of pyinfra. */
export function pyinfraInventory({hosts, files}: Pick<Lab, 'hosts' | 'files'>): string {
  const entries = hosts.map(({name, address}) => `("${name}", {"ssh_hostname": "${address}"})`);
  const login = {ssh_user: 'root', ssh_key: files.key, ssh_known_hosts_file: files.knownHosts};
  return `bench = ([${entries.join(', ')}], ${JSON.stringify(login)})\n`;
}
