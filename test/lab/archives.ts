import {link, mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {archivesFolder} from './folders.js';
import {hostFolders} from './root-filesystem.js';

async function linkPackages(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  const present = new Set(await readdir(to).catch(() => []));
  for (const name of names) {
    if (!name.endsWith('.deb') || present.has(name)) continue;
    // Another host may have been faster, or apt may have cleaned up meanwhile.
    await link(join(from, name), join(to, name)).catch(() => undefined);
  }
}

/** Gives a host the packages that were downloaded before; each host has its own folder, because apt locks it. */
export async function offerPackages(lab: string, host: string): Promise<void> {
  await linkPackages(archivesFolder(), hostFolders(lab, host).archives);
}

/** Keeps the packages that a host has downloaded for all hosts to come. */
export async function keepPackages(lab: string, host: string): Promise<void> {
  await mkdir(archivesFolder(), {recursive: true});
  await linkPackages(hostFolders(lab, host).archives, archivesFolder());
}
