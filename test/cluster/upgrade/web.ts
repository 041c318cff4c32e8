import type {Kubectl} from '../kubectl.js';

/** The namespace of the workload that is kept alive. */
export const namespace = 'u7s-upgrade';

const labels = {app: 'web'};

/** Two web servers of which one may be missing. Who is told to go answers a while longer, until all nodes have heard of it. */
const workload = [
  {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}},
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name: 'web', namespace},
    spec: {
      replicas: 2,
      selector: {matchLabels: labels},
      template: {
        metadata: {labels},
        spec: {
          terminationGracePeriodSeconds: 8,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: {matchLabels: labels},
            },
          ],
          containers: [
            {
              name: 'web',
              image: 'registry.local/u7s/web:1',
              ports: [{containerPort: 8080}],
              readinessProbe: {httpGet: {path: '/health', port: 8080}, periodSeconds: 1, timeoutSeconds: 5},
              lifecycle: {preStop: {sleep: {seconds: 6}}},
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: 'web', namespace},
    spec: {selector: labels, ports: [{port: 80, targetPort: 8080}]},
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: {name: 'web', namespace},
    spec: {minAvailable: 1, selector: {matchLabels: labels}},
  },
];

/** Starts the workload; resolves with the address and port of its service when both servers answer. */
export async function haveWeb(kubectl: Kubectl): Promise<string> {
  await kubectl.run('apply -f -', JSON.stringify({apiVersion: 'v1', kind: 'List', items: workload}));
  await kubectl.run(`-n ${namespace} rollout status deployment/web --timeout=80s`);
  const service = await kubectl.get(`service web -n ${namespace}`);
  return `${service.spec.clusterIP ?? ''}:80`;
}
