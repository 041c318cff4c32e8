import {quote} from '../../engine/host.js';
import {isUnknown, type DiffLine, type FactKind} from '../../engine/task.js';
import {answers, byKubeconfig, ifAnswering, knock, kubectl, objectsOf, record, textOf} from '../kube/answer.js';
import {founding, mark, markOf, sameCluster, type ClusterMark} from '../kube/cluster.js';
import {differences, leftovers, withoutLeftovers} from '../kube/differences.js';
import {kubernetes} from './kube_node.js';

/** An object of the API as YAML and JSON write it. */
export interface Definition {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {readonly name: string; readonly namespace?: string; readonly [member: string]: unknown};
  readonly [member: string]: unknown;
}

export interface ObjectKey {
  readonly kubeconfig: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface ObjectState extends ClusterMark {
  /** Whether there is a cluster at all. */
  readonly cluster: boolean;
  /** The object as the server holds it; null: there is none. */
  readonly live: Definition | null;
}

/** The name under which the server keeps which fields are ours. */
export const fieldManager = 'u7s-play';

/** `daemonset kube-flannel/kube-flannel-ds`. */
export function titleOf(key: {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  return `${key.kind.toLowerCase()} ${key.namespace === undefined ? '' : `${key.namespace}/`}${key.name}`;
}

/** Members of the live object that are not as the definition says. */
export function drift(wanted: Definition, live: Definition): readonly DiffLine[] {
  const title = titleOf({kind: wanted.kind, ...wanted.metadata});
  return [...differences(wanted, live), ...leftovers(wanted, ownedBy(live), live)].map(({path, before, after}) => {
    const what = `${title} ${path}`;
    if (isText(before) && isText(after) && wanted.kind !== 'Secret') return {what, text: {before, after}};
    return {what, before: shown(wanted, before), after: shown(wanted, after)};
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\n');
}

interface Manager {
  readonly manager?: string;
  readonly fieldsV1?: unknown;
}

function managersOf(live: Definition): readonly Manager[] {
  return (live.metadata['managedFields'] as readonly Manager[] | undefined) ?? [];
}

function ownedBy(live: Definition): unknown {
  return managersOf(live).find(({manager}) => manager === fieldManager)?.fieldsV1;
}

/** The object as the server will hold it. */
function applied(wanted: Definition, live: Definition | null): Definition {
  if (live === null) return wanted;
  const {managedFields: _, ...metadata} = live.metadata;
  return merge(withoutLeftovers(wanted, ownedBy(live), {...live, metadata}), wanted) as Definition;
}

/** An object of the Kubernetes API, as the server holds it. */
export const kubeObjectFact: FactKind<ObjectKey, ObjectState> = {
  name: 'kube_object',
  id: (key) => `${key.apiVersion}/${key.kind} ${key.namespace ?? ''}/${key.name}`,
  realm: (key) => key.kubeconfig,
  sameRealm: sameCluster,
  follows: (_, before, promised) => founding(before, promised),
  together: kubernetes,
  script(keys) {
    const get = (kubeconfig: string, wanted: readonly ObjectKey[]): string =>
      `printf %s ${quote(JSON.stringify(asList(wanted)))} | ${kubectl(kubeconfig).script} get -f - -o json --ignore-not-found --show-managed-fields`;
    // The server has answered already.
    const apart = keys.map((key) => `{ ${record(get(key.kubeconfig, [key]))}; }`).join('; ');
    const groups = byKubeconfig(keys);
    const together = groups.map(
      ([name, group], index) =>
        `${knock(name)}\nout${index}=$( { ${ifAnswering(get(name, group))}\n} 2>&1) && code${index}=0 || code${index}=$?`,
    );
    // One kind that the server does not know fails the whole call: then each is asked alone.
    return `${groups.map(([kubeconfig]) => mark(kubeconfig)).join('\n')}
${together.join('\n')}
case "${together.map((_, index) => `$out${index}`).join('')}" in
*'no matches for kind'*) ${apart} ;;
*) ${together.map((_, index) => `printf '%s\\n%s\\n\\036\\n' $code${index} "$out${index}"`).join('; ')} ;;
esac`;
  },
  parse(keys, result) {
    const all = answers(result.stdout);
    const groups = byKubeconfig(keys);
    const said = all.slice(groups.length);
    const alone = said.length === keys.length && groups.length !== keys.length;
    if (!alone && said.length !== groups.length) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    return keys.map((key, index): ObjectState => {
      const group = groups.findIndex(([kubeconfig]) => kubeconfig === key.kubeconfig);
      const answer = said[alone ? index : group];
      const whose = markOf(all[group]);
      if (answer === undefined) throw new Error('Internal error: an answer is missing');
      if (answer.status === 'refused' && answer.text.includes('no matches for kind'))
        return {cluster: true, live: null, ...whose};
      const text = textOf(answer);
      return text === undefined ? {cluster: false, live: null} : {cluster: true, live: find(key, text), ...whose};
    });
  },
  lay(before, promised) {
    const wanted = Reflect.get(Object(promised), 'live') as Definition | null;
    return {...before, cluster: true, live: wanted === null ? null : applied(wanted, before.live)};
  },
  holds(promised, read) {
    const wanted = Reflect.get(Object(promised), 'live') as Definition | null;
    return wanted === null ? read.live === null : read.live !== null && drift(wanted, read.live).length === 0;
  },
  show(before, after) {
    const wanted = isUnknown(after) ? undefined : after.live;
    const live = before?.live ?? null;
    if (wanted === undefined) return [];
    if (wanted === null)
      return live === null
        ? []
        : [{what: titleOf({kind: live.kind, ...live.metadata}), before: 'present', after: undefined}];
    if (live === null)
      return [{what: titleOf({kind: wanted.kind, ...wanted.metadata}), text: {before: '', after: text(wanted)}}];
    return drift(wanted, live);
  },
};

function asList(keys: readonly ObjectKey[]): unknown {
  const items = keys.map(({apiVersion, kind, name, namespace}) => ({
    apiVersion,
    kind,
    metadata: {name, ...(namespace === undefined ? {} : {namespace})},
  }));
  return {apiVersion: 'v1', kind: 'List', items};
}

function find(key: ObjectKey, said: string): Definition | null {
  const is = (each: Definition): boolean =>
    each.kind === key.kind &&
    each.metadata.name === key.name &&
    (key.namespace === undefined || each.metadata.namespace === key.namespace);
  return (objectsOf(said) as readonly Definition[]).find(is) ?? null;
}

function merge(before: unknown, wanted: unknown): unknown {
  if (
    typeof wanted !== 'object' ||
    wanted === null ||
    Array.isArray(wanted) ||
    typeof before !== 'object' ||
    before === null
  )
    return wanted;
  const members: Record<string, unknown> = {...before};
  for (const [name, value] of Object.entries(wanted)) members[name] = merge(members[name] ?? {}, value);
  return members;
}

function shown(definition: Definition, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (definition.kind === 'Secret') return '(hidden)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function text(definition: Definition): string {
  if (definition.kind !== 'Secret') return `${JSON.stringify(definition, null, 2)}\n`;
  const {data: _, stringData: __, ...open} = definition;
  return `${JSON.stringify({...open, data: '(hidden)'}, null, 2)}\n`;
}
