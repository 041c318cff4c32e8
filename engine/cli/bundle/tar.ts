import {spawn} from 'node:child_process';

/** Runs the controller's tar; resolves with what it printed, rejects with what it complained of. */
function tar(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('tar', words, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, LC_ALL: 'C'}});
    const out: Buffer[] = [];
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(complaint.trim() || `tar exited with ${String(code)}`));
    });
  });
}

/** Packs a folder, the manifest first; links are followed, and the bytes are the same for the same content. The file's ending says how it is compressed. */
export async function packFolder(folder: string, file: string, names: readonly string[]): Promise<void> {
  const plain = ['--dereference', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=go=rX,u+rw'];
  await tar([...plain, '--auto-compress', '-C', folder, '-cf', file, '--', ...names]);
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
