import {readFile} from 'node:fs/promises';
import {command, tryCommand} from './process.js';

/** The mount points at or below a folder, the deepest first. */
export async function mountsBelow(folder: string): Promise<readonly string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const points = lines.flatMap((line) => line.split(' ')[4] ?? []);
  const plain = points.map((point) =>
    point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
  );
  return plain
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
}

/** Whether something is mounted at just this folder. */
export async function isMounted(folder: string): Promise<boolean> {
  return (await mountsBelow(folder)).includes(folder);
}

/** Unmounts everything at or below a folder; a file system that is still in use is taken out of sight and goes with its last user. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of await mountsBelow(folder)) {
    const {code} = await tryCommand(['umount', point]);
    if (code !== 0) await command(['umount', '--lazy', point]);
  }
}
