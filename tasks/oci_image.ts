import {basename} from 'node:path';
import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type LocalSource, type TaskModule} from '../engine/task.js';
import {ociImageFact, type ImagesState} from './facts/oci_image.js';

export interface OciImageArgs {
  readonly archive: LocalSource;
  readonly bundle: LocalSource;
  readonly containerd_namespace: string;
  readonly timeout: number;
}

interface ImportChange extends Change {
  readonly archive: string;
  readonly namespace: string;
  readonly timeout: number;
}

interface Image {
  readonly name: string;
  readonly archive: string;
  readonly digest: string;
}

export const ociImage: TaskModule<OciImageArgs, {readonly present: ImagesState}, ImportChange> = {
  name: 'oci_image',
  reads: (args) => ({present: ask(ociImageFact, {namespace: args.containerd_namespace})}),
  plan(args, {present}) {
    const missing = imagesOf(args).filter(({name, digest}) => present.images[name] !== digest);
    if (missing.length === 0) return undefined;
    return {
      kind: 'state',
      summary: `import ${missing.length} ${missing.length === 1 ? 'image' : 'images'} from ${basename(args.archive.path)}`,
      makes: [
        promise(
          ociImageFact,
          {namespace: args.containerd_namespace},
          {images: Object.fromEntries(missing.map(({name, digest}) => [name, digest]))},
        ),
      ],
      archive: args.archive.path,
      namespace: args.containerd_namespace,
      timeout: args.timeout,
    };
  },
  async apply(host, change) {
    // A folder that a rootless namespace shares with its host: /tmp and /run may be its own.
    const made = await host.run(
      'folder=$(mktemp -d /var/tmp/oci-image.XXXXXX) && chmod 0755 "$folder" && echo "$folder"',
      {label: 'mktemp'},
    );
    const folder = made.stdout.trim();
    try {
      await host.put(`${folder}/archive.tar`, {local: change.archive}, {mode: '0644'});
      await host.run(sh`ctr --namespace ${change.namespace} images import ${`${folder}/archive.tar`} >/dev/null`, {
        timeout: change.timeout,
        label: 'ctr images import',
      });
    } finally {
      await host.exec(sh`rm -rf -- ${folder}`);
    }
  },
  output: (args) => ({images: imagesOf(args).map(({name, digest}) => `${name}@${digest}`)}),
};

/** The images that the bundle says to be in this archive. */
function imagesOf({archive, bundle}: OciImageArgs): readonly Image[] {
  if (bundle.type !== 'file' || bundle.text === undefined) refuse(`'bundle' is no text file: ${bundle.path}`);
  const {images} = JSON.parse(bundle.text) as {readonly images: readonly Image[]};
  const inside = images.filter((image) => basename(image.archive) === basename(archive.path));
  if (inside.length === 0) refuse(`the bundle ${bundle.path} names no image in '${basename(archive.path)}'`);
  return inside;
}
