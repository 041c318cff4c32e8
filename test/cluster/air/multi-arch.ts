import {createHash} from 'node:crypto';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {command} from '../../lab/process.js';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly config: Descriptor;
}

/** A list of images for several architectures, as an archive in OCI's layout. */
export interface ImageList {
  readonly archive: string;
  /** Of the list. */
  readonly digest: string;
  /** Of each image in it. */
  readonly instances: readonly string[];
}

/** Makes a list of an image of the bundle: for this machine's architecture, and, with the same content, for another one. */
export async function makeImageList(
  folder: string,
  {bundle, image, name}: {readonly bundle: string; readonly image: string; readonly name: string},
): Promise<ImageList> {
  const layout = join(folder, 'layout');
  await mkdir(layout);
  await command(['tar', '-C', layout, '-xf', join(bundle, 'images/node.tar')], {timeout: 120});
  const blob = (digest: string): string => join(layout, 'blobs/sha256', digest.replace('sha256:', ''));
  const read = async (digest: string): Promise<unknown> => JSON.parse(await readFile(blob(digest), 'utf8'));
  const write = async (value: unknown, mediaType: string): Promise<Descriptor> => {
    const text = JSON.stringify(value);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    await writeFile(blob(digest), text);
    return {mediaType, digest, size: Buffer.byteLength(text)};
  };
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    readonly manifests: readonly Descriptor[];
  };
  const own = index.manifests.find(({annotations = {}}) => Object.values(annotations).includes(image));
  if (own === undefined) throw new Error(`the bundle has no ${image}`);
  const manifest = (await read(own.digest)) as Manifest;
  const config = (await read(manifest.config.digest)) as Readonly<Record<string, unknown>>;
  const foreignConfig = await write({...config, architecture: 'riscv64'}, manifest.config.mediaType);
  const foreign = await write({...manifest, config: foreignConfig}, own.mediaType);
  const platform = (architecture: unknown): object => ({platform: {os: 'linux', architecture}});
  const manifests = [
    {mediaType: own.mediaType, digest: own.digest, size: own.size, ...platform(config['architecture'])},
    {...foreign, ...platform('riscv64')},
  ];
  const indexType = 'application/vnd.oci.image.index.v1+json';
  const list = await write({schemaVersion: 2, mediaType: indexType, manifests}, indexType);
  const named = {...list, annotations: {'org.opencontainers.image.ref.name': name}};
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({schemaVersion: 2, mediaType: indexType, manifests: [named]}),
  );
  const archive = join(folder, 'list.tar');
  await command(['tar', '-C', layout, '-cf', archive, 'oci-layout', 'index.json', 'blobs'], {timeout: 120});
  return {archive, digest: list.digest, instances: manifests.map(({digest}) => digest)};
}
