/** Who a binding names. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/** A RoleBinding, or (without a namespace) a ClusterRoleBinding. */
export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly name: string;
  readonly namespace?: string;
  readonly role: {readonly kind: 'Role' | 'ClusterRole'; readonly name: string};
  readonly subjects: readonly Subject[];
}

/** What a role allows, as the API writes it. */
export interface Role {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  readonly namespace?: string;
  readonly rules: readonly unknown[];
}

/** Which binding is meant. */
export type BindingName = Pick<Binding, 'kind' | 'name' | 'namespace'>;

/** `rolebinding shop/editors`, `clusterrolebinding viewers`. */
export function bindingTitle({kind, namespace, name}: BindingName): string {
  return `${kind.toLowerCase()} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The bindings but one. */
export function bindingWithout(all: readonly Binding[], name: BindingName): readonly Binding[] {
  return all.filter((each) => bindingTitle(each) !== bindingTitle(name));
}

/** Bindings in one order. */
export function byTitle(bindings: readonly Binding[]): readonly Binding[] {
  return [...bindings].sort((one, other) => (bindingTitle(one) < bindingTitle(other) ? -1 : 1));
}

/** Whether an object's id (of the fact kube_object) is of a kind that bindings are about. */
export function isOfBindings(id: string): boolean {
  return /^(v1\/Namespace|rbac\.authorization\.k8s\.io\/v1\/(Cluster)?Role(Binding)?) /.test(id);
}

/** Reads lines of kind, namespace, name, role, subjects and rules, each a column; the last three in JSON. */
export function objectsIn(text: string): {
  readonly namespaces: readonly string[];
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
} {
  const namespaces: string[] = [];
  const roles: Role[] = [];
  const bindings: Binding[] = [];
  for (const line of text.split('\n')) {
    const [kind = '', namespace = '', name = '', role = '', subjects = '', rules = ''] = line.split('\t');
    const where = namespace === '' ? {} : {namespace};
    if (kind === 'Namespace') namespaces.push(name);
    else if (kind === 'Role' || kind === 'ClusterRole') roles.push({kind, name, ...where, rules: listIn(rules)});
    else if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
      const {kind: roleKind, name: roleName} = JSON.parse(role) as Binding['role'];
      bindings.push({
        kind,
        name,
        ...where,
        role: {kind: roleKind, name: roleName},
        subjects: listIn(subjects) as readonly Subject[],
      });
    }
  }
  return {namespaces: namespaces.sort(), roles, bindings: byTitle(bindings)};
}

function listIn(text: string): readonly unknown[] {
  return text === '' ? [] : (JSON.parse(text) as readonly unknown[]);
}
