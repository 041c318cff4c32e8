import {readFile} from 'node:fs/promises';
import {processesOf} from './cgroup.js';
import {supervisorOf} from './host.js';
import type {LabPlan} from './plan.js';
import {trySsh} from './ssh.js';

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  /** What systemd says (`running`, `degraded`, …), `unreachable`, or `stopped`. */
  readonly state: string;
  /** Bytes of memory of all its processes, shared pages divided among those that share them. */
  readonly memory: number;
  /** Seconds since its start. */
  readonly uptime: number;
}

async function proportionalMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

async function secondsSinceStart(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const uptime = await readFile('/proc/uptime', 'utf8');
  // The 22nd field, in hundredths of a second since the machine's start; the second one may hold blanks.
  const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0) / 100;
  return Math.max(0, Number(uptime.split(' ')[0]) - started);
}

async function stateOf(lab: string, host: string): Promise<string> {
  const {code, stdout} = await trySsh(lab, host, {command: 'systemctl is-system-running', timeout: 15}).catch(() => ({
    code: 255,
    stdout: '',
  }));
  return code === 255 ? 'unreachable' : stdout.trim();
}

/** How each host of a lab is. */
export function statusOf(plan: LabPlan): Promise<readonly HostStatus[]> {
  const one = async ({name, address}: {readonly name: string; readonly address: string}): Promise<HostStatus> => {
    const supervisor = await supervisorOf(plan.name, name);
    if (supervisor === undefined) return {name, address, state: 'stopped', memory: 0, uptime: 0};
    const memories = await Promise.all((await processesOf(plan.name, name)).map(proportionalMemory));
    const memory = memories.reduce((sum, bytes) => sum + bytes, 0);
    return {name, address, state: await stateOf(plan.name, name), memory, uptime: await secondsSinceStart(supervisor)};
  };
  return Promise.all(plan.hosts.map(one));
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The status of hosts as a table for people. */
export function statusTable(hosts: readonly HostStatus[]): readonly string[] {
  const rows = [
    ['HOST', 'ADDRESS', 'STATE', 'MEMORY', 'UPTIME'],
    ...hosts.map(({name, address, state, memory, uptime}) => {
      const runs = state !== 'stopped';
      return [name, address, state, runs ? `${Math.round(memory / 2 ** 20)} MiB` : '-', runs ? duration(uptime) : '-'];
    }),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
