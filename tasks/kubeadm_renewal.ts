import {raw, sh} from '../engine/host.js';
import {ask, promise, type Change, type TaskModule} from '../engine/task.js';
import {kubeadmExpiryFact, staleFile, type KubeadmExpiry} from './facts/kubeadm_expiry.js';
import {kubeadmLock} from './kube/lock.js';

export interface RenewalArgs {
  readonly days: number;
  readonly config: string;
  readonly folder: string;
  readonly timeout: number;
}

interface RenewalChange extends Change {
  readonly names: readonly string[];
  /** Programs that keep what they read at their start. */
  readonly restarts: readonly string[];
  readonly config: string;
  readonly note: string;
  readonly timeout: number;
}

/** Which program uses a certificate of kubeadm's. */
const users: readonly (readonly [pattern: RegExp, program: string])[] = [
  [/^etcd-/, 'etcd'],
  [/^(apiserver|front-proxy)/, 'kube-apiserver'],
  [/^controller-manager\.conf$/, 'kube-controller-manager'],
  [/^scheduler\.conf$/, 'kube-scheduler'],
];

export const kubeadmRenewal: TaskModule<RenewalArgs, {readonly expiry: KubeadmExpiry}, RenewalChange> = {
  name: 'kubeadm_renewal',
  reads: (args) => ({expiry: ask(kubeadmExpiryFact, keyOf(args))}),
  plan(args, {expiry: {due, left, stale}}) {
    if (due.length === 0 && stale.length === 0) return undefined;
    const restarts = users
      .filter(([pattern, program]) => stale.includes(program) || due.some((name) => pattern.test(name)))
      .map(([, program]) => program);
    const words = [
      ...(due.length === 0 ? [] : [`renew ${due.join(', ')}, of which the first ends in ${left ?? 0} days`]),
      ...(restarts.length === 0 ? [] : [`start ${restarts.join(', ')} anew`]),
    ];
    return {
      kind: 'state',
      summary: words.join('; '),
      makes: [promise(kubeadmExpiryFact, keyOf(args), {due: [], stale: []})],
      unsettles: [{kind: 'file', under: args.folder}, {kind: 'kubeadm_certificate'}],
      names: due,
      restarts,
      config: args.config,
      note: `${args.folder}/${staleFile}`,
      timeout: args.timeout,
    };
  },
  async apply(host, {names, restarts, config, note, timeout}) {
    await host.run(sh`printf '%s\n' ${restarts} >${note}`);
    for (const name of names) {
      const command = sh`${kubeadmLock} kubeadm certs renew ${name} --config ${config}`;
      await host.run(command, {timeout, label: `kubeadm certs renew ${name}`});
    }
    // They are static pods: the kubelet starts anew what has ended. One after the other, so that the API server finds its etcd.
    for (const program of restarts) {
      const processes = sh`for folder in /proc/[0-9]*; do
  file=$(readlink "$folder/exe") || continue
  [ "\${file##*/}" != ${program} ] || echo "\${folder#/proc/}"
done`;
      const {stdout} = await host.run(processes);
      const before = stdout.trim().split('\n').filter(Boolean);
      await host.run(sh`for process in ${before}; do kill "$process" || [ ! -e "/proc/$process" ] || exit; done`);
      await host.until(
        sh`for process in ${before}; do [ ! -e "/proc/$process" ] || exit 1; done
now=$(${raw(processes)}
)
[ -n "$now" ]`,
        {timeout, what: `${program} to run with its new certificates`},
      );
    }
    await host.run(sh`rm -f ${note}`);
  },
  output: (_, {expiry: {left}}) => ({days_left: left}),
};

function keyOf({folder, days}: RenewalArgs): {readonly folder: string; readonly days: number} {
  return {folder, days};
}
