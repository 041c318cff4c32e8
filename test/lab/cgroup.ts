import {access, mkdir, readFile, readdir, rmdir, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

const mounted = '/sys/fs/cgroup';

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Where groups are made on this machine: the one tree of cgroup2, or the trees of systemd and of cgroup2 where the first version is in use beside it. */
async function hierarchies(): Promise<readonly [string, ...string[]]> {
  if (await exists(join(mounted, 'cgroup.controllers'))) return [mounted];
  const unified = join(mounted, 'unified');
  if (!(await exists(join(unified, 'cgroup.controllers')))) {
    throw new Error(`no cgroup2 file system is mounted at '${mounted}' or '${unified}': the lab's hosts need one`);
  }
  // The cgroup2 tree stands first: it alone can kill a whole group.
  const named = join(mounted, 'systemd');
  return (await exists(named)) ? [unified, named] : [unified];
}

async function groupsBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
  const groups: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    groups.push(...(await groupsBelow(join(folder, entry.name))), join(folder, entry.name));
  }
  return groups;
}

/** The group of a lab or of one of its hosts, in every tree. */
export async function groupFolders(lab: string, host?: string): Promise<readonly string[]> {
  return (await hierarchies()).map((root) => join(root, `${lab}-lab`, host ?? ''));
}

/** Hands the controllers that a group has on to the groups in it. The machine's own tree is left as it is. */
async function handOn(folder: string): Promise<void> {
  const controllers = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean);
  for (const controller of controllers) await writeFile(join(folder, 'cgroup.subtree_control'), `+${controller}`);
}

/** Makes the groups of a host, `keeper` and `machine`, and tells the `cgroup.procs` files that a process of each writes itself to. */
export async function makeGroups(
  lab: string,
  host: string,
): Promise<{readonly keeper: readonly string[]; readonly machine: readonly string[]}> {
  const roots = await hierarchies();
  const files = {keeper: [] as string[], machine: [] as string[]};
  for (const root of roots) {
    const folder = join(root, `${lab}-lab`, host);
    for (const part of ['keeper', 'machine'] as const) {
      await mkdir(join(folder, part), {recursive: true});
      files[part].push(join(folder, part, 'cgroup.procs'));
    }
  }
  const [root] = roots;
  await handOn(join(root, `${lab}-lab`));
  await handOn(join(root, `${lab}-lab`, host));
  return files;
}

/** The processes of a lab, or of one of its hosts, or of one part of that host. */
export async function processesOf(lab: string, ...path: readonly string[]): Promise<readonly number[]> {
  const [root] = await hierarchies();
  const top = join(root, `${lab}-lab`, ...path);
  const pids: number[] = [];
  for (const group of [top, ...(await groupsBelow(top))]) {
    const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
    pids.push(...text.split('\n').filter(Boolean).map(Number));
  }
  return pids;
}

/** The hosts that have a group, running or not. */
export async function hostsWithGroup(lab: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const folder of await groupFolders(lab)) {
    for (const entry of await readdir(folder, {withFileTypes: true}).catch(() => []))
      if (entry.isDirectory()) names.add(entry.name);
  }
  return [...names];
}

/** Kills whatever runs in a host's group, at once, and waits (at most 20 s) until it is gone. */
export async function killGroup(lab: string, host: string): Promise<void> {
  const [root] = await hierarchies();
  const folder = join(root, `${lab}-lab`, host);
  if (!(await exists(folder))) return;
  const killed = await processesOf(lab, host);
  await writeFile(join(folder, 'cgroup.kill'), '1');
  const until = Date.now() + 20_000;
  while ((await processesOf(lab, host)).length > 0) {
    if (Date.now() > until) throw new Error(`processes of ${lab}/${host} do not end 20 s after they were killed`);
    await sleep(20);
  }
  // A dead process leaves its group before it leaves the machine; whoever its parent is, it is not waited for longer than this.
  const patience = Date.now() + 3000;
  while (Date.now() < patience && (await Promise.all(killed.map((pid) => exists(`/proc/${pid}`)))).includes(true))
    await sleep(20);
}

/** Removes the empty groups of a host, or of the whole lab. */
export async function removeGroups(lab: string, host?: string): Promise<void> {
  for (const folder of await groupFolders(lab, host)) {
    if (!(await stat(folder).catch(() => undefined))) continue;
    for (const group of [...(await groupsBelow(folder)), folder]) await rmdir(group);
  }
}
