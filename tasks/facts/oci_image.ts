import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {answers, record, unanswered} from '../kube/answer.js';
import {heard, silenceOf} from '../kube/silence.js';

export interface ImagesKey {
  /** containerd's, e.g. `k8s.io`. */
  readonly namespace: string;
}

export interface ImagesState {
  /** Digests by name. */
  readonly images: Readonly<Record<string, string>>;
}

/** The images in one namespace of containerd. */
export const ociImageFact: FactKind<ImagesKey, ImagesState> = {
  name: 'oci_image',
  id: (key) => key.namespace,
  volatile: true,
  script: (keys) =>
    keys.map(({namespace}) => record(heard('ctr', sh`ctr --namespace ${namespace} images list`))).join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (said.length !== keys.length) throw new Error(`ctr did not answer: ${result.stderr.trim()}`);
    return said.map((answer): ImagesState => {
      switch (answer.status) {
        case 'ok':
          return {
            images: Object.fromEntries(
              answer.text
                .split('\n')
                .slice(1)
                .flatMap((line) => entry(line.split(/\s+/))),
            ),
          };
        case 'no-cluster':
          return {images: {}};
        case 'silent':
          throw silenceOf('ctr', answer.text);
        case 'unreachable':
        case 'refused':
          throw unanswered('containerd', answer.text);
      }
    });
  },
  lay: (before, promised) => ({images: {...before.images, ...(promised as ImagesState).images}}),
  show(before, after) {
    if (!('images' in after)) return [];
    const changed = Object.entries(after.images).filter(([name, digest]) => before?.images[name] !== digest);
    return changed.map(([name, digest]) => ({what: `image ${name}`, before: before?.images[name], after: digest}));
  },
};

/** `REF TYPE DIGEST SIZE …`; containerd's CRI also keeps each image under its digest alone. */
function entry([name = '', , digest = '']: readonly string[]): readonly (readonly [string, string])[] {
  return name === '' || name.startsWith('sha256:') ? [] : [[name, digest]];
}
