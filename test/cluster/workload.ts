import {expect} from 'chai';
import {eventually, type Kubectl, type KubeObject} from './kubectl.js';

/** The namespace of everything that the suite runs in the cluster. */
export const namespace = 'u7s-test';
const image = 'registry.local/u7s/web:1';

const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'web', namespace},
  spec: {
    replicas: 2,
    selector: {matchLabels: {app: 'web'}},
    template: {
      metadata: {labels: {app: 'web'}},
      spec: {
        terminationGracePeriodSeconds: 1,
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {labelSelector: {matchLabels: {app: 'web'}}, topologyKey: 'kubernetes.io/hostname'},
            ],
          },
        },
        containers: [{name: 'web', image, ports: [{containerPort: 8080}]}],
      },
    },
  },
};

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'web', namespace},
  spec: {selector: {app: 'web'}, ports: [{port: 80, targetPort: 8080}]},
};

/** Says a word, is silent for longer than two minutes, says another. */
const quiet = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'quiet', namespace},
  spec: {
    terminationGracePeriodSeconds: 1,
    nodeSelector: {'kubernetes.io/hostname': 'w2'},
    containers: [{name: 'quiet', image, command: ['sh', '-c', 'echo before; sleep 125; echo after; sleep 100000']}],
  },
};

/** Runs the web server on two workers, and the pod that is silent; resolves with the server's pods when all run. */
export async function haveWorkload(kubectl: Kubectl): Promise<readonly [KubeObject, KubeObject]> {
  const own = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}};
  const list = {apiVersion: 'v1', kind: 'List', items: [own, web, service, quiet]};
  await kubectl.run('apply -f -', JSON.stringify(list));
  await kubectl.run(`-n ${namespace} rollout status deployment/web --timeout=60s`);
  await kubectl.run(`-n ${namespace} wait pod/quiet --for=condition=Ready --timeout=60s`);
  const pods = await kubectl.list(`pods -n ${namespace} -l app=web --field-selector=status.phase=Running`);
  const [one, other] = pods;
  expect(pods, 'running replicas').to.have.length(2);
  if (one === undefined || other === undefined) throw new Error('two pods were expected');
  return [one, other];
}

/** What a web server answers inside the cluster, asked from a pod (the image's own client is busybox's nc). */
export async function askFrom(kubectl: Kubectl, pod: KubeObject, target: string): Promise<string> {
  const script = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 ${target} | while read -r line; do last=$line; echo "$last"; done`;
  const answer = await kubectl.inPod(`${namespace}/${pod.metadata.name}`, script);
  expect(answer.split('\n')[0], `GET from ${target}`).to.match(/^HTTP\/1\.[01] 200 /);
  return answer.split('\n').at(-1) ?? '';
}

/** The address of a name, asked of the cluster's DNS from a pod; waits a while, because endpoints spread at their own pace. */
export async function resolveFrom(kubectl: Kubectl, pod: KubeObject, name: string): Promise<string> {
  const look = async (): Promise<string> =>
    (await kubectl.inPod(`${namespace}/${pod.metadata.name}`, `nslookup ${name} 2>&1 || true`)).trim();
  const said = await eventually(`'${name}' is resolved in a pod`, look, {
    holds: (text) => /Name:\s+\S+\s+Address[^:]*:\s*\d/.test(text),
    seconds: 30,
  });
  return /Name:\s+\S+\s+Address[^:]*:\s*([0-9.]+)/.exec(said)?.[1] ?? '';
}
