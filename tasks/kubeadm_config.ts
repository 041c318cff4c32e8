import {isDeepStrictEqual} from 'node:util';
import {sh} from '../engine/host.js';
import {
  ask,
  promise,
  readYaml,
  refuse,
  writeYaml,
  type Change,
  type Promised,
  type TaskModule,
} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {kubeObjectFact, type Definition, type ObjectKey, type ObjectState} from './facts/kube_object.js';
import {demandFolder, demandReadable, type Placement} from './files/placement.js';
import {planWrite, write, type FileWrite} from './files/write.js';
import {kubectl} from './kube/answer.js';
import {mergedInto} from './kube/merge.js';

export interface KubeadmConfigArgs extends Placement {
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly kubelet?: Readonly<Record<string, unknown>>;
  readonly kube_proxy?: Readonly<Record<string, unknown>>;
  readonly file?: string;
  readonly kubeconfig: string;
}

interface Facts {
  readonly maps: readonly ObjectState[];
  /** The file and its folder; empty without one. */
  readonly files: readonly FileState[];
}

interface Patch {
  readonly map: string;
  readonly member: string;
  readonly text: string;
  /** Of the map that was read: another one has been changed meanwhile. */
  readonly version: string | undefined;
}

interface ConfigChange extends Change {
  readonly patches: readonly Patch[];
  readonly file?: FileWrite;
  readonly kubeconfig: string;
}

const parts = [
  {arg: 'cluster', map: 'kubeadm-config', member: 'ClusterConfiguration', head: {apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration'}},
  {arg: 'kubelet', map: 'kubelet-config', member: 'kubelet', head: {apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration'}},
  {arg: 'kube_proxy', map: 'kube-proxy', member: 'config.conf', head: {apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration'}},
] as const; // prettier-ignore

export const kubeadmConfig: TaskModule<KubeadmConfigArgs, Facts, ConfigChange> = {
  name: 'kubeadm_config',
  reads: (args) => ({
    maps: parts.map(({map}) => ask(kubeObjectFact, keyOf(args, map))),
    files:
      args.file === undefined
        ? []
        : [ask(fileFact, {path: args.file, content: true}), ask(fileFact, {path: parentOf(args.file), digest: false})],
  }),
  plan(args, {maps, files}) {
    const wanted = configurations(args, maps);
    const changed = wanted.filter(({live, present, merged}) => live !== null && !isDeepStrictEqual(present, merged));
    const patches = changed.map(({map, member, merged, live}) => ({
      map,
      member,
      text: writeYaml(merged),
      version: live?.metadata['resourceVersion'] as string | undefined,
    }));
    const file = planFile(args, {wanted, files});
    if (patches.length === 0 && file === undefined) return undefined;
    const makes: Promised[] = patches.map(({map, member, text}) =>
      promise(kubeObjectFact, keyOf(args, map), {live: {...headOf(map), data: {[member]: text}}}),
    );
    const words = [
      ...patches.map(({map}) => `change configmap kube-system/${map}`),
      ...(file === undefined ? [] : [file.summary]),
    ];
    return {
      kind: 'state',
      summary: words.join(', '),
      makes: [...makes, ...(file?.makes ?? [])],
      patches,
      ...(file === undefined ? {} : {file}),
      kubeconfig: args.kubeconfig,
    };
  },
  async apply(host, {patches, file, kubeconfig}) {
    for (const {map, member, text, version} of patches) {
      const metadata = version === undefined ? {} : {metadata: {resourceVersion: version}};
      await host.run(
        // Behind a change of user /dev/stdin cannot be opened again.
        sh`patch=$(cat); ${kubectl(kubeconfig)} -n kube-system patch configmap ${map} --type merge --patch "$patch"`,
        {input: JSON.stringify({...metadata, data: {[member]: text}}), label: `kubectl patch configmap ${map}`},
      );
    }
    if (file !== undefined) await write(host, file);
  },
  output(args, {maps}) {
    const all = configurations(args, maps);
    return Object.fromEntries(all.map(({arg, merged}) => [arg, merged ?? null]));
  },
};

interface Configuration {
  readonly arg: string;
  readonly map: string;
  readonly member: string;
  readonly live: Definition | null;
  /** What the cluster has; undefined where there is none yet. */
  readonly present: unknown;
  /** With what is declared; undefined where there is neither. */
  readonly merged: unknown;
}

function configurations(args: KubeadmConfigArgs, maps: readonly ObjectState[]): readonly Configuration[] {
  return parts.map(({arg, map, member, head}, index) => {
    const live = maps[index]?.live ?? null;
    const text = (live?.['data'] as Readonly<Record<string, string>> | undefined)?.[member];
    const present = text === undefined ? undefined : readYaml(text);
    const declared = args[arg];
    if (maps[index]?.cluster === true && live === null && declared !== undefined)
      refuse(
        `the cluster has no configmap kube-system/${map}`,
        'kubeadm init makes it, in its phase upload-config or addon',
      );
    const merged = declared === undefined ? present : mergedInto(present ?? head, declared);
    return {arg, map, member, live, present, merged};
  });
}

/** The file holds all configurations, as kubeadm reads them; before there is a cluster, those that are declared. */
function planFile(
  args: KubeadmConfigArgs,
  {wanted, files: [state, parent]}: {readonly wanted: readonly Configuration[]; readonly files: readonly FileState[]},
): FileWrite | undefined {
  if (args.file === undefined || state === undefined || parent === undefined) return undefined;
  demandReadable(state);
  if (state.type === 'absent') demandFolder(parent, args.file);
  const documents = wanted.flatMap(({merged}) => (merged === undefined ? [] : [writeYaml(merged)]));
  const {mode, owner, group} = args;
  const placement = {
    ...(mode === undefined ? {} : {mode}),
    ...(owner === undefined ? {} : {owner}),
    ...(group === undefined ? {} : {group}),
  };
  return planWrite(state, {path: args.file, content: documents.join('---\n'), ...placement});
}

function keyOf({kubeconfig}: KubeadmConfigArgs, name: string): ObjectKey {
  return {kubeconfig, apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name};
}

function headOf(name: string): Definition {
  return {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'kube-system'}};
}
