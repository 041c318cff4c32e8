import {quote} from '../../engine/host.js';
import type {BindingsState} from '../facts/kube_bindings.js';
import type {Binding} from './bindings.js';

/** A role of a user, as the list of roles tells it. */
export interface BoundRole {
  readonly bindRoleName: string;
  readonly bindedRoleType: string;
  readonly bindedRoleName: string;
  /** A command that takes the user out of the binding. */
  readonly unbindCmd: string;
  readonly rules?: readonly unknown[];
}

/** All roles of a user, by where they hold. */
export interface UserRoles {
  readonly clusterRoles: readonly BoundRole[];
  readonly roles: {
    /** Bound under the same name in every namespace that there is. */
    readonly allNamespaces: readonly BoundRole[];
    readonly namespaces: readonly Readonly<Record<string, readonly BoundRole[]>>[];
  };
}

/** Whether a binding names the user. */
export function namesUser({subjects}: Binding, user: string): boolean {
  return subjects.some(({kind, name}) => kind === 'User' && name === user);
}

/** Lists what a user is bound to by name (not what groups bring), each with the command that undoes it. */
export function rolesOf(
  user: string,
  {state, withRules, command}: {readonly state: BindingsState; readonly withRules: boolean; readonly command: string},
): UserRoles {
  const own = state.bindings.filter((binding) => namesUser(binding, user));
  const describe = (binding: Binding, all: readonly Binding[] = [binding]): BoundRole => ({
    bindRoleName: binding.name,
    bindedRoleType: binding.role.kind,
    bindedRoleName: binding.role.name,
    unbindCmd: unbindCommand(user, all, command),
    ...(withRules ? {rules: rulesOf(binding, state)} : {}),
  });
  const inNamespaces = own.filter(({kind}) => kind === 'RoleBinding');
  const same = (binding: Binding): readonly Binding[] =>
    inNamespaces.filter(
      ({name, role}) => name === binding.name && role.kind === binding.role.kind && role.name === binding.role.name,
    );
  const everywhere = inNamespaces.filter(
    (binding) => same(binding)[0] === binding && same(binding).length === state.namespaces.length,
  );
  const namespaces = [...new Set(inNamespaces.map(({namespace = ''}) => namespace))].sort();
  return {
    clusterRoles: own.filter(({kind}) => kind === 'ClusterRoleBinding').map((binding) => describe(binding)),
    roles: {
      allNamespaces: everywhere.map((binding) => describe(binding, same(binding))),
      namespaces: namespaces.map((name) => ({
        [name]: inNamespaces.filter(({namespace}) => namespace === name).map((binding) => describe(binding)),
      })),
    },
  };
}

function rulesOf({role, namespace}: Binding, {roles}: BindingsState): readonly unknown[] {
  const found = roles.find(
    (each) => each.kind === role.kind && each.name === role.name && (role.kind === 'ClusterRole' || each.namespace === namespace), // prettier-ignore
  );
  return found?.rules ?? [];
}

function unbindCommand(user: string, bindings: readonly Binding[], command: string): string {
  const list = bindings.map(({name, namespace, role}) => {
    const where = namespace === undefined ? '' : `, namespace: ${namespace}`;
    return `{name: "${name}", ${role.kind.toLowerCase()}: "${role.name}"${where}}`;
  });
  return `${command} -m kube_user_roles -a ${quote(`{user: "${user}", state: absent, bindings: [${list.join(', ')}]}`)}`;
}
