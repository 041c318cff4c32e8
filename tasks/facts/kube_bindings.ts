import {sh} from '../../engine/host.js';
import {isUnknown, type FactKind, type Promised} from '../../engine/task.js';
import {answers, ifAnswering, knock, kubectl, record, textOf} from '../kube/answer.js';
import {founding, mark, markOf, sameCluster, type ClusterMark} from '../kube/cluster.js';
import {
  bindingTitle,
  bindingWithout,
  byTitle,
  isOfBindings,
  objectsIn,
  type Binding,
  type Role,
} from '../kube/bindings.js';
import {holdsMembers} from './holds.js';
import {kubernetes} from './kube_node.js';

export interface BindingsKey {
  readonly kubeconfig: string;
}

export interface BindingsState extends ClusterMark {
  readonly cluster: boolean;
  readonly namespaces: readonly string[];
  readonly roles: readonly Role[];
  /** In the order of their titles. */
  readonly bindings: readonly Binding[];
}

const columns = ['kind', 'metadata.namespace', 'metadata.name', 'roleRef', 'subjects', 'rules'];

/** Who may what: all bindings of a cluster, its roles and its namespaces. */
export const kubeBindingsFact: FactKind<BindingsKey, BindingsState> = {
  name: 'kube_bindings',
  id: (key) => key.kubeconfig,
  realm: (key) => key.kubeconfig,
  sameRealm: sameCluster,
  together: kubernetes,
  script: (keys) =>
    keys
      .map(({kubeconfig}) => {
        const path = `jsonpath={range .items[*]}${columns.map((column) => `{.${column}}`).join('{"\\t"}')}{"\\n"}{end}`;
        const kinds = 'namespaces,clusterroles,roles,clusterrolebindings,rolebindings';
        return [
          knock(kubeconfig),
          record(ifAnswering(sh`${kubectl(kubeconfig)} get ${kinds} -A -o ${path}`)),
          mark(kubeconfig),
        ].join('\n');
      })
      .join('\n'),
  parse(keys, result) {
    const said = answers(result.stdout);
    if (said.length !== keys.length * 2) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    return keys.map((_, index): BindingsState => {
      const [answer, whose] = said.slice(index * 2, index * 2 + 2);
      if (answer === undefined) throw new Error('Internal error: an answer is missing');
      const text = textOf(answer);
      if (text === undefined) return {cluster: false, namespaces: [], roles: [], bindings: []};
      return {cluster: true, ...objectsIn(text), ...markOf(whose)};
    });
  },
  follows(_, before, promised) {
    return followed(before, promised) ?? founding(before, promised);
  },
  holds: holdsMembers,
  show(before, after) {
    if (isUnknown(after) || isUnknown(after.bindings)) return [];
    const words = ({subjects}: Binding): string => subjects.map(({name}) => name).join(', ');
    const old = new Map((before?.bindings ?? []).map((each) => [bindingTitle(each), words(each)]));
    const now = new Map(after.bindings.map((each) => [bindingTitle(each), words(each)]));
    return [...new Set([...old.keys(), ...now.keys()])]
      .sort()
      .filter((title) => old.get(title) !== now.get(title))
      .map((title) => ({what: title, before: old.get(title), after: now.get(title)}));
  },
};

interface Live {
  readonly kind: string;
  readonly metadata: {readonly name: string; readonly namespace?: string};
  readonly roleRef?: Binding['role'];
  readonly subjects?: Binding['subjects'];
  readonly rules?: Role['rules'];
}

/** What an object that kube_object promises does to the answer. */
function followed(before: BindingsState, promised: Promised): BindingsState | undefined {
  if (promised.kind !== 'kube_object' || !('id' in promised) || !isOfBindings(promised.id)) return undefined;
  const live = Reflect.get(Object(promised.value), 'live') as Live | null | undefined;
  const [, kind = '', place = ''] = /^\S*\/(\w+) (\S*)$/.exec(promised.id) ?? [];
  const [namespace = '', name = ''] = place.split('/');
  const where = namespace === '' ? {} : {namespace};
  const is = (each: {readonly name: string; readonly namespace?: string}): boolean =>
    each.name === name && (each.namespace ?? '') === namespace;
  if (kind === 'Namespace') {
    const others = before.namespaces.filter((each) => each !== name);
    return {...before, namespaces: live ? [...others, name].sort() : others};
  }
  if (kind === 'Role' || kind === 'ClusterRole') {
    const others = before.roles.filter((each) => each.kind !== kind || !is(each));
    return {...before, roles: live ? [...others, {kind, name, ...where, rules: live.rules ?? []}] : others};
  }
  if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return undefined;
  const others = bindingWithout(before.bindings, {kind, name, ...where});
  if (!live?.roleRef) return {...before, bindings: others};
  const {kind: roleKind, name: roleName} = live.roleRef;
  const made: Binding = {kind, name, ...where, role: {kind: roleKind, name: roleName}, subjects: live.subjects ?? []};
  return {...before, bindings: byTitle([...others, made])};
}
