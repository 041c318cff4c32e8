import {json} from './answer.js';

/** A pod that a drain would evict. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  /** Something makes it anew elsewhere. */
  readonly owned: boolean;
  /** It keeps data on its node that is lost with it. */
  readonly emptyDir: boolean;
}

interface PodObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {readonly kind: string; readonly controller?: boolean}[];
  };
  readonly spec: {readonly volumes?: readonly {readonly emptyDir?: unknown}[]};
  readonly status?: {readonly phase?: string};
}

/** The pods of a list that a drain would evict: neither those of DaemonSets nor the kubelet's own. */
export function podsIn(text: string): readonly NodePod[] {
  if (text.trim() === '') return [];
  const {items} = json(text) as {readonly items: readonly PodObject[]};
  return items
    .filter(({metadata}) => metadata.annotations?.['kubernetes.io/config.mirror'] === undefined)
    .filter(
      ({metadata}) =>
        !(metadata.ownerReferences ?? []).some(({kind, controller}) => controller === true && kind === 'DaemonSet'),
    ) // prettier-ignore
    .map(({metadata, spec, status = {}}) => {
      const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
      return {
        namespace: metadata.namespace,
        name: metadata.name,
        owned: ended || (metadata.ownerReferences ?? []).some(({controller}) => controller === true),
        emptyDir: !ended && (spec.volumes ?? []).some((volume) => 'emptyDir' in volume),
      };
    });
}
