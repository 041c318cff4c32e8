import {createHash} from 'node:crypto';
import {copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {withLock} from '../lock.js';
import {command, tryCommand} from '../process.js';
import {meetRequirements} from '../requirements.js';
import {makeDebianLayer} from './debian-layer.js';
import {buildProgram, bundleFolder, haveGo, modulesFolder} from './go.js';
import {makeLayer, writeImageArchive, type Image, type Layer, type LayerFile} from './image-archive.js';
import {describeFile, type BundleManifest} from './manifest.js';
import {debianPackages, placed, recipeOf, type ImageRecipe, type LayerPart, type Recipe} from './recipe.js';
import {usual, type Minor} from './releases.js';

type Report = (line: string) => void;

/** Where bundles lie, each beside a link to the newest. */
export function bundlesFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'u7s-play', 'bundle');
}

/** Changes with everything that the bundle is made from: the recipe, the pinned modules, our own sources. */
async function recipeHash({versions, programs, archives}: Recipe): Promise<string> {
  const hash = createHash('sha256').update(
    JSON.stringify([1, versions, programs, placed, archives, debianPackages, process.arch]),
  );
  hash.update(await readFile(join(bundleFolder, 'pause.c')));
  for (const module of [...new Set(programs.map((program) => program.module))].sort()) {
    for (const file of (await readdir(join(modulesFolder, module))).sort()) {
      if (file.endsWith('_test.go')) continue;
      hash.update(`\0${module}/${file}\0`).update(await readFile(join(modulesFolder, module, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

async function buildPrograms(
  folder: string,
  {recipe: {programs, versions}, report}: {readonly recipe: Recipe; readonly report: Report},
): Promise<void> {
  const go = await haveGo(report);
  for (const [index, program] of programs.entries()) {
    const begun = Date.now();
    await buildProgram(program, {go, output: join(folder, program.name)});
    report(`  ${index + 1}/${programs.length}  ${program.name}  (${Math.round((Date.now() - begun) / 1000)} s)`);
  }
  const version = `-DVERSION="${versions.pause}"`;
  await command(['gcc', '-Os', '-static', '-s', version, '-o', join(folder, 'pause'), join(bundleFolder, 'pause.c')]);
}

async function requireCompiler(report: Report): Promise<void> {
  const found = await tryCommand(['gcc', '--version']).catch(() => undefined);
  if (found?.code === 0) return;
  report('installing gcc');
  const environment = {DEBIAN_FRONTEND: 'noninteractive'};
  await command(['apt-get', 'install', '-y', '--no-install-recommends', 'gcc', 'libc6-dev'], {
    environment,
    timeout: 600,
  });
}

function layerFiles(part: LayerPart, work: string): readonly LayerFile[] {
  if ('debian' in part) return [];
  return ['program' in part ? {path: part.path, file: join(work, part.program)} : part];
}

async function makeImage(
  recipe: ImageRecipe,
  {work, debian}: {readonly work: string; readonly debian: Layer},
): Promise<Image> {
  const files = recipe.parts.flatMap((part) => layerFiles(part, work));
  const own = await makeLayer(files, join(work, `${recipe.name.replaceAll(/\W/g, '-')}.tar.gz`));
  const layers = recipe.parts.some((part) => 'debian' in part) ? [debian, own] : [own];
  return {name: recipe.name, layers, entrypoint: recipe.entrypoint};
}

async function assemble(
  bundle: string,
  {
    work,
    recipe: {versions, archives},
    report,
  }: {readonly work: string; readonly recipe: Recipe; readonly report: Report},
): Promise<BundleManifest> {
  const paths: string[] = [];
  for (const [folder, names] of Object.entries(placed)) {
    await mkdir(join(bundle, folder), {recursive: true});
    for (const name of names) {
      await copyFile(join(work, name), join(bundle, folder, name));
      paths.push(`${folder}/${name}`);
    }
  }
  report('making the layer of network tools');
  const debian = await makeDebianLayer(work);
  await mkdir(join(bundle, 'images'));
  const images: {name: string; archive: string; digest: string}[] = [];
  for (const [name, recipes] of Object.entries(archives)) {
    const archive = `images/${name}.tar`;
    report(`writing ${archive}`);
    const made: Image[] = [];
    for (const recipe of recipes) made.push(await makeImage(recipe, {work, debian}));
    for (const [image, digest] of await writeImageArchive(made, join(bundle, archive)))
      images.push({name: image, archive, digest});
    paths.push(archive);
  }
  const files = await Promise.all(paths.map((path) => describeFile(bundle, path)));
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  return {format: 1, kubernetes: versions.kubernetes, architecture, components: {...versions}, files, images};
}

async function build(
  bundle: string,
  {recipe, report}: {readonly recipe: Recipe; readonly report: Report},
): Promise<void> {
  const begun = Date.now();
  const partial = `${bundle}.part`;
  const work = `${bundle}.work`;
  for (const folder of [partial, work]) await rm(folder, {recursive: true, force: true});
  for (const folder of [partial, work]) await mkdir(folder, {recursive: true});
  report(`building Kubernetes ${recipe.versions.kubernetes} and its companions from source (10 to 20 minutes, once)`);
  await requireCompiler(report);
  await buildPrograms(work, {recipe, report});
  const manifest = await assemble(partial, {work, recipe, report});
  await writeFile(join(partial, 'bundle.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(work, {recursive: true});
  await rename(partial, bundle);
  report(`the bundle is built (${Math.round((Date.now() - begun) / 1000)} s)`);
}

/**
 * The bundle of a release, built at first use and cached by the hash of all that it is made from. Resolves with its folder; beside it a link leads to it:
 * `current` for the usual release, else the release's name.
 */
export async function haveBundle(report: Report, minor: Minor = usual): Promise<string> {
  await meetRequirements(report);
  const recipe = recipeOf(minor);
  const folder = bundlesFolder();
  const bundle = join(folder, `v${recipe.versions.kubernetes}-${await recipeHash(recipe)}`);
  await withLock(join(folder, minor === usual ? '.lock' : `.lock-${minor}`), report, async () => {
    const complete = await stat(join(bundle, 'bundle.json')).then(
      () => true,
      () => false,
    );
    if (!complete) await build(bundle, {recipe, report});
    const link = join(folder, minor === usual ? 'current' : minor);
    await rm(`${link}.new`, {force: true});
    await symlink(bundle, `${link}.new`);
    await rename(`${link}.new`, link);
  });
  return bundle;
}
