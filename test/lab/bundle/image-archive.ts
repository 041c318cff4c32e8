import {createHash, type Hash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {rename, stat} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import {pack, type Pack} from 'tar-stream';

/** A file of a layer: a file of the controller (mode 0755), a link, or a text (0644). Paths have no leading slash. */
export type LayerFile =
  | {readonly path: string; readonly file: string}
  | {readonly path: string; readonly link: string}
  | {readonly path: string; readonly text: string};

/** A layer as a file: a gzipped tar, with the digests that OCI wants of it. */
export interface Layer {
  readonly file: string;
  readonly size: number;
  readonly digest: string;
  /** The digest of the tar before compression. */
  readonly diffId: string;
}

export interface Image {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly entrypoint: readonly string[];
}

const noTime = new Date(0);

function entry(
  tar: Pack,
  header: {
    readonly name: string;
    readonly size?: number;
    readonly mode?: number;
    readonly type?: 'directory' | 'symlink';
    readonly linkname?: string;
  },
  body?: Readable,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const written = tar.entry({mtime: noTime, ...header}, (error) => {
      if (error) reject(error);
      else resolve();
    });
    (body ?? Readable.from([])).on('error', reject).pipe(written);
  });
}

async function fill(tar: Pack, files: readonly LayerFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const file of files) {
    const parts = file.path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (folders.has(folder)) continue;
      folders.add(folder);
      await entry(tar, {name: folder, type: 'directory', mode: 0o755});
    }
    if ('link' in file) await entry(tar, {name: file.path, type: 'symlink', linkname: file.link, mode: 0o777});
    else if ('text' in file)
      await entry(
        tar,
        {name: file.path, size: Buffer.byteLength(file.text), mode: 0o644},
        Readable.from([Buffer.from(file.text)]),
      );
    else
      await entry(tar, {name: file.path, size: (await stat(file.file)).size, mode: 0o755}, createReadStream(file.file));
  }
  tar.finalize();
}

/** A pack is iterable; its types do not say so. */
function chunksOf(tar: Pack): AsyncIterable<Buffer> {
  return tar as unknown as AsyncIterable<Buffer>;
}

async function* hashed(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Compresses a tar into `output` and tells its digests. The bytes are the same for the same input. */
export async function compressLayer(tar: AsyncIterable<Buffer>, output: string): Promise<Layer> {
  const before = createHash('sha256');
  const after = createHash('sha256');
  await pipeline(
    hashed(tar, before),
    createGzip({level: 6}),
    (compressed: AsyncIterable<Buffer>) => hashed(compressed, after),
    createWriteStream(output),
  );
  const {size} = await stat(output);
  return {file: output, size, digest: `sha256:${after.digest('hex')}`, diffId: `sha256:${before.digest('hex')}`};
}

/** Makes a layer of files. */
export async function makeLayer(files: readonly LayerFile[], output: string): Promise<Layer> {
  const tar = pack();
  const [layer] = await Promise.all([compressLayer(chunksOf(tar), output), fill(tar, files)]);
  return layer;
}

interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly content: string | {readonly file: string};
}

function jsonBlob(value: unknown): Blob {
  const content = JSON.stringify(value);
  return {
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    size: Buffer.byteLength(content),
    content,
  };
}

function describe(image: Image): {readonly manifest: Blob; readonly blobs: readonly Blob[]} {
  const config = jsonBlob({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Entrypoint: image.entrypoint},
    rootfs: {type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId)},
    history: image.layers.map(() => ({created_by: 'u7s-play bundle'})),
  });
  const layers = image.layers.map((layer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: layer.digest,
    size: layer.size,
  }));
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size},
    layers,
  });
  const layerBlobs = image.layers.map(({digest, size, file}) => ({digest, size, content: {file}}));
  return {manifest, blobs: [config, ...layerBlobs, manifest]};
}

/**
 * Writes images as one archive in OCI's image layout; each carries its full name for containerd and others. Resolves with the digest of each image's manifest, by name.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export async function writeImageArchive(
  images: readonly Image[],
  output: string,
): Promise<ReadonlyMap<string, string>> {
  const described = images.map((image) => ({image, ...describe(image)}));
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: described.map(({image, manifest}) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: manifest.digest,
      size: manifest.size,
      annotations: {'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name},
    })),
  };
  const blobs = new Map(described.flatMap(({blobs: all}) => all.map((blob) => [blob.digest, blob] as const)));
  const tar = pack();
  const write = async (): Promise<void> => {
    const text = (name: string, content: string): Promise<void> =>
      entry(tar, {name, size: Buffer.byteLength(content), mode: 0o644}, Readable.from([Buffer.from(content)]));
    await text('oci-layout', JSON.stringify({imageLayoutVersion: '1.0.0'}));
    for (const {digest, size, content} of blobs.values()) {
      const name = `blobs/${digest.replace(':', '/')}`;
      if (typeof content === 'string') await text(name, content);
      else await entry(tar, {name, size, mode: 0o644}, createReadStream(content.file));
    }
    await text('index.json', JSON.stringify(index));
    tar.finalize();
  };
  await Promise.all([pipeline(chunksOf(tar), createWriteStream(`${output}.part`)), write()]);
  await rename(`${output}.part`, output);
  return new Map(described.map(({image, manifest}) => [image.name, manifest.digest]));
}
