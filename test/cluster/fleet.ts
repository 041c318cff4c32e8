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

/** Where a suite's hosts come from: an inventory of `inventories/`, and what sets this lab apart from others that may run beside it. */
export interface Site {
  /** The folder below `inventories/`. */
  readonly inventory: string;
  readonly hosts: readonly string[];
  /** Hosts with a second address: its last number. */
  readonly seconds?: Readonly<Record<string, number>>;
  /** The lab's name, and the first three numbers of its /24 network. */
  readonly name: string;
  readonly prefix: string;
  /** The first digit of its users' ids, from 3 to 9: all labs share one kernel. */
  readonly ids: number;
}

/** The hosts of `inventories/lab`. */
export const hosts = ['lb1', 'cp1', 'w1', 'w2'] as const;
/** Those that run Kubernetes. */
export const nodes = ['cp1', 'w1', 'w2'] as const;
export type HostName = string;

/** The site that most suites use. */
export const labSite: Site = {inventory: 'lab', hosts, name: 'ctest', prefix: '10.87.0', ids: 3};

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

/** Copies what a suite keeps, but for the inventory, which names its own folder. */
function copyFiles(from: string, to: string): Promise<void> {
  return cp(from, to, {recursive: true, filter: (path) => path !== join(from, 'inventory')});
}

/** Copies the site's inventory with the addresses, keys, files and user ids of its own lab. */
async function writeInventory(folder: string, site: Site): Promise<string> {
  const inventory = join(folder, 'inventory');
  await cp(join(packageRoot, 'inventories', site.inventory), inventory, {recursive: true});
  for (const file of await filesBelow(inventory)) {
    const text = await readFile(file, 'utf8');
    const moved = text
      .replaceAll('10.77.0.', `${site.prefix}.`)
      .replaceAll('/lab/u7s/', `/lab/${site.name}/`)
      .replaceAll(/^admin_kubeconfig: .*$/gm, `admin_kubeconfig: ${kubeconfigIn(folder)}`)
      .replaceAll(/u7s_uid: 2/g, `u7s_uid: ${site.ids}`)
      .replaceAll(/u7s_subid_start: /g, `u7s_subid_start: ${site.ids - 2}`);
    await writeFile(file, moved);
  }
  return join(inventory, 'hosts.yml');
}

/** Real hosts of a suite's own with the inventory that names them, and what a user does with them. */
export class Fleet {
  readonly site: Site;
  readonly lab: Lab;
  readonly bundle: string;
  /** Inventory, logs, whatever the suite writes; outlives it only when something failed. */
  readonly folder: string;
  readonly inventory: string;

  private constructor(parts: Pick<Fleet, 'site' | 'lab' | 'bundle' | 'folder' | 'inventory'>) {
    this.site = parts.site;
    this.lab = parts.lab;
    this.bundle = parts.bundle;
    this.folder = parts.folder;
    this.inventory = parts.inventory;
  }

  /** Where the site leaves the administrator's kubeconfig. */
  get kubeconfig(): string {
    return kubeconfigIn(this.folder);
  }

  /** Starts fresh, bare hosts; what an earlier suite left is taken away before. */
  static async start(site: Site): Promise<Fleet> {
    const bundle = await haveBundle(say);
    const lab = await Lab.open({name: site.name, subnet: `${site.prefix}.0/24`, report: say});
    const folder = await mkdtemp(join(tmpdir(), 'u7s-play-cluster-'));
    const fleet = new Fleet({site, lab, bundle, folder, inventory: await writeInventory(folder, site)});
    await fleet.renew();
    return fleet;
  }

  /** Makes all hosts anew, bare. */
  async renew(): Promise<void> {
    await this.lab.down();
    const seconds: Readonly<Record<string, number>> = this.site.seconds ?? {};
    await this.lab.up(this.site.hosts.map((host) => [host, seconds[host]].filter(Boolean).join('+')));
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

  /**
   * Runs the site, as `succeed` does. Where the environment has `U7S_PLAY_SAVED`, the hosts of the first such run are put aside, and later ones
   * begin with them instead of bare hosts; tells whether this one did.
   */
  async converge(...words: readonly string[]): Promise<Played & {readonly fromSaved: boolean}> {
    const saves = process.env['U7S_PLAY_SAVED'] !== undefined;
    const aside = join(this.lab.folder, 'suite');
    const fromSaved = saves && (await this.lab.restore());
    if (fromSaved) await copyFiles(aside, this.folder);
    const played = await this.succeed(...words);
    if (saves && !fromSaved) {
      await copyFiles(this.folder, aside);
      await this.lab.save();
      await this.succeed(...words);
    }
    return {...played, fromSaved};
  }

  /** Begins a run of the site, or of the playbook (`….yml`) that the first word names. */
  start(...words: readonly string[]): Playing {
    const playbook = words[0]?.endsWith('.yml') === true ? [] : ['playbooks/site.yml'];
    return startPlay([...playbook, ...words, '-i', this.inventory], this.folder);
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
