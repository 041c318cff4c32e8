import {Machine} from '../../engine/connect/machine.js';
import type {ConnectionSettings} from '../../engine/connect/connection.js';
import {settingsOf} from '../../engine/connect/settings.js';
import type {Host} from '../../engine/host.js';
import {Lab} from './lab.js';
import {reasonWithoutLab} from './requirements.js';

/** Real hosts, and connections to them that are closed after each test. */
export interface LabMachines {
  readonly lab: Lab;
  settings(host: string, change?: Partial<ConnectionSettings>): ConnectionSettings;
  /** `patience`: seconds that a reconnect waits. */
  machine(host: string, change?: Partial<ConnectionSettings>, patience?: number): Machine;
}

/** Starts a lab around the tests of a suite (`hosts`; default `one` and `two`); skips them, loudly, where none can run. What it returns is of use inside the tests. */
export function withLab({
  hosts = ['one', 'two'],
  ...options
}: {
  readonly name: string;
  readonly subnet: string;
  readonly hosts?: readonly string[];
}): LabMachines {
  let lab: Lab | undefined;
  const machines: Machine[] = [];
  before(async function () {
    this.timeout(900_000);
    const reason = await reasonWithoutLab();
    if (reason !== undefined) {
      process.stderr.write(`SKIPPED, no real hosts: ${reason}\n`);
      this.skip();
    }
    lab = await Lab.open(options);
    await lab.down();
    await lab.up(hosts);
  });
  afterEach(() => Promise.all(machines.splice(0).map((machine) => machine.close())));
  after(() => lab?.down());

  const theLab = (): Lab => {
    if (lab === undefined) throw new Error('Internal error: the lab is not up yet');
    return lab;
  };
  const settings: LabMachines['settings'] = (host, change = {}) => {
    const variables = {
      ansible_host: theLab().host(host).address,
      ansible_user: 'root',
      ansible_ssh_private_key_file: theLab().files.key,
      ansible_ssh_known_hosts_file: theLab().files.knownHosts,
    };
    return {...settingsOf({name: host, variables}).settings, agent: undefined, ...change};
  };
  return {
    get lab() {
      return theLab();
    },
    settings,
    machine(host, change, patience = 20) {
      const made = new Machine(settings(host, change), {patience});
      machines.push(made);
      return made;
    },
  };
}

/** What a script prints, without the newline at its end; rejects when it fails. */
export async function words(host: Host, script: string): Promise<string> {
  return (await host.run(script)).stdout.trim();
}
