import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {
  drift,
  fieldManager,
  kubeObjectFact,
  titleOf,
  type Definition,
  type ObjectKey,
  type ObjectState,
} from './facts/kube_object.js';
import {kubectl} from './kube/answer.js';

export interface KubeObjectArgs {
  readonly definition: Definition | readonly Definition[];
  readonly state: 'present' | 'absent';
  readonly kubeconfig: string;
}

interface KubeObjectChange extends Change {
  readonly kubeconfig: string;
  readonly apply: readonly Definition[];
  readonly remove: readonly Definition[];
}

export const kubeObject: TaskModule<KubeObjectArgs, {readonly objects: readonly ObjectState[]}, KubeObjectChange> = {
  name: 'kube_object',
  reads: (args) => ({objects: definitions(args).map((each) => ask(kubeObjectFact, keyOf(each, args)))}),
  plan(args, {objects}) {
    const wanted = definitions(args).map((definition, index) => ({definition, state: objects[index]}));
    const apply: Definition[] = [];
    const remove: Definition[] = [];
    for (const {definition, state} of wanted) {
      if (state === undefined) throw new Error('Internal error: a fact is missing');
      if (args.state === 'absent') {
        if (state.live !== null) remove.push(definition);
      } else if (state.live === null || drift(definition, state.live).length > 0) {
        apply.push(definition);
      }
    }
    if (apply.length + remove.length === 0) return undefined;
    const titles = [...apply, ...remove].map((each) => titleOf({kind: each.kind, ...each.metadata}));
    return {
      kind: 'state',
      summary: `${remove.length > 0 ? 'remove' : 'apply'} ${titles.join(', ')}`,
      makes: [
        ...apply.map((each) => promise(kubeObjectFact, keyOf(each, args), {live: each})),
        ...remove.map((each) => promise(kubeObjectFact, keyOf(each, args), {live: null})),
      ],
      kubeconfig: args.kubeconfig,
      apply,
      remove,
    };
  },
  async apply(host, change) {
    if (change.apply.length > 0) {
      // An API server that has just begun, or whose machine is busy, takes its time; what is applied twice is applied once.
      await host.run(
        sh`${kubectl(change.kubeconfig)} --request-timeout 120s apply --server-side --force-conflicts ${`--field-manager=${fieldManager}`} -f -`,
        {input: list(change.apply), label: 'kubectl apply'},
      );
    }
    if (change.remove.length > 0) {
      await host.run(
        sh`kubectl --kubeconfig ${change.kubeconfig} delete --ignore-not-found --wait --timeout=120s -f -`,
        {input: list(change.remove), label: 'kubectl delete'},
      );
    }
  },
  output: (_, {objects}) => ({objects: objects.map(({live}) => live)}),
};

function definitions(args: KubeObjectArgs): readonly Definition[] {
  const all = Array.isArray(args.definition)
    ? (args.definition as readonly Definition[])
    : [args.definition as Definition];
  if (all.length === 0) refuse("'definition' is an empty list");
  return all;
}

function keyOf({apiVersion, kind, metadata}: Definition, {kubeconfig}: KubeObjectArgs): ObjectKey {
  const {name, namespace} = metadata;
  return {kubeconfig, apiVersion, kind, name, ...(namespace === undefined ? {} : {namespace})};
}

function list(items: readonly Definition[]): string {
  return JSON.stringify({apiVersion: 'v1', kind: 'List', items});
}
