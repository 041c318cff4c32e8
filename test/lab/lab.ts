import {mkdir, readdir, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {keepPackages, offerPackages} from './archives.js';
import {haveBase} from './base.js';
import {hostsWithGroup, removeGroups} from './cgroup.js';
import {cacheFolder, hostFolder, labFolder, savedFolder} from './folders.js';
import {killHost, startHost, stopHost, supervisorOf, waitForRestart} from './host.js';
import {haveHostKey, haveLabIdentity, identityFiles, writeSshFiles} from './identity.js';
import {inventoryOf} from './inventory.js';
import {withLock} from './lock.js';
import {haveMachineSettings, restoreMachineSettings} from './machine-settings.js';
import {mountsBelow, unmountBelow} from './mounts.js';
import {haveNetwork, removeNetwork} from './network.js';
import {addHosts, nameIn, planLab, readPlan, writePlan} from './plan.js';
import type {LabPlan, PlannedHost} from './plan.js';
import {setPort} from './port.js';
import {command} from './process.js';
import type {Finished} from './process.js';
import {meetRequirements} from './requirements.js';
import {copyFolder, haveRoot} from './root-filesystem.js';
import {trySsh, waitForHost} from './ssh.js';
import type {SshOptions} from './ssh.js';
import {statusOf} from './status.js';
import type {HostStatus} from './status.js';

export interface LabOptions {
  /** Default `u7s`. */
  readonly name?: string | undefined;
  /** Default: that of the lab's earlier start, else `10.77.0.0/24`. */
  readonly subnet?: string | undefined;
  /** Gets each line of progress; default: nobody. */
  readonly report?: ((line: string) => void) | undefined;
}

/** Removes a tree, also what a host has made unchangeable. */
const removal = 'rm -rf --one-file-system "$1" 2>/dev/null || { chattr -R -f -i "$1"; rm -rf --one-file-system "$1"; }';

/** A group of real hosts on this machine, on a network of their own. What it makes bears its name, and `down` removes all of it. */
export class Lab {
  #plan: LabPlan;
  readonly #report: (line: string) => void;

  private constructor(plan: LabPlan, report: (line: string) => void) {
    this.#plan = plan;
    this.#report = report;
  }

  /** Finds a lab, started or not; nothing is started by it. Rejects where no lab can run. */
  static async open(options: LabOptions = {}): Promise<Lab> {
    const report = options.report ?? ((): void => undefined);
    await meetRequirements(report);
    const name = options.name ?? 'u7s';
    const present = await readPlan(name);
    const plan = planLab(name, options.subnet ?? (present ? `${present.prefix}.0/24` : '10.77.0.0/24'));
    if (present && present.prefix !== plan.prefix) {
      throw new Error(`lab '${name}' has the network ${present.prefix}.0/24: take it down before it gets another`);
    }
    return new Lab(present ?? plan, report);
  }

  get name(): string {
    return this.#plan.name;
  }

  /** The hosts that were ever started since the last `down`. */
  get hosts(): readonly PlannedHost[] {
    return this.#plan.hosts;
  }

  /** The folder of the lab's keys, configuration and hosts. */
  get folder(): string {
    return labFolder(this.name);
  }

  /** The lab's key, known hosts, ssh configuration and the password of the user `deploypw`. */
  get files(): ReturnType<typeof identityFiles> {
    return identityFiles(this.name);
  }

  #locked<T>(action: () => Promise<T>): Promise<T> {
    return withLock(join(cacheFolder(), `.${this.name}.lock`), this.#report, action);
  }

  /** Finds a host by its name; throws when the lab has none such. */
  host(name: string): PlannedHost {
    const host = this.#plan.hosts.find((each) => each.name === name);
    if (host) return host;
    const known = this.#plan.hosts.map((each) => each.name).join(', ');
    throw new Error(
      `lab '${this.name}' has no host '${name}': ${known === '' ? 'it is not up' : `expected one of ${known}`}`,
    );
  }

  async #bringUp(host: PlannedHost, base: string): Promise<void> {
    const begun = Date.now();
    await haveRoot(this.#plan, host, base);
    await offerPackages(this.name, host.name);
    await startHost(this.#plan, host);
    await waitForHost(this.name, host, 90);
    this.#report(`${host.name} (${host.address}) is up after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }

  /** Starts these hosts (`cp1+31`: with a second address) beside each other and waits until each is ready; hosts that run are left as they are. */
  async up(hosts: readonly string[]): Promise<void> {
    const base = await haveBase(this.#report);
    const names = hosts.map(nameIn);
    await this.#locked(async () => {
      this.#plan = addHosts((await readPlan(this.name)) ?? this.#plan, hosts);
      await haveLabIdentity(this.name);
      for (const {name} of this.#plan.hosts) await keepPackages(this.name, name);
      for (const name of names) {
        await mkdir(hostFolder(this.name, name), {recursive: true});
        await haveHostKey(this.name, name);
      }
      await writePlan(this.#plan);
      await writeSshFiles(this.#plan);
      await writeFile(join(this.folder, 'hosts.yml'), inventoryOf(this.#plan));
      await haveMachineSettings(this.#report);
      await haveNetwork(this.#plan);
      const results = await Promise.allSettled(names.map((name) => this.#bringUp(this.host(name), base)));
      const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
      if (failures.length > 0) throw new Error(failures.join('\n'));
    });
  }

  /** Puts all hosts aside, with all they have written and what lies in the lab's folder; they are shut down meanwhile, and up again after it. */
  async save(): Promise<void> {
    const names = this.hosts.map(({name}) => name);
    await this.#locked(async () => {
      await Promise.all(names.map((name) => stopHost(this.name, name)));
      for (const name of names) await keepPackages(this.name, name);
      await unmountBelow(this.folder);
      const saved = savedFolder(this.name);
      await mkdir(dirname(saved), {recursive: true});
      await command(['rm', '-rf', '--one-file-system', saved], {timeout: 300});
      await copyFolder(this.folder, saved);
    });
    await this.up(names);
  }

  /** Starts from the hosts that `save` has put aside, instead of those that are up. Tells whether there are any. */
  async restore(): Promise<boolean> {
    const saved = savedFolder(this.name);
    if ((await stat(saved).catch(() => undefined)) === undefined) return false;
    await this.down();
    await this.#locked(() => copyFolder(saved, this.folder));
    this.#plan = (await readPlan(this.name)) ?? this.#plan;
    await this.up(this.hosts.map(({name}) => name));
    return true;
  }

  /** Ends everything of this lab and removes all that it made, but the caches; also what a start that broke off has left. */
  async down(): Promise<void> {
    await this.#locked(async () => {
      const known = await readdir(join(this.folder, 'hosts')).catch(() => []);
      await Promise.all(
        [...new Set([...known, ...(await hostsWithGroup(this.name))])].map(async (host) => {
          await killHost(this.name, host);
          await keepPackages(this.name, host);
        }),
      );
      await removeGroups(this.name);
      await unmountBelow(this.folder);
      await removeNetwork(this.name, this.#plan.bridge);
      await restoreMachineSettings(this.name, this.#report);
      const left = await mountsBelow(this.folder);
      if (left.length > 0) throw new Error(`'${left.join(', ')}' could not be unmounted: nothing was removed`);
      await command(['sh', '-c', removal, 'sh', this.folder], {timeout: 300});
      this.#plan = {...this.#plan, hosts: []};
    });
  }

  /** Starts a host that was stopped or killed, with all it had written. */
  async start(name: string): Promise<void> {
    this.host(name);
    await this.up([name]);
  }

  /** Shuts a host down in order. */
  async stop(name: string): Promise<void> {
    this.host(name);
    await this.#locked(() => stopHost(this.name, name));
  }

  /** Ends a host as a power cut would. */
  async kill(name: string): Promise<void> {
    this.host(name);
    await this.#locked(() => killHost(this.name, name));
  }

  /** Cuts a host off the network in silence: packets are lost, no connection is closed. It runs on. */
  async cut(name: string): Promise<void> {
    await setPort(this.name, this.host(name).name, {bridge: this.#plan.bridge, open: false});
  }

  /** Ends what `cut` began. */
  async mend(name: string): Promise<void> {
    await setPort(this.name, this.host(name).name, {bridge: this.#plan.bridge, open: true});
  }

  /** Lets a host reboot itself and waits until it is ready again. */
  async reboot(name: string): Promise<void> {
    const host = this.host(name);
    const before = await supervisorOf(this.name, name);
    // The connection may be cut before the command's answer comes.
    await trySsh(this.name, name, {command: 'systemctl reboot', timeout: 20});
    await waitForRestart(this.name, host, {before, seconds: 60});
    await waitForHost(this.name, host, 60);
  }

  /** Runs a command on a host over ssh; any exit status is a result (255: not reached). */
  ssh(name: string, words: string, options: SshOptions = {}): Promise<Finished> {
    this.host(name);
    return trySsh(this.name, name, {...options, command: words});
  }

  /** The file of an inventory of the lab's hosts. */
  inventory(): string {
    return join(this.folder, 'hosts.yml');
  }

  status(): Promise<readonly HostStatus[]> {
    return statusOf(this.#plan);
  }
}
