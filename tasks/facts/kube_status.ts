import {raw, sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {byKubeconfig, ifAnswering, knock, kubectl, record} from '../kube/answer.js';
import {kubernetes} from './kube_node.js';

/** Something of a cluster that becomes true by itself. */
export type Condition =
  /** The API server answers `/readyz`; `existing`: or there is no cluster yet, or it is another one, for which no waiting helps. */
  | {readonly type: 'api'; readonly existing: boolean}
  | {readonly type: 'nodes'; readonly names: readonly string[]}
  /** All pods of it run in their newest form. */
  | {readonly type: 'rollout'; readonly resource: string; readonly namespace: string}
  /** Every pod of these namespaces is ready or has ended. */
  | {readonly type: 'pods'; readonly namespaces: readonly string[]}
  /** The service leads to these addresses, and to no others. */
  | {
      readonly type: 'endpoints';
      readonly service: string;
      readonly namespace: string;
      readonly addresses: readonly string[];
    };

export interface StatusKey {
  readonly kubeconfig: string;
  readonly condition: Condition;
}

export interface ClusterStatus {
  readonly holds: boolean;
  /** What is missing, where that is known. */
  readonly missing: string;
}

/** Whether something of a cluster has become true. */
export const kubeStatusFact: FactKind<StatusKey, ClusterStatus> = {
  name: 'kube_status',
  id: (key) => `${key.kubeconfig} ${describe(key.condition)}`,
  realm: (key) => key.kubeconfig,
  volatile: true,
  // One call tells of all conditions; where it does not, each is asked alone, so that each has its own answer.
  together: kubernetes,
  script: (keys) =>
    byKubeconfig(keys)
      .map(([kubeconfig, group]) => {
        const seen = group.flatMap(({condition}) => seenOf(condition) ?? []);
        const ask = (key: StatusKey): string => {
          if (key.condition.type === 'api') return test(key);
          const known = seenOf(key.condition);
          const told = known === undefined ? '' : `[ -n "$alone" ] || {\n${judge(known)}\n}\n`;
          return ifAnswering(`${told}${test(key)}`);
        };
        return [
          ...(group.every(({condition}) => condition.type === 'api') ? [] : [knock(kubeconfig)]),
          ...(seen.length === 0
            ? []
            : [`alone=; [ -n "$down" ] || lines=$(${look(kubeconfig, seen)} 2>/dev/null) || alone=1`]),
          ...group.map((key) => record(ask(key))),
        ].join('\n');
      })
      .join('\n'),
  parse: (keys, result) => {
    const said = result.stdout.split('\n\u001e\n').slice(0, -1);
    if (said.length !== keys.length) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    const asked = byKubeconfig(keys).flatMap(([, group]) => group);
    const states = said.map((text): ClusterStatus => ({
      holds: text.startsWith('0\n'),
      missing: text.slice(text.indexOf('\n') + 1).trim(),
    }));
    return keys.map((key) => states[asked.indexOf(key)] as ClusterStatus);
  },
  show: (before, after) => [
    {
      what: 'holds',
      before: before === undefined ? undefined : String(before.holds),
      after: 'holds' in after ? String(after.holds) : undefined,
    },
  ],
};

/** The condition as the user reads it: `nodes cp1, w1 Ready`. */
export function describe(condition: Condition): string {
  switch (condition.type) {
    case 'api':
      return 'the API server ready';
    case 'nodes':
      return `${condition.names.length === 1 ? 'node' : 'nodes'} ${condition.names.join(', ')} Ready`;
    case 'rollout':
      return `${condition.namespace}/${condition.resource} rolled out`;
    case 'pods':
      return 'all pods of kube-* ready';
    case 'endpoints':
      return `service ${condition.namespace}/${condition.service} at ${condition.addresses.join(', ')}`;
  }
}

/** A script that succeeds when the condition holds and else tells what is missing. */
export function test({kubeconfig, condition}: StatusKey): string {
  const client = kubectl(kubeconfig);
  if (condition.type === 'api')
    return condition.existing
      ? `out=$(${client.script} get --raw /readyz 2>&1) && exit 0
case "$out" in *'not found'*|*stat*'no such file'*|*x509:*) exit 0 ;; esac
printf '%s\\n' "$out"; exit 1`
      : `${client.script} get --raw /readyz`;
  if (condition.type === 'rollout' && workloadOf(condition.resource) === undefined)
    return sh`line=$(${client} -n ${condition.namespace} get ${condition.resource} -o ${`jsonpath=${rolloutNumbers}`}) || { printf '%s' "$line"; exit 1; }
${raw(rolledOut)}`;
  return `lines=$(${look(kubeconfig, [condition])}) || { printf '%s' "$lines"; exit 1; }\n${judge(condition)}`;
}

type Seen = Exclude<Condition, {readonly type: 'api'}>;

/** The condition, where lists of well-known resources tell it. */
function seenOf(condition: Condition): Seen | undefined {
  if (condition.type === 'api') return undefined;
  return condition.type !== 'rollout' || workloadOf(condition.resource) !== undefined ? condition : undefined;
}

interface Workload {
  readonly type: string;
  readonly kind: string;
  readonly name: string;
}

const workloads: readonly (readonly [words: RegExp, type: string, kind: string])[] = [
  [/^(?:daemonsets?(?:\.apps)?|ds)\/(.+)$/i, 'daemonsets.apps', 'DaemonSet'],
  [/^(?:deployments?(?:\.apps)?|deploy)\/(.+)$/i, 'deployments.apps', 'Deployment'],
  [/^(?:statefulsets?(?:\.apps)?|sts)\/(.+)$/i, 'statefulsets.apps', 'StatefulSet'],
];

function workloadOf(resource: string): Workload | undefined {
  for (const [words, type, kind] of workloads) {
    const name = words.exec(resource)?.[1];
    if (name !== undefined) return {type, kind, name};
  }
  return undefined;
}

function typeOf(condition: Seen): string {
  switch (condition.type) {
    case 'nodes':
      return 'nodes';
    case 'rollout':
      return workloadOf(condition.resource)?.type ?? '';
    case 'pods':
      return 'pods';
    case 'endpoints':
      return 'endpointslices';
  }
}

/** A call that prints a line for each object that the conditions are about. */
function look(kubeconfig: string, conditions: readonly Seen[]): string {
  const types = [...new Set(conditions.map(typeOf))].join(',');
  const spaces = new Set(conditions.map((each) => ('namespace' in each ? each.namespace : '')));
  const [only = ''] = spaces.size === 1 ? spaces : [];
  return sh`${kubectl(kubeconfig)} get ${types} ${only === '' ? '-A' : ['-n', only]} -o ${`jsonpath=${objectLines}`}`;
}

/** A piece of script that tells by the lines in `$lines` whether a condition holds; it ends the script. */
function judge(condition: Seen): string {
  switch (condition.type) {
    case 'nodes':
      return sh`code=0
for node in ${condition.names}; do
  printf '%s\n' "$lines" | grep -qF "Node|/$node|True|" || { printf '%s is not Ready\n' "$node"; code=1; }
done
exit $code`;
    case 'rollout': {
      const {kind, name} = workloadOf(condition.resource) ?? {kind: '', name: ''};
      const begin = `${kind}|${condition.namespace}/${name}|`;
      return sh`line=$(printf '%s\n' "$lines" | grep -F ${begin}) || { printf 'not there'; exit 1; }
line=\${line##*|}
${raw(rolledOut)}`;
    }
    case 'pods':
      return sh`missing=$(for namespace in ${condition.namespaces}; do printf '%s\n' "$lines" | grep "^Pod|$namespace/"; done | grep -v -e '|True|' -e '|Succeeded|' -e '|Failed|' | cut -d '|' -f 2,4 | tr '|' ' ')
[ -n "$missing" ] || exit 0
printf 'not ready: %s' "$missing"; exit 1`;
    case 'endpoints':
      return sh`seen=$(printf '%s\n' "$lines" | grep ${`^EndpointSlice|${condition.namespace}/`} | grep -F ${`|${condition.service}|`} | sed 's/|[^|]*$//; s/.*|//' | tr ' ' '\n' | grep . | sort -u)
wanted=$(printf '%s\n' ${condition.addresses} | sort -u)
[ "$seen" = "$wanted" ] && exit 0
printf 'it leads to %s' "$(printf '%s' "$seen" | tr '\n' ' ')"; exit 1`;
  }
}

/** Tells by the numbers in `$line`: wanted, updated, ready, the generation asked for and the one that was seen. A missing one prints as nothing. */
const rolledOut = `IFS=, read -r wanted updated ready generation seen <<END
$line
END
[ "$generation" = "$seen" ] && [ -n "$wanted" ] && [ "$wanted" = "\${updated:-0}" ] && [ "$wanted" = "\${ready:-0}" ] && exit 0
printf '%s of %s ready' "\${ready:-0}" "\${wanted:-?}"; exit 1`;

const rolloutNumbers =
  '{.spec.replicas}{.status.desiredNumberScheduled},{.status.updatedReplicas}{.status.updatedNumberScheduled},{.status.readyReplicas}{.status.numberReady},{.metadata.generation},{.status.observedGeneration}';

/** Kind, namespace and name, whether it is ready, its phase, the service of a slice; then addresses, and the numbers of a roll-out. */
const objectLines = `{range .items[*]}{.kind}|{.metadata.namespace}/{.metadata.name}|{.status.conditions[?(@.type=="Ready")].status}|{.status.phase}|{.metadata.labels.kubernetes\\.io/service-name}|{range .endpoints[*]}{.addresses[0]} {end}|${rolloutNumbers}{"\\n"}{end}`;
