import {createHash} from 'node:crypto';
import {copyFile, cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {withLock} from '../lock.js';
import {command} from '../process.js';
import {bundlesFolder} from './build.js';
import {buildProgram, haveGo, modulesFolder} from './go.js';
import {makeLayer, writeImageArchive} from './image-archive.js';
import {describeFile, type BundleManifest} from './manifest.js';
import type {Program} from './recipe.js';

type Report = (line: string) => void;

/** A program with an image of its own that a lab may have beside its bundle. */
interface Optional {
  readonly version: string;
  readonly program: Program;
  /** A module whose file another one takes the place of: it would bring in far more than is used. */
  readonly without: {readonly module: string; readonly copy: string; readonly file: string; readonly by: string};
}

/** What can be built besides, by its name. */
export const optional = {
  traefik: {
    version: '3.6.12',
    program: {
      name: 'traefik',
      module: 'traefik',
      package: 'github.com/traefik/traefik/v3/cmd/traefik',
      ldflags: '-X github.com/traefik/traefik/v3/pkg/version.Version=3.6.12',
    },
    without: {
      module: 'github.com/go-acme/lego/v4@v4.33.0',
      copy: 'lego',
      file: 'providers/dns/zz_gen_dns_providers.go',
      by: 'providers/dns.go',
    },
  },
} as const satisfies Readonly<Record<string, Optional>>;

export type OptionalName = keyof typeof optional;

/** The link to what was built under a name; its `images/<name>.tar` holds the image, its `bundle.json` says so. */
export function optionalFolder(name: OptionalName): string {
  return join(bundlesFolder(), name);
}

/** The name of its image. */
export function optionalImage(name: OptionalName): string {
  return `registry.local/u7s/${name}:v${optional[name].version}`;
}

async function hashOf(name: OptionalName): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([1, optional[name], process.arch]));
  const module = join(modulesFolder, optional[name].program.module);
  for (const file of (await readdir(module, {recursive: true})).sort())
    if ((await stat(join(module, file))).isFile())
      hash.update(`\0${file}\0`).update(await readFile(join(module, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Lays out the pinned module with a copy of the other one beside it, to which it leads. */
async function layOut(folder: string, {program, without}: Optional): Promise<void> {
  await cp(join(modulesFolder, program.module), folder, {recursive: true});
  const told = await command(['go', '-C', '/', 'mod', 'download', '-json', without.module], {timeout: 600});
  const {Dir: source} = JSON.parse(told) as {readonly Dir: string};
  await command(['cp', '-r', '--no-preserve=mode', source, join(folder, without.copy)]);
  await copyFile(join(folder, without.by), join(folder, without.copy, without.file));
}

async function build(folder: string, name: OptionalName, report: Report): Promise<void> {
  const begun = Date.now();
  const part: Optional = optional[name];
  report(`building ${name} ${part.version} from source`);
  const [partial, work] = [`${folder}.part`, `${folder}.work`];
  for (const each of [partial, work]) await rm(each, {recursive: true, force: true});
  for (const each of [join(partial, 'images'), work]) await mkdir(each, {recursive: true});
  const go = await haveGo(report);
  await layOut(join(work, 'module'), part);
  await buildProgram(part.program, {go, output: join(work, name), folder: join(work, 'module')});
  const path = `usr/local/bin/${name}`;
  const layer = await makeLayer([{path, file: join(work, name)}], join(work, 'layer.tar.gz'));
  const archive = `images/${name}.tar`;
  const image = {name: optionalImage(name), layers: [layer], entrypoint: [`/${path}`]};
  const made = await writeImageArchive([image], join(partial, archive));
  const manifest: BundleManifest = {
    format: 1,
    kubernetes: '',
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    components: {[name]: part.version},
    files: [await describeFile(partial, archive)],
    images: [...made].map(([image, digest]) => ({name: image, archive, digest})),
  };
  await writeFile(join(partial, 'bundle.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(work, {recursive: true});
  await rename(partial, folder);
  report(`${name} is built (${Math.round((Date.now() - begun) / 1000)} s)`);
}

/** Builds it at first use, and gives the folder that `optionalFolder` leads to. */
export async function haveOptional(name: OptionalName, report: Report): Promise<string> {
  const folder = join(bundlesFolder(), `${name}-v${optional[name].version}-${await hashOf(name)}`);
  await mkdir(bundlesFolder(), {recursive: true});
  await withLock(join(bundlesFolder(), `.lock-${name}`), report, async () => {
    const complete = await stat(join(folder, 'bundle.json')).catch(() => undefined);
    if (complete === undefined) await build(folder, name, report);
    const link = optionalFolder(name);
    await rm(`${link}.new`, {force: true});
    await symlink(folder, `${link}.new`);
    await rename(`${link}.new`, link);
  });
  return folder;
}
