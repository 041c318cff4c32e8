import {createHash} from 'node:crypto';
import {access, mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder} from '../lab/folders.js';
import {withLock} from '../lab/lock.js';
import {command, tryCommand} from '../lab/process.js';
import type {PassResults, Said, TaskResult} from './result.js';

/** What is compared with. */
export const core = 'ansible-core>=2.19,<2.20';
// It carries Ansible's own modules to the host, about five times as fast as Ansible does.
const carrier = 'mitogen>=0.3.54,<0.4';
// The package `ansible` has the collections.
const collections = {requirement: 'ansible>=12,<13', names: ['ansible/posix', 'community/general']};

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// Another recipe makes another environment.
const complete = `complete-${createHash('sha256')
  .update(JSON.stringify([core, carrier, collections]))
  .digest('hex')
  .slice(0, 12)}`;

/** Ansible in a virtual environment of its own, beside the lab's caches; made at first use. Resolves with its folder. */
export async function haveAnsible(report: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), '.ansible');
  await mkdir(cacheFolder(), {recursive: true});
  await withLock(join(cacheFolder(), '.ansible.lock'), report, async () => {
    if (await isThere(join(folder, complete))) return;
    report('making a virtual environment with ansible-core (once)');
    await rm(folder, {recursive: true, force: true});
    const python = join(folder, 'bin/python');
    await command(['python3', '-m', 'venv', folder], {timeout: 120});
    await command([python, '-m', 'pip', 'install', '-q', core, carrier], {timeout: 600});
    const wheels = join(folder, 'wheels');
    const download = ['download', '-q', '--no-deps', '-d', wheels, collections.requirement] as const;
    await command([python, '-m', 'pip', ...download], {timeout: 600});
    const unpack = `
import glob, sysconfig, zipfile
names = tuple('ansible_collections/' + name + '/' for name in ${JSON.stringify(collections.names)})
with zipfile.ZipFile(glob.glob(${JSON.stringify(wheels)} + '/*.whl')[0]) as wheel:
    wheel.extractall(sysconfig.get_paths()['purelib'], [name for name in wheel.namelist() if name.startswith(names)])
`;
    await command([python, '-c', unpack], {timeout: 300});
    await rm(wheels, {recursive: true});
    await command(['touch', join(folder, complete)]);
  });
  return folder;
}

export interface AnsibleRun {
  /** The folder of its virtual environment. */
  readonly ansible: string;
  /** The text of `ansibleSettings`, in a file. */
  readonly settings: string;
  readonly playbook: string;
  readonly inventory: string;
  readonly check: boolean;
}

/** An ansible.cfg: results as lines of JSON; modules carried by mitogen, or (plain) by Ansible itself. `ansible` is the folder of its virtual environment. */
export async function ansibleSettings(
  ansible: string,
  {sshConfig, plain}: {readonly sshConfig: string; readonly plain: boolean},
): Promise<string> {
  const find = "import ansible_mitogen; print(ansible_mitogen.__path__[0] + '/plugins/strategy')";
  const plugins = (await command([join(ansible, 'bin/python'), '-c', find])).trim();
  return [
    '[defaults]',
    'stdout_callback = ansible.posix.jsonl',
    'interpreter_python = /usr/bin/python3',
    'retry_files_enabled = false',
    ...(plain ? [] : [`strategy_plugins = ${plugins}`, 'strategy = mitogen_linear', 'deprecation_warnings = false']),
    '[ssh_connection]',
    'pipelining = true',
    `ssh_args = -F ${sshConfig} -o ControlMaster=auto -o ControlPersist=60s`,
    '',
  ].join('\n');
}

interface Line {
  readonly _event: string;
  readonly task?: {readonly name: string};
  readonly hosts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const saidBy: Readonly<Record<string, Said>> = {
  v2_runner_on_ok: 'ok',
  v2_runner_on_failed: 'failed',
  v2_runner_on_skipped: 'skipped',
  v2_runner_on_unreachable: 'unreachable',
};

/** The results in the lines that Ansible's callback `ansible.posix.jsonl` prints. */
export function resultsOfAnsible(text: string): PassResults {
  const results = new Map<string, TaskResult>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('{')) continue;
    const {_event, task, hosts} = JSON.parse(line) as Line;
    const said = saidBy[_event];
    const values = Object.values(hosts ?? {})[0];
    if (said === undefined || task === undefined || values === undefined) continue;
    results.set(task.name, {
      said: said === 'ok' && values['changed'] === true ? 'changed' : said,
      values,
      message: said === 'failed' ? messageOf(values) : '',
    });
  }
  return results;
}

function messageOf(values: Readonly<Record<string, unknown>>): string {
  const text = [values['msg'], values['module_stderr'], values['stderr']].filter((each) => typeof each === 'string');
  return text.join(' ').trim();
}

/** Runs a playbook with Ansible. Rejects where it ends otherwise than a playbook does. */
export async function runAnsible(run: AnsibleRun): Promise<PassResults> {
  const {code, stdout, stderr} = await tryCommand(
    [join(run.ansible, 'bin/ansible-playbook'), '-i', run.inventory, run.playbook, ...(run.check ? ['--check'] : [])],
    {
      timeout: 1800,
      environment: {LC_ALL: 'C.UTF-8', ANSIBLE_CONFIG: run.settings, ANSIBLE_HOME: join(run.ansible, 'home')},
    },
  );
  if (code !== 0 && code !== 2)
    throw new Error(`ansible-playbook exited with ${code}:\n${stderr}${stdout.slice(-2000)}`);
  return resultsOfAnsible(stdout);
}
