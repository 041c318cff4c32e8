import type {AnyFactKind} from '../../engine/task.js';
import {accountNumberFact} from '../facts/account_number.js';
import {allPackagesFact} from '../facts/all_packages.js';
import {allServicesFact} from '../facts/all_services.js';
import {aptSourcesFact} from '../facts/apt_sources.js';
import {archiveFact} from '../facts/archive.js';
import {asyncJobFact} from '../facts/async_job.js';
import {authorizedKeysFact} from '../facts/authorized_keys.js';
import {bootstrapTokenFact} from '../facts/bootstrap_token.js';
import {certificateFact} from '../facts/certificate.js';
import {certificateRequestFact} from '../facts/certificate_request.js';
import {checkFact} from '../facts/check.js';
import {clockFact} from '../facts/clock.js';
import {copiedFact} from '../facts/copied.js';
import {crontabFact} from '../facts/crontab.js';
import {debFileFact} from '../facts/deb_file.js';
import {digestFact} from '../facts/digest.js';
import {downloadFact} from '../facts/download.js';
import {dpkgSelectionFact} from '../facts/dpkg_selection.js';
import {etcdMembersFact} from '../facts/etcd_members.js';
import {etcdStatusFact} from '../facts/etcd_status.js';
import {fileFact} from '../facts/file.js';
import {getentFact} from '../facts/getent.js';
import {gitFact} from '../facts/git.js';
import {globFact} from '../facts/glob.js';
import {gpgKeyFact} from '../facts/gpg_key.js';
import {groupFact} from '../facts/group.js';
import {haproxyStatFact} from '../facts/haproxy_stat.js';
import {hostnameFact} from '../facts/hostname.js';
import {iptablesFact} from '../facts/iptables.js';
import {knownHostsFact} from '../facts/known_hosts.js';
import {kubeBindingsFact} from '../facts/kube_bindings.js';
import {kubeCsrFact} from '../facts/kube_csr.js';
import {kubeNodeFact} from '../facts/kube_node.js';
import {kubeObjectFact} from '../facts/kube_object.js';
import {kubeStatusFact} from '../facts/kube_status.js';
import {kubeadmFact} from '../facts/kubeadm.js';
import {kubeadmCertificateFact} from '../facts/kubeadm_certificate.js';
import {kubeadmExpiryFact} from '../facts/kubeadm_expiry.js';
import {kubeadmMemberFact} from '../facts/kubeadm_member.js';
import {lingerFact} from '../facts/linger.js';
import {listingFact} from '../facts/listing.js';
import {mimeFact} from '../facts/mime.js';
import {moduleFact} from '../facts/module.js';
import {momentFact} from '../facts/moment.js';
import {mountFact} from '../facts/mount.js';
import {ociImageFact} from '../facts/oci_image.js';
import {networkFact} from '../facts/network.js';
import {openPgpSourceFact} from '../facts/openpgp_source.js';
import {osFact} from '../facts/os.js';
import {packageFact} from '../facts/package.js';
import {packageListsFact} from '../facts/package_lists.js';
import {packagePlanFact} from '../facts/package_plan.js';
import {podmanImageFact} from '../facts/podman_image.js';
import {portFact} from '../facts/port.js';
import {rcServiceFact} from '../facts/rc_service.js';
import {rootlessPortsFact} from '../facts/rootless_ports.js';
import {rpmKeysFact} from '../facts/rpm_keys.js';
import {setupFact} from '../facts/setup.js';
import {signedImageFact} from '../facts/signed_image.js';
import {sysctlFact} from '../facts/sysctl.js';
import {treeFact} from '../facts/tree.js';
import {unitFact} from '../facts/unit.js';
import {unpackedFact} from '../facts/unpacked.js';
import {urlFact} from '../facts/url.js';
import {userFact} from '../facts/user.js';

/** All kinds of fact, by their names. */
export const kinds: readonly AnyFactKind[] = [
  accountNumberFact,
  allPackagesFact,
  allServicesFact,
  aptSourcesFact,
  archiveFact,
  asyncJobFact,
  authorizedKeysFact,
  bootstrapTokenFact,
  certificateFact,
  certificateRequestFact,
  checkFact,
  clockFact,
  copiedFact,
  crontabFact,
  debFileFact,
  digestFact,
  downloadFact,
  dpkgSelectionFact,
  etcdMembersFact,
  etcdStatusFact,
  fileFact,
  getentFact,
  gitFact,
  globFact,
  gpgKeyFact,
  groupFact,
  haproxyStatFact,
  hostnameFact,
  iptablesFact,
  knownHostsFact,
  kubeBindingsFact,
  kubeCsrFact,
  kubeNodeFact,
  kubeObjectFact,
  kubeStatusFact,
  kubeadmFact,
  kubeadmCertificateFact,
  kubeadmExpiryFact,
  kubeadmMemberFact,
  lingerFact,
  listingFact,
  mimeFact,
  moduleFact,
  momentFact,
  mountFact,
  networkFact,
  ociImageFact,
  openPgpSourceFact,
  osFact,
  packageFact,
  packageListsFact,
  packagePlanFact,
  podmanImageFact,
  portFact,
  rcServiceFact,
  rootlessPortsFact,
  rpmKeysFact,
  setupFact,
  signedImageFact,
  sysctlFact,
  treeFact,
  unitFact,
  unpackedFact,
  urlFact,
  userFact,
];
