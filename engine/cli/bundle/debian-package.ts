import {createReadStream, createWriteStream} from 'node:fs';
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {membersOf, writeArchive} from './ar.js';
import {packQuickly, textIn} from './tar.js';

/** A package for dpkg, before it is packed. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  /** What other packages may ask for in its place. */
  readonly provides?: string;
  /** Where each file comes from, by its place on the machine without the first slash. */
  readonly files: Readonly<Record<string, string>>;
}

/** The name that an archive of packages gives a package's file. */
export function fileNameOf({
  name,
  version,
  architecture,
}: Pick<DebianPackage, 'name' | 'version' | 'architecture'>): string {
  return `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
}

async function inScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'u7s-package-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, {recursive: true});
  }
}

/** Packs a package; its files bear the modes that they have, and root owns them. */
export async function writePackage(file: string, {files, ...rest}: DebianPackage): Promise<void> {
  const {name, version, architecture, description, provides} = rest;
  await inScratch(async (scratch) => {
    for (const part of ['control', 'data']) await mkdir(join(scratch, part));
    const fields = {
      Package: name,
      Version: version,
      Architecture: architecture,
      ...(provides === undefined ? {} : {Provides: provides}),
      Maintainer: 'u7s-play',
      Description: description,
    };
    const lines = Object.entries(fields).map(([field, value]) => `${field}: ${value}\n`);
    await writeFile(join(scratch, 'control/control'), lines.join(''));
    for (const [path, from] of Object.entries(files)) {
      await mkdir(dirname(join(scratch, 'data', path)), {recursive: true});
      await symlink(resolve(from), join(scratch, 'data', path));
    }
    await writeFile(join(scratch, 'debian-binary'), '2.0\n');
    for (const part of ['control', 'data']) await packQuickly(join(scratch, part), join(scratch, `${part}.tar.gz`));
    const members = ['debian-binary', 'control.tar.gz', 'data.tar.gz'];
    await writeArchive(
      file,
      members.map((member) => [member, join(scratch, member)] as const),
    );
  });
}

/** What a package says of itself: the text of its control file, without an empty line at its end. Rejects where a file is no package. */
export async function controlOf(file: string): Promise<string> {
  const control = (await membersOf(file)).find(({name}) => name.startsWith('control.tar'));
  if (control === undefined) throw new Error('it is no package for dpkg');
  const {name, offset, size} = control;
  return inScratch(async (scratch) => {
    const archive = join(scratch, name);
    await pipeline(createReadStream(file, {start: offset, end: offset + size - 1}), createWriteStream(archive));
    return (await textIn(archive, ['./control', 'control'])).trimEnd();
  });
}

/** A field of a control file; empty where it has none such. */
export function fieldOf(control: string, field: string): string {
  return new RegExp(`^${field}: *(.*)$`, 'm').exec(control)?.[1]?.trim() ?? '';
}
