import {damages, type Damage} from '../damage.js';
import {cluster} from './cluster.js';
import {files} from './files.js';
import {units} from './units.js';

const [balancerConfigured, kubeletStopped, parameterChanged, nameTaken, networkDeleted] = damages as readonly [
  Damage,
  Damage,
  Damage,
  Damage,
  Damage,
];

/** What may befall the lab's cluster and is repaired. No two faults of one round are repaired by the same node, so that each is told from the others; what takes from the check what it reads by comes apart. */
export const rounds: readonly (readonly Damage[])[] = [
  [
    balancerConfigured,
    kubeletStopped,
    files.policyOpened,
    files.subordinateIdsLost,
    files.parametersLost,
    parameterChanged,
    files.signaturePlacesLost,
    files.pluginLost,
    units.packageRemoved,
    networkDeleted,
    files.kubeadmConfigured,
    files.auditPolicyLost,
  ],
  [
    units.balancerDisabled,
    nameTaken,
    files.kubeletUnitEdited,
    units.lingerLost,
    files.kubeletReplaced,
    units.imageRemoved,
    files.foreignSigner,
    files.verifierCut,
    units.unitsDisabled,
    cluster.networkConfigured,
    cluster.markTaken,
  ],
  [
    units.logWriterStopped,
    files.containerdConfigured,
    files.namespacesConfigured,
    files.pathEdited,
    cluster.rightsTaken,
    cluster.schedulerTaken,
  ],
  [units.entranceClosed, units.containerdStopped, cluster.dnsDeleted],
  [units.namespacesStopped, files.modeOpened, cluster.proxyDeleted],
  [cluster.workerUnknown, cluster.schedulerUnknown],
  [cluster.nodeDeleted, cluster.serverCertificateLost],
  [cluster.clientLost],
  [units.balancerStopped],
  [cluster.etcdTaken],
  [cluster.controlPlaneStopped],
];
