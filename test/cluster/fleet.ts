import {expect} from 'chai';
import {cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {packageRoot} from '../../engine/root.js';
import {haveBundle} from '../lab/bundle/build.js';
import {Lab} from '../lab/lab.js';
import type {SshOptions} from '../lab/ssh.js';
import {problemsOf} from './journal.js';
import {startPlay, tail, type Played, type Playing} from './play.js';

const name = 'ctest';
const prefix = '10.87.0';

/** The hosts of `inventories/lab`. */
export const hosts = ['lb1', 'cp1', 'w1', 'w2'] as const;
/** Those that run Kubernetes. */
export const nodes = ['cp1', 'w1', 'w2'] as const;
export type HostName = (typeof hosts)[number];

function say(line: string): void {
  process.stderr.write(`    ${line}\n`);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {withFileTypes: true, recursive: true});
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function kubeconfigIn(folder: string): string {
  return join(folder, 'admin.conf');
}

/** Copies `inventories/lab` with the addresses, keys and files of another lab; user ids too, because all labs share one kernel. */
async function writeInventory(folder: string): Promise<string> {
  const inventory = join(folder, 'inventory');
  await cp(join(packageRoot, 'inventories/lab'), inventory, {recursive: true});
  for (const file of await filesBelow(inventory)) {
    const text = await readFile(file, 'utf8');
    const moved = text
      .replaceAll('10.77.0.', `${prefix}.`)
      .replaceAll('/lab/u7s/', `/lab/${name}/`)
      .replaceAll(/^admin_kubeconfig: .*$/gm, `admin_kubeconfig: ${kubeconfigIn(folder)}`)
      .replaceAll(/u7s_uid: 2/g, 'u7s_uid: 3')
      .replaceAll(/u7s_subid_start: /g, 'u7s_subid_start: 1');
    await writeFile(file, moved);
  }
  return join(inventory, 'hosts.yml');
}

/** Four real hosts of the suite's own with the inventory that names them, and what a user does with them. */
export class Fleet {
  readonly lab: Lab;
  readonly bundle: string;
  /** Inventory, logs, whatever the suite writes; outlives it only when something failed. */
  readonly folder: string;
  readonly inventory: string;

  private constructor(lab: Lab, bundle: string, {folder, inventory}: {folder: string; inventory: string}) {
    this.lab = lab;
    this.bundle = bundle;
    this.folder = folder;
    this.inventory = inventory;
  }

  /** Where the site leaves the administrator's kubeconfig. */
  get kubeconfig(): string {
    return kubeconfigIn(this.folder);
  }

  /** Starts fresh, bare hosts; what an earlier suite left is taken away before. */
  static async start(): Promise<Fleet> {
    const bundle = await haveBundle(say);
    const lab = await Lab.open({name, subnet: `${prefix}.0/24`, report: say});
    const folder = await mkdtemp(join(tmpdir(), 'u7s-play-cluster-'));
    const fleet = new Fleet(lab, bundle, {folder, inventory: await writeInventory(folder)});
    await fleet.renew();
    return fleet;
  }

  /** Makes all hosts anew, bare. */
  async renew(): Promise<void> {
    await this.lab.down();
    await this.lab.up(hosts);
  }

  /** Takes the hosts down and forgets what was written, but for `keep`. */
  async end(keep: boolean): Promise<void> {
    await this.lab.down();
    if (!keep) await rm(this.folder, {recursive: true});
  }

  /** Runs a script as root on a host; any exit status is a result. */
  try(host: HostName, script: string, options: SshOptions = {}): ReturnType<Lab['ssh']> {
    return this.lab.ssh(host, script, options);
  }

  /** Runs a script as root on a host and gives what it printed; a status that is not 0 fails the test. */
  async on(host: HostName, script: string, options: SshOptions = {}): Promise<string> {
    const {code, stdout, stderr} = await this.lab.ssh(host, script, options);
    expect(code, `${host}: ${script}\n${stdout}${stderr}`).to.equal(0);
    return stdout.trim();
  }

  /** Begins a run of the site. */
  start(...words: readonly string[]): Playing {
    return startPlay(['playbooks/site.yml', '-i', this.inventory, ...words], this.folder);
  }

  /** Runs the site to its end, whatever that is. */
  play(...words: readonly string[]): Promise<Played> {
    return this.start(...words).ended;
  }

  /** Runs the site; anything but success fails the test with what went wrong. */
  async succeed(...words: readonly string[]): Promise<Played> {
    const played = await this.play(...words);
    expect(played.code, [...problemsOf(played), tail(played)].join('\n')).to.equal(0);
    return played;
  }

  /** Gathers what the hosts logged into the fleet's folder, for a person to read after a failure. */
  async gatherLogs(): Promise<string> {
    const logs = join(this.folder, 'logs');
    await mkdir(logs, {recursive: true});
    const script = `journalctl --no-pager --lines=2000; . /etc/u7s/namespace.env 2>/dev/null && cat "$U7S_DATA"/var_log/pods/*/*/*.log | tail -n 2000`;
    await Promise.all(
      this.lab.hosts.map(async (host) => {
        const said = await this.lab.ssh(host.name, script).catch((error: unknown) => ({stdout: String(error)}));
        await writeFile(join(logs, `${host.name}.log`), said.stdout);
      }),
    );
    return logs;
  }
}
