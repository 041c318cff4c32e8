import {spawn} from 'node:child_process';
import {open, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {killGroup, makeGroups, processesOf, removeGroups} from './cgroup.js';
import {hostFolder} from './folders.js';
import {nspawnCommand, removeRuntimeFiles} from './nspawn.js';
import type {LabPlan, PlannedHost} from './plan.js';

/**
 * Starts a machine again for as long as it ends by a reboot (133), each time in the same group of its own.
 * The words: n, n files of `keeper`, n files of `machine`, then the command.
 */
const keeper = `
n=$1; shift
i=0; while [ $i -lt $n ]; do echo $$ > "$1"; shift; i=$((i + 1)); done
while :; do
  sh -c '
    n=$1; shift
    i=0; while [ $i -lt $n ]; do echo $$ > "$1"; shift; i=$((i + 1)); done
    exec "$@"' machine $n "$@"
  [ $? = 133 ] || exit
done`;

/** Whether anything of the host runs. */
export async function isRunning(lab: string, host: string): Promise<boolean> {
  return (await processesOf(lab, host)).length > 0;
}

/** Starts the machine of a host whose root is mounted; does nothing when it runs. It lives on when this process ends. */
export async function startHost(plan: LabPlan, host: PlannedHost): Promise<void> {
  if (await isRunning(plan.name, host.name)) return;
  const groups = await makeGroups(plan.name, host.name);
  const log = await open(join(hostFolder(plan.name, host.name), 'console.log'), 'a');
  const words = [
    String(groups.keeper.length),
    ...groups.keeper,
    ...groups.machine,
    ...nspawnCommand(host, {lab: plan.name, bridge: plan.bridge}),
  ];
  const child = spawn('sh', ['-c', keeper, 'keeper', ...words], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd],
    env: {...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1'},
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  await log.close();
  // Only a process that is in its group can be seen as the host's.
  while (child.exitCode === null && !(await isRunning(plan.name, host.name))) await sleep(5);
}

/** The last lines that a host wrote to its console: why it does not start. */
export async function consoleOf(lab: string, host: string): Promise<string> {
  const text = await readFile(join(hostFolder(lab, host), 'console.log'), 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-15).join('\n');
}

/** The process of nspawn that keeps the machine, outside of it. */
export async function supervisorOf(lab: string, host: string): Promise<number | undefined> {
  for (const pid of await processesOf(lab, host, 'machine')) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (name.trim() === 'systemd-nspawn' && command.includes(`--machine=${lab}-${host}\0`)) return pid;
  }
  return undefined;
}

/** Ends a host as a power cut would; its files stay. */
export async function killHost(lab: string, host: string): Promise<void> {
  await killGroup(lab, host);
  await removeGroups(lab, host);
  await removeRuntimeFiles(lab, host);
}

/** Shuts a host down in order; one that has not ended after `seconds` (default 30) is killed. */
export async function stopHost(lab: string, host: string, seconds = 30): Promise<void> {
  const supervisor = await supervisorOf(lab, host);
  if (supervisor !== undefined) {
    process.kill(supervisor, 'SIGTERM');
    const until = Date.now() + seconds * 1000;
    while ((await isRunning(lab, host)) && Date.now() < until) await sleep(50);
  }
  await killHost(lab, host);
}

/** Waits until another machine process than `before` keeps the host, at most `seconds`. */
export async function waitForRestart(
  lab: string,
  host: PlannedHost,
  {before, seconds}: {readonly before: number | undefined; readonly seconds: number},
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const supervisor = await supervisorOf(lab, host.name);
    if (supervisor !== undefined && supervisor !== before) return;
    if (Date.now() > until) throw new Error(`host '${host.name}' has not restarted ${seconds} s after it was told to`);
    await sleep(50);
  }
}
