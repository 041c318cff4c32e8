import type {Fleet, Site} from './fleet.js';
import {eventually, type Kubectl} from './kubectl.js';
import {namespace} from './workload.js';

/** A cluster that runs signed images of its own registry only. */
export const signedSite: Site = {
  inventory: 'lab-signed',
  hosts: ['reg', 'lb1', 'cp1', 'w1'],
  name: 'img',
  prefix: '10.88.0',
  ids: 5,
};

/** Where the prefix of the site's image maker begins. */
export const repository = 'registry.local/u7s';

const unsafe = '--insecure-policy copy -q --remove-signatures --src-tls-verify=false --dest-tls-verify=false';

/** Functions of sh for the registry's host, where an attacker has got a foothold: he pushes what he likes, and writes into the store of signatures. */
export const attacker = `
store=/var/sigstore/sigstore
copied() { skopeo ${unsafe} docker://$1 docker://$2; }
digest() { skopeo inspect --raw --tls-verify=false docker://$1 | sha256sum | cut -d' ' -f1; }
folder() { path=\${1#*/}; echo $store/\${path%:*}@sha256=$(digest $1); }
keep() { mkdir -p "$(folder $2)"; cp $1 "$(folder $2)/signature-1"; chmod -R a+rX "$(folder $2)"; }
`;

/** Starts a pod on the worker whose image is pulled in any case. */
export async function startPod(kubectl: Kubectl, name: string, image: string): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace},
    spec: {
      nodeName: 'w1',
      terminationGracePeriodSeconds: 0,
      containers: [{name, image, imagePullPolicy: 'Always', command: ['sleep', '100000']}],
    },
  };
  const own = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}};
  await kubectl.run('apply -f -', JSON.stringify({apiVersion: 'v1', kind: 'List', items: [own, pod]}));
}

/** Starts a pod, and gives what kubectl describe says of its refusal, on one line; the pod is gone afterwards. */
export async function refusalOf(kubectl: Kubectl, name: string, image: string): Promise<string> {
  await startPod(kubectl, name, image);
  try {
    const told = await eventually(`${image} is refused`, () => kubectl.run(`-n ${namespace} describe pod ${name}`), {
      holds: (text) => text.includes('blocked pull of'),
      seconds: 60,
    });
    return /image verifier bindir blocked pull of .*/.exec(told)?.[0] ?? told;
  } finally {
    await kubectl.run(`-n ${namespace} delete pod ${name} --now`);
  }
}

/** Starts a pod, waits until it runs, and tells how long its pull took, as the kubelet says it; the pod stays with `keep`. */
export async function runs(
  kubectl: Kubectl,
  name: string,
  {image, keep = false}: {readonly image: string; readonly keep?: boolean},
): Promise<string> {
  await startPod(kubectl, name, image);
  await kubectl.run(`-n ${namespace} wait pod/${name} --for=condition=Ready --timeout=60s`);
  const told = await kubectl.run(`-n ${namespace} describe pod ${name}`);
  if (!keep) await kubectl.run(`-n ${namespace} delete pod ${name} --now`);
  return /Successfully pulled image .* in (\S+)/.exec(told)?.[1] ?? 'no pull';
}

/** Forgets on the worker what its verifier allowed before. */
export async function forgetAnswers(fleet: Fleet): Promise<void> {
  await fleet.on('w1', '/usr/libexec/u7s/u7s-enter rm -rf /var/lib/containerd/image-verifier');
}
