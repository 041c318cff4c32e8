import {existsSync, statSync} from 'node:fs';
import {mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import {basename, dirname, join, resolve} from 'node:path';
import {BadInput, badInput, problem} from '../../diagnostic.js';
import {reasonOf} from '../../reason.js';
import {print} from '../speak.js';
import type {RunOptions} from '../invocation.js';
import type {BundleAction} from './action.js';
import {describeFile, manifestDigest, readManifest, verifyBundle, type BundleManifest} from './manifest.js';
import {repositoryKey, signFile} from './repository-key.js';
import {makeRepository} from './repository.js';
import {imagesIn, packFolder, unpack} from './tar.js';

/** Where the bundle lies that the playbooks use unless they are told another. */
export const currentBundle = join(homedir(), '.cache/u7s-play/bundle/current');

type Run = (options: RunOptions) => Promise<number>;

/** Makes, proves or pushes a bundle; a push is a run of its playbook. Rejects with `BadInput`. */
export async function carryOutBundle(action: BundleAction, run: Run): Promise<number> {
  switch (action.action) {
    case 'create':
      await create(action);
      return 0;
    case 'verify':
      await withFolder(action.bundle, (folder) => prove(folder, action));
      return 0;
    case 'repository':
      await withFolder(action.bundle, async (folder) => {
        await prove(folder, action);
        await haveRepository(folder, action);
      });
      return 0;
    case 'push':
      return withFolder(action.bundle, async (folder) => {
        const manifest = await prove(folder, action);
        return run(withBundle(action.options, folder, manifest));
      });
  }
}

async function haveRepository(
  bundle: string,
  {folder, debs, key: named}: Extract<BundleAction, {action: 'repository'}>,
): Promise<void> {
  const key = await repositoryKey(named);
  const {packages} = await makeRepository(folder, {
    bundle,
    debs,
    sign: (from, to) => signFile(key, {from, to}),
    now: new Date(),
  });
  const listed = packages.map((each) => `  ${each}\n`).join('');
  print(`${folder}: ${packages.length} packages\n${listed}signed by ${key.fingerprint}\n`);
}

async function create({file, from, images, debs}: Extract<BundleAction, {action: 'create'}>): Promise<void> {
  const bundle = await folderOf(from);
  const problems = await verifyBundle(bundle);
  if (problems.length > 0) throw badInput(`the bundle '${from}' is not whole: ${problems.join('; ')}`);
  const manifest = await readManifest(bundle);
  const staged = await mkdtemp(join(tmpdir(), 'u7s-bundle-'));
  try {
    const link = async (path: string, target: string): Promise<void> => {
      await mkdir(dirname(join(staged, path)), {recursive: true});
      await symlink(resolve(target), join(staged, path)).catch((error: unknown) => {
        throw badInput(`'${path}' is in the bundle twice: ${reasonOf(error)}`);
      });
    };
    for (const {path} of manifest.files) await link(path, join(bundle, path));
    const added = await Promise.all(images.map((image) => describeArchive(image)));
    const carried = debs.map((deb) => ({path: `packages/${basename(deb)}`, archive: deb}));
    for (const {path, archive} of [...added, ...carried]) await link(path, archive);
    const more = await Promise.all([...added, ...carried].map(({path}) => describeFile(staged, path)));
    const whole: BundleManifest = {
      ...manifest,
      files: [...manifest.files, ...more],
      images: [...manifest.images, ...added.flatMap(({inside}) => inside)],
    };
    await writeFile(join(staged, 'bundle.json'), `${JSON.stringify(whole, null, 2)}\n`);
    const partial = join(dirname(resolve(file)), `.part-${basename(file)}`);
    await packFolder(staged, partial, ['bundle.json', ...whole.files.map(({path}) => path)]);
    await rename(partial, file);
    print(`${file}\n${summaryOf(whole, await manifestDigest(staged))}`);
  } finally {
    await rm(staged, {recursive: true});
  }
}

async function describeArchive(archive: string): Promise<{
  readonly path: string;
  readonly archive: string;
  readonly inside: BundleManifest['images'];
}> {
  const path = `images/${basename(archive)}`;
  const found = await imagesIn(archive).catch((error: unknown) => {
    throw badInput(
      `'${archive}' is no archive of images in OCI's layout: ${reasonOf(error)}`,
      "make one by 'skopeo copy … oci-archive:FILE:NAME'",
    );
  });
  const inside = [...found].map(([name, digest]) => ({name, archive: path, digest}));
  if (inside.length === 0)
    throw badInput(`'${archive}' names none of its images`, 'name each with registry, prefix and tag');
  return {path, archive, inside};
}

/** Fails with all that is not as the manifest says. */
async function prove(
  folder: string,
  {bundle, digest}: {readonly bundle: string; readonly digest: string | undefined},
): Promise<BundleManifest> {
  const found = await manifestDigest(folder);
  if (digest !== undefined && digest.replace(/^sha256:/, '').toLowerCase() !== found)
    throw badInput(
      `the manifest of '${bundle}' has the digest sha256:${found}, not ${digest}`,
      'it is not the bundle that was made',
    );
  const problems = await verifyBundle(folder);
  if (problems.length > 0) throw new BadInput(problems.map((found) => problem(`${bundle}: ${found}`)));
  const manifest = await readManifest(folder);
  print(summaryOf(manifest, found));
  return manifest;
}

function summaryOf({kubernetes, architecture, files, images}: BundleManifest, digest: string): string {
  const named = images.map(({name, digest: own}) => `  ${name}  ${own}\n`).join('');
  return `Kubernetes ${kubernetes} for ${architecture}: ${files.length} files, ${images.length} images\n${named}manifest sha256:${digest}\n`;
}

/** Gives a bundle as a folder: an archive is unpacked for as long as it is needed. */
async function withFolder<T>(bundle: string, use: (folder: string) => Promise<T>): Promise<T> {
  if (!existsSync(bundle)) throw badInput(`there is no bundle '${bundle}'`);
  if (statSync(bundle).isDirectory()) return use(await folderOf(bundle));
  const folder = await mkdtemp(join(tmpdir(), 'u7s-bundle-'));
  try {
    await unpack(bundle, folder).catch((error: unknown) => {
      throw badInput(`'${bundle}' cannot be unpacked: ${reasonOf(error)}`);
    });
    return await use(await folderOf(folder, bundle));
  } finally {
    await rm(folder, {recursive: true});
  }
}

function folderOf(folder: string, called = folder): Promise<string> {
  if (!existsSync(join(folder, 'bundle.json'))) throw badInput(`'${called}' is no bundle: it has no bundle.json`);
  return Promise.resolve(resolve(folder));
}

function withBundle(options: RunOptions, folder: string, manifest: BundleManifest): RunOptions {
  const variables = {
    bundle_folder: folder,
    bundle_archives: [...new Set(manifest.images.map(({archive}) => basename(archive)))],
    kubernetes_version: manifest.kubernetes,
  };
  const {project} = options;
  return {...options, project: {...project, extraVars: [JSON.stringify(variables), ...project.extraVars]}};
}
