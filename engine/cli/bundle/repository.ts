import {createHash} from 'node:crypto';
import {chmod, copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';
import {badInput} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {packagesOf} from './bundle-packages.js';
import {controlOf, fieldOf, fileNameOf, writePackage} from './debian-package.js';
import {describeFile, readManifest} from './manifest.js';

/** A repository that was made: its packages as `name version`. */
export interface Repository {
  readonly packages: readonly string[];
}

interface RepositoryParts {
  /** The folder of a bundle. */
  readonly bundle: string;
  /** Packages besides those that the bundle carries. */
  readonly debs: readonly string[];
  /** Writes a file with its signature around it, and resolves with the public key. */
  readonly sign: (from: string, to: string) => Promise<string>;
  readonly now: Date;
}

/** Makes a repository for apt in a folder: the packages of a bundle's programs, and others as they are. What was in the folder goes. */
export async function makeRepository(folder: string, {bundle, debs, sign, now}: RepositoryParts): Promise<Repository> {
  const target = resolve(folder);
  await demandOurs(target);
  await mkdir(dirname(target), {recursive: true});
  const made = await mkdtemp(join(dirname(target), '.packages-'));
  try {
    const manifest = await readManifest(bundle);
    const own = packagesOf(bundle, manifest);
    for (const each of own) await writePackage(join(made, fileNameOf(each)), each);
    const foreign = [
      ...manifest.files.flatMap(({path}) => (path.endsWith('.deb') ? [join(bundle, path)] : [])),
      ...debs,
    ];
    const names = new Set(own.map(fileNameOf));
    for (const deb of foreign) names.add(await carry(deb, made));
    const entries = await Promise.all([...names].sort().map((name) => entryOf(made, name)));
    await writeIndex(made, {entries, architecture: manifest.architecture, now});
    await writeFile(join(made, 'key.asc'), await sign(join(made, 'Release'), join(made, 'InRelease')));
    await chmod(made, 0o755);
    await rm(target, {recursive: true, force: true});
    await rename(made, target);
    return {packages: entries.map((entry) => `${fieldOf(entry, 'Package')} ${fieldOf(entry, 'Version')}`)};
  } catch (error) {
    await rm(made, {recursive: true, force: true});
    throw error;
  }
}

/** A folder that is there has to be a repository of an earlier time. */
async function demandOurs(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  if ((await stat(join(folder, 'InRelease')).catch(() => undefined)) !== undefined) return;
  throw badInput(`'${folder}' is there and is no repository of packages`, 'name a folder that is not there yet');
}

/** Copies a package under the name that its own words give it. */
async function carry(deb: string, folder: string): Promise<string> {
  const control = await controlOf(deb).catch((error: unknown) => {
    throw badInput(`'${deb}' is no package for dpkg: ${reasonOf(error)}`);
  });
  const [name, version, architecture] = ['Package', 'Version', 'Architecture'].map((field) => fieldOf(control, field));
  const file = fileNameOf({name: name ?? '', version: version ?? '', architecture: architecture ?? ''});
  await copyFile(deb, join(folder, file));
  return file;
}

async function entryOf(folder: string, name: string): Promise<string> {
  const control = await controlOf(join(folder, name));
  const {sha256, size} = await describeFile(folder, name);
  return `${control}\nFilename: ./${name}\nSize: ${size}\nSHA256: ${sha256}\n`;
}

async function writeIndex(
  folder: string,
  {
    entries,
    architecture,
    now,
  }: {readonly entries: readonly string[]; readonly architecture: string; readonly now: Date},
): Promise<void> {
  const text = Buffer.from(entries.join('\n'));
  const indexes: Readonly<Record<string, Buffer>> = {Packages: text, 'Packages.gz': gzipSync(text)};
  const sums: string[] = [];
  for (const [name, content] of Object.entries(indexes)) {
    await writeFile(join(folder, name), content);
    sums.push(` ${createHash('sha256').update(content).digest('hex')} ${content.length} ${name}\n`);
  }
  const lines = [
    'Origin: u7s-play',
    'Label: u7s-play',
    `Architectures: ${architecture} all`,
    `Date: ${now.toUTCString().replace('GMT', 'UTC')}`,
  ];
  await writeFile(join(folder, 'Release'), `${lines.join('\n')}\nSHA256:\n${sums.join('')}`);
}
