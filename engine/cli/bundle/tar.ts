import {runProgram} from './program.js';

const tar = (words: readonly string[]): Promise<string> => runProgram('tar', words);

const plain = [
  ...['--dereference', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'],
  ...['--mode=go=rX,u+rw', '--sort=name'],
];

/** Packs a folder, the manifest first; links are followed, and the bytes are the same for the same content. The file's ending says how it is compressed. */
export async function packFolder(folder: string, file: string, names: readonly string[]): Promise<void> {
  await tar([...plain, '--auto-compress', '-C', folder, '-cf', file, '--', ...names]);
}

/** Packs all of a folder as `packFolder` does, by gzip at its quickest: for what is packed on one machine and soon unpacked on others. */
export async function packQuickly(folder: string, file: string): Promise<void> {
  await tar([...plain, '--use-compress-program=gzip -1n', '-C', folder, '-cf', file, '.']);
}

/** A file of an archive as text; the first of these names that it has. Rejects where it has none. */
export async function textIn(archive: string, [name, ...others]: readonly [string, ...string[]]): Promise<string> {
  const [next, ...rest] = others;
  return next === undefined
    ? tar(['-xOf', archive, '--', name])
    : tar(['-xOf', archive, '--', name]).catch(() => textIn(archive, [next, ...rest]));
}

/** Unpacks an archive into a folder. */
export async function unpack(file: string, folder: string): Promise<void> {
  await tar(['-C', folder, '--no-same-owner', '-xf', file]);
}

const imageName = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

/** The images of an archive in OCI's layout: digests by name. */
export async function imagesIn(archive: string): Promise<ReadonlyMap<string, string>> {
  const {manifests = []} = JSON.parse(await tar(['-xOf', archive, 'index.json'])) as {
    readonly manifests?: readonly {readonly digest: string; readonly annotations?: Readonly<Record<string, string>>}[];
  };
  return new Map(
    manifests.flatMap(({digest, annotations = {}}) => {
      const name = imageName.map((key) => annotations[key]).find((value) => value !== undefined);
      return name === undefined ? [] : [[name, digest] as const];
    }),
  );
}
