import {readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder} from './folders.js';
import {withLock} from './lock.js';

interface Setting {
  readonly path: string;
  /** What a lab needs, given what is there. */
  readonly needed: (present: number) => number;
}

const settings: readonly Setting[] = [
  {path: '/proc/sys/net/ipv4/ip_forward', needed: () => 1},
  // All hosts' roots are one user to the kernel, and each systemd takes a handful.
  {path: '/proc/sys/fs/inotify/max_user_instances', needed: (present) => Math.max(present, 2048)},
];

type Remembered = Readonly<Record<string, string>>;

const file = (): string => join(cacheFolder(), '.machine-settings.json');
const lock = (): string => join(cacheFolder(), '.machine-settings.lock');

async function remembered(): Promise<Remembered> {
  const text = await readFile(file(), 'utf8').catch(() => '{}');
  return JSON.parse(text) as Remembered;
}

/** Sets the kernel's settings that all labs share, and remembers what they were. */
export async function haveMachineSettings(report: (line: string) => void): Promise<void> {
  await withLock(lock(), report, async () => {
    const before: Record<string, string> = {...(await remembered())};
    for (const {path, needed} of settings) {
      const present = (await readFile(path, 'utf8')).trim();
      const wanted = String(needed(Number(present)));
      if (present === wanted) continue;
      before[path] ??= present;
      await writeFile(file(), JSON.stringify(before));
      await writeFile(path, wanted);
    }
  });
}

async function otherLabs(lab: string): Promise<readonly string[]> {
  const entries = await readdir(cacheFolder(), {withFileTypes: true});
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== lab)
    .map((entry) => entry.name);
}

/** Gives the machine its own settings back when no lab but the one that goes is left. */
export async function restoreMachineSettings(lab: string, report: (line: string) => void): Promise<void> {
  await withLock(lock(), report, async () => {
    if ((await otherLabs(lab)).length > 0) return;
    for (const [path, value] of Object.entries(await remembered())) await writeFile(path, value);
    await rm(file(), {force: true});
  });
}
