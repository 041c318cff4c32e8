import {sh} from '../../engine/host.js';
import type {FactKind} from '../../engine/task.js';
import {ifAnswering, knock, kubectl, record} from '../kube/answer.js';

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
  script: (keys) =>
    keys
      .map((key, index) => {
        const asks = key.condition.type === 'api' ? test(key) : ifAnswering(test(key));
        const knocked = keys[index - 1]?.kubeconfig === key.kubeconfig;
        return `${knocked ? '' : `${knock(key.kubeconfig)}\n`}${record(asks)}`;
      })
      .join('\n'),
  parse: (keys, result) => {
    const said = result.stdout.split('\n\u001e\n').slice(0, -1);
    if (said.length !== keys.length) throw new Error(`kubectl did not answer: ${result.stderr.trim()}`);
    return said.map((text) => ({holds: text.startsWith('0\n'), missing: text.slice(text.indexOf('\n') + 1).trim()}));
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
  switch (condition.type) {
    case 'api':
      return condition.existing
        ? `out=$(${client.script} get --raw /readyz 2>&1) && exit 0
case "$out" in *'not found'*|*stat*'no such file'*|*x509:*) exit 0 ;; esac
printf '%s\\n' "$out"; exit 1`
        : `${client.script} get --raw /readyz`;
    case 'nodes':
      return sh`out=$(${client} get nodes -o ${'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status} {end}'}) || { printf '%s' "$out"; exit 1; }
code=0
for node in ${condition.names}; do
  case " $out" in *" $node=True "*) ;; *) printf '%s is not Ready\n' "$node"; code=1 ;; esac
done
exit $code`;
    case 'rollout':
      // Numbers: wanted, updated, ready, the generation asked for and the one that was seen. A missing one prints as nothing.
      return sh`out=$(${client} -n ${condition.namespace} get ${condition.resource} -o ${`jsonpath=${rolloutNumbers}`}) || { printf '%s' "$out"; exit 1; }
IFS=, read -r wanted updated ready generation seen <<END
$out
END
[ "$generation" = "$seen" ] && [ -n "$wanted" ] && [ "$wanted" = "\${updated:-0}" ] && [ "$wanted" = "\${ready:-0}" ] && exit 0
printf '%s of %s ready' "\${ready:-0}" "\${wanted:-?}"; exit 1`;
    case 'pods':
      return sh`out=$(${client} get pods -A -o ${`jsonpath=${podLines}`}) || { printf '%s' "$out"; exit 1; }
missing=$(for namespace in ${condition.namespaces}; do printf '%s\n' "$out" | grep "^$namespace/"; done | grep -v -e ' Succeeded ' -e ' Failed ' -e ' True$')
[ -n "$missing" ] || exit 0
printf 'not ready: %s' "$missing"; exit 1`;
    case 'endpoints':
      return sh`out=$(${client} -n ${condition.namespace} get endpointslices -l ${`kubernetes.io/service-name=${condition.service}`} -o ${`jsonpath=${endpointLines}`}) || { printf '%s' "$out"; exit 1; }
seen=$(printf '%s\n' "$out" | sort -u)
wanted=$(printf '%s\n' ${condition.addresses} | sort -u)
[ "$seen" = "$wanted" ] && exit 0
printf 'it leads to %s' "$(printf '%s' "$seen" | tr '\n' ' ')"; exit 1`;
  }
}

const rolloutNumbers =
  '{.spec.replicas}{.status.desiredNumberScheduled},{.status.updatedReplicas}{.status.updatedNumberScheduled},{.status.readyReplicas}{.status.numberReady},{.metadata.generation},{.status.observedGeneration}';

const podLines =
  '{range .items[*]}{.metadata.namespace}/{.metadata.name} {.status.phase} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';

const endpointLines = '{range .items[*].endpoints[*]}{.addresses[0]}{"\\n"}{end}';
