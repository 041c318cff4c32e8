import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type TaskModule} from '../engine/task.js';
import {kubeBindingsFact, type BindingsState} from './facts/kube_bindings.js';
import {ownLabel} from './facts/kube_csr.js';
import {kubectl} from './kube/answer.js';
import {bindingTitle, bindingWithout, byTitle, type Binding} from './kube/bindings.js';
import {namesUser, rolesOf} from './kube/user-roles.js';

interface WantedBinding {
  readonly name: string;
  readonly role?: string;
  readonly clusterrole?: string;
  readonly namespace?: string;
}

export interface KubeUserRolesArgs {
  readonly user: string;
  readonly bindings: readonly WantedBinding[];
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly show_rules: boolean;
  readonly unbind_command: string;
  readonly kubeconfig: string;
}

/** One binding that is made, changed from what it was, or deleted. */
type Step = {readonly title: string} & (
  | {readonly action: 'create' | 'delete'; readonly binding: Binding}
  | {readonly action: 'change'; readonly binding: Binding; readonly before: Binding}
);

interface RolesChange extends Change {
  readonly kubeconfig: string;
  readonly steps: readonly Step[];
}

export const kubeUserRoles: TaskModule<KubeUserRolesArgs, {readonly cluster: BindingsState}, RolesChange> = {
  name: 'kube_user_roles',
  reads: (args) => ({cluster: ask(kubeBindingsFact, {kubeconfig: args.kubeconfig})}),
  plan(args, {cluster}) {
    const wanted = args.bindings.map(canonical);
    const steps =
      args.state === 'present'
        ? [...wanted.flatMap((each) => bind(args.user, each, cluster)), ...(args.exclusive ? unbind(args.user, others(args.user, {wanted, cluster})) : [])] // prettier-ignore
        : unbind(args.user, named(args.user, {wanted, cluster}));
    if (steps.length === 0) return undefined;
    const bindings = steps.reduce<readonly Binding[]>((all, {action, binding}) => {
      const rest = bindingWithout(all, binding);
      return action === 'delete' ? rest : [...rest, binding];
    }, cluster.bindings);
    const isBound = (binding: Binding): boolean => namesUser(binding, args.user);
    const word = ({action, binding, title}: Step): string =>
      action === 'delete' ? `delete ${title}` : `${isBound(binding) ? 'bind' : 'unbind'} ${args.user}: ${title}`;
    return {
      kind: 'state',
      summary: steps.map(word).join(', '),
      makes: [promise(kubeBindingsFact, {kubeconfig: args.kubeconfig}, {cluster: true, bindings: byTitle(bindings)})],
      unsettles: steps.map(({binding: {kind, namespace = '', name}}) => ({
        kind: 'kube_object',
        id: `rbac.authorization.k8s.io/v1/${kind} ${namespace}/${name}`,
      })),
      kubeconfig: args.kubeconfig,
      steps,
    };
  },
  async apply(host, {kubeconfig, steps}) {
    const client = kubectl(kubeconfig);
    for (const step of steps) {
      const {kind, name, namespace} = step.binding;
      const where = [kind.toLowerCase(), name, ...(namespace === undefined ? [] : ['-n', namespace])];
      if (step.action === 'change')
        await host.run(sh`${client} patch ${where} --type=json -p ${patchOf(step)}`, {label: 'kubectl patch'});
      else if (step.action === 'create')
        await host.run(sh`${client} create -f -`, {input: objectOf(step.binding), label: 'kubectl create'});
      else await host.run(sh`${client} delete ${where} --ignore-not-found`, {label: 'kubectl delete'});
    }
  },
  output: (args, {cluster}) => ({
    user: args.user,
    roles: {
      [args.user]: rolesOf(args.user, {state: cluster, withRules: args.show_rules, command: args.unbind_command}),
    },
  }),
};

type Canonical = Pick<Binding, 'kind' | 'name' | 'namespace' | 'role'>;

function canonical({name, role, clusterrole, namespace}: WantedBinding): Canonical {
  const title = `the binding '${name}'`;
  if ((role === undefined) === (clusterrole === undefined))
    refuse(`${title} names ${role === undefined ? 'no role' : 'two roles'}`, "say one of 'role' and 'clusterrole'");
  if (role !== undefined && namespace === undefined)
    refuse(`${title} is to the role '${role}', which lies in a namespace`, "say which: 'namespace'");
  const bound: Binding['role'] =
    clusterrole === undefined ? {kind: 'Role', name: role ?? ''} : {kind: 'ClusterRole', name: clusterrole};
  return namespace === undefined
    ? {kind: 'ClusterRoleBinding', name, role: bound}
    : {kind: 'RoleBinding', name, namespace, role: bound};
}

function bind(user: string, wanted: Canonical, {cluster, bindings, roles, namespaces}: BindingsState): readonly Step[] {
  if (!cluster) refuse('there is no cluster to bind users in', 'make one before');
  const {role, namespace} = wanted;
  const title = bindingTitle(wanted);
  const subject = {kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io'};
  const there = bindings.find((each) => bindingTitle(each) === title);
  if (there !== undefined && (there.role.kind !== role.kind || there.role.name !== role.name))
    refuse(
      `the ${title} is to the ${there.role.kind.toLowerCase()} '${there.role.name}', not to the ${role.kind.toLowerCase()} '${role.name}'`,
      'a binding keeps its role for life: give the new one another name',
    );
  if (there !== undefined && namesUser(there, user)) return [];
  if (namespace !== undefined && !namespaces.includes(namespace))
    refuse(`there is no namespace '${namespace}'`, 'make it before, with kube_object');
  const lies = (each: BindingsState['roles'][number]): boolean =>
    each.kind === role.kind && each.name === role.name && (role.kind === 'ClusterRole' || each.namespace === namespace);
  if (!roles.some(lies))
    refuse(`there is no ${role.kind.toLowerCase()} '${role.name}'${role.kind === 'Role' ? ` in '${namespace ?? ''}'` : ''}`, 'make it before, with kube_object'); // prettier-ignore
  if (there === undefined) return [{title, action: 'create', binding: {...wanted, subjects: [subject]}}];
  return [{title, action: 'change', before: there, binding: {...there, subjects: [...there.subjects, subject]}}];
}

/** Takes a user out of bindings; what then binds nobody is deleted. */
function unbind(user: string, bindings: readonly Binding[]): readonly Step[] {
  return bindings.map((before): Step => {
    const title = bindingTitle(before);
    const subjects = before.subjects.filter(({kind, name}) => kind !== 'User' || name !== user);
    if (subjects.length === 0) return {title, action: 'delete', binding: before};
    return {title, action: 'change', before, binding: {...before, subjects}};
  });
}

interface Among {
  readonly wanted: readonly Canonical[];
  readonly cluster: BindingsState;
}

/** Bindings of the user that are not wanted. */
function others(user: string, {wanted, cluster}: Among): readonly Binding[] {
  const titles = wanted.map(bindingTitle);
  return cluster.bindings.filter((each) => namesUser(each, user) && !titles.includes(bindingTitle(each)));
}

/** Bindings of the user that are named, or all where none is. */
function named(user: string, {wanted, cluster}: Among): readonly Binding[] {
  const titles = wanted.map(bindingTitle);
  return cluster.bindings.filter(
    (each) => namesUser(each, user) && (titles.length === 0 || titles.includes(bindingTitle(each))),
  );
}

function objectOf({kind, name, namespace, role, subjects}: Binding): string {
  return JSON.stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: {name, labels: ownLabel, ...(namespace === undefined ? {} : {namespace})},
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', ...role},
    subjects,
  });
}

/** Fails where the binding has changed since it was looked at. */
function patchOf({before, binding}: Extract<Step, {action: 'change'}>): string {
  const path = '/subjects';
  const test = before.subjects.length === 0 ? [] : [{op: 'test', path, value: before.subjects}];
  return JSON.stringify([...test, {op: 'add', path, value: binding.subjects}]);
}
