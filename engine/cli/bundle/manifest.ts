import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {imagesIn} from './tar.js';

/** `bundle.json`: what a bundle holds. Paths are relative to it, `sha256` is in hex, `mode` in octal digits. */
export interface BundleManifest {
  readonly format: 1;
  /** Without a `v`. */
  readonly kubernetes: string;
  /** As Debian and OCI name it: `amd64`. */
  readonly architecture: string;
  readonly components: Readonly<Record<string, string>>;
  readonly files: readonly BundleFile[];
  readonly images: readonly BundleImage[];
}

/** An image of an archive; `digest` is that of its manifest, or of its list of manifests. */
export interface BundleImage {
  readonly name: string;
  readonly archive: string;
  readonly digest: string;
}

export interface BundleFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly mode: string;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Describes one file of a bundle. */
export async function describeFile(bundle: string, path: string): Promise<BundleFile> {
  const file = join(bundle, path);
  const {size, mode} = await stat(file);
  return {path, sha256: await sha256Of(file), size, mode: `0${(mode & 0o777).toString(8)}`};
}

/** Reads the manifest of a bundle's folder. */
export async function readManifest(bundle: string): Promise<BundleManifest> {
  return JSON.parse(await readFile(join(bundle, 'bundle.json'), 'utf8')) as BundleManifest;
}

/** The manifest's own digest, in hex: whoever knows it can tell that a bundle is the one that was made. */
export function manifestDigest(bundle: string): Promise<string> {
  return sha256Of(join(bundle, 'bundle.json'));
}

/** Names each file of a bundle that is missing or is not what its manifest says, and each image that is not in its archive. */
export async function verifyBundle(bundle: string): Promise<readonly string[]> {
  const {files, images} = await readManifest(bundle);
  const problems: string[] = [];
  for (const file of files) {
    const found = await describeFile(bundle, file.path).catch(() => undefined);
    if (found === undefined) problems.push(`${file.path} is missing`);
    else if (found.sha256 !== file.sha256)
      problems.push(`${file.path} has sha256 ${found.sha256}, expected ${file.sha256}`);
  }
  if (problems.length > 0) return problems;
  for (const archive of new Set(images.map((image) => image.archive))) {
    const inside = await imagesIn(join(bundle, archive)).catch(() => new Map<string, string>());
    for (const {name, digest} of images.filter((image) => image.archive === archive)) {
      const found = inside.get(name);
      if (found !== digest) problems.push(`${archive} holds ${name} as ${found ?? 'nothing'}, expected ${digest}`);
    }
  }
  return problems;
}
