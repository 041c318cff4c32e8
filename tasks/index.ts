import {ask, type AnyFactKind, type AnyTaskModule, type Registry} from '../engine/task.js';
import {apk} from './apk.js';
import {apt} from './apt.js';
import {aptRepository} from './apt_repository.js';
import {aptRpm} from './apt_rpm.js';
import {archive} from './archive.js';
import {assert} from './assert.js';
import {asyncStatus} from './async_status.js';
import {authorizedKey} from './authorized_key.js';
import {blockinfile} from './blockinfile.js';
import {clock} from './clock.js';
import {command} from './command.js';
import {copy} from './copy.js';
import {cron} from './cron.js';
import {debug} from './debug.js';
import {dnf} from './dnf.js';
import {etcdMember} from './etcd_member.js';
import {etcdWait} from './etcd_wait.js';
import {fail} from './fail.js';
import {fetch} from './fetch.js';
import {file} from './file.js';
import {find} from './find.js';
import {getUrl} from './get_url.js';
import {getent} from './getent.js';
import {git} from './git.js';
import {gpgKey} from './gpg_key.js';
import {group} from './group.js';
import {haproxyServer} from './haproxy_server.js';
import {hostname} from './hostname.js';
import {iptables} from './iptables.js';
import {knownHosts} from './known_hosts.js';
import {kubeCsr} from './kube_csr.js';
import {kubeNode} from './kube_node.js';
import {kubeObject} from './kube_object.js';
import {kubeUserRoles} from './kube_user_roles.js';
import {kubeWait} from './kube_wait.js';
import {kubeadmCertificate} from './kubeadm_certificate.js';
import {kubeadmCertificateKey} from './kubeadm_certificate_key.js';
import {kubeadmConfig} from './kubeadm_config.js';
import {kubeadmInit} from './kubeadm_init.js';
import {kubeadmJoin} from './kubeadm_join.js';
import {kubeadmToken} from './kubeadm_token.js';
import {lineinfile} from './lineinfile.js';
import {linger} from './linger.js';
import {modprobe} from './modprobe.js';
import {mount} from './mount.js';
import {networksApart} from './networks_apart.js';
import {ociImage} from './oci_image.js';
import {opensslCertificate} from './openssl_certificate.js';
import {opensslCsr} from './openssl_csr.js';
import {packageModule} from './package.js';
import {packageFacts} from './package_facts.js';
import {pause} from './pause.js';
import {ping} from './ping.js';
import {podmanImage} from './podman_image.js';
import {reboot} from './reboot.js';
import {replace} from './replace.js';
import {rootlessPorts} from './rootless_ports.js';
import {rpmKey} from './rpm_key.js';
import {script} from './script.js';
import {service} from './service.js';
import {serviceFacts} from './service_facts.js';
import {setFact} from './set_fact.js';
import {setup} from './setup.js';
import {shell} from './shell.js';
import {signedImages} from './signed_images.js';
import {signerKey} from './signer_key.js';
import {slurp} from './slurp.js';
import {stat} from './stat.js';
import {subid} from './subid.js';
import {synchronize} from './synchronize.js';
import {sysctl} from './sysctl.js';
import {systemd} from './systemd.js';
import {systemdService} from './systemd_service.js';
import {tempfile} from './tempfile.js';
import {template} from './template.js';
import {timezone} from './timezone.js';
import {unarchive} from './unarchive.js';
import {uri} from './uri.js';
import {user} from './user.js';
import {waitFor} from './wait_for.js';
import {waitForConnection} from './wait_for_connection.js';
import {yum} from './yum.js';
import {zypper} from './zypper.js';
import {accountNumberFact} from './facts/account_number.js';
import {allPackagesFact} from './facts/all_packages.js';
import {allServicesFact} from './facts/all_services.js';
import {aptSourcesFact} from './facts/apt_sources.js';
import {archiveFact} from './facts/archive.js';
import {asyncJobFact} from './facts/async_job.js';
import {authorizedKeysFact} from './facts/authorized_keys.js';
import {bootstrapTokenFact} from './facts/bootstrap_token.js';
import {certificateFact} from './facts/certificate.js';
import {certificateRequestFact} from './facts/certificate_request.js';
import {checkFact} from './facts/check.js';
import {clockFact} from './facts/clock.js';
import {crontabFact} from './facts/crontab.js';
import {debFileFact} from './facts/deb_file.js';
import {digestFact} from './facts/digest.js';
import {etcdMembersFact} from './facts/etcd_members.js';
import {etcdStatusFact} from './facts/etcd_status.js';
import {fileFact} from './facts/file.js';
import {getentFact} from './facts/getent.js';
import {gitFact} from './facts/git.js';
import {gpgKeyFact} from './facts/gpg_key.js';
import {groupFact} from './facts/group.js';
import {haproxyStatFact} from './facts/haproxy_stat.js';
import {hostnameFact} from './facts/hostname.js';
import {iptablesFact} from './facts/iptables.js';
import {knownHostsFact} from './facts/known_hosts.js';
import {kubeBindingsFact} from './facts/kube_bindings.js';
import {kubeCsrFact} from './facts/kube_csr.js';
import {kubeNodeFact} from './facts/kube_node.js';
import {kubeObjectFact} from './facts/kube_object.js';
import {kubeStatusFact} from './facts/kube_status.js';
import {kubeadmFact} from './facts/kubeadm.js';
import {kubeadmCertificateFact} from './facts/kubeadm_certificate.js';
import {kubeadmMemberFact} from './facts/kubeadm_member.js';
import {lingerFact} from './facts/linger.js';
import {listingFact} from './facts/listing.js';
import {moduleFact} from './facts/module.js';
import {mountFact} from './facts/mount.js';
import {ociImageFact} from './facts/oci_image.js';
import {networkFact} from './facts/network.js';
import {openPgpSourceFact} from './facts/openpgp_source.js';
import {osFact} from './facts/os.js';
import {packageFact} from './facts/package.js';
import {packageListsFact} from './facts/package_lists.js';
import {packagePlanFact} from './facts/package_plan.js';
import {podmanImageFact} from './facts/podman_image.js';
import {portFact} from './facts/port.js';
import {rcServiceFact} from './facts/rc_service.js';
import {rootlessPortsFact} from './facts/rootless_ports.js';
import {rpmKeysFact} from './facts/rpm_keys.js';
import {setupFact} from './facts/setup.js';
import {signedImageFact} from './facts/signed_image.js';
import {sysctlFact} from './facts/sysctl.js';
import {treeFact} from './facts/tree.js';
import {unitFact} from './facts/unit.js';
import {unpackedFact} from './facts/unpacked.js';
import {urlFact} from './facts/url.js';
import {userFact} from './facts/user.js';

const modules: readonly AnyTaskModule[] = [
  apk,
  apt,
  aptRepository,
  aptRpm,
  archive,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  clock,
  command,
  copy,
  cron,
  debug,
  dnf,
  etcdMember,
  etcdWait,
  fail,
  fetch,
  file,
  find,
  getUrl,
  getent,
  git,
  gpgKey,
  group,
  haproxyServer,
  hostname,
  iptables,
  knownHosts,
  kubeCsr,
  kubeNode,
  kubeObject,
  kubeUserRoles,
  kubeWait,
  kubeadmCertificate,
  kubeadmCertificateKey,
  kubeadmConfig,
  kubeadmInit,
  kubeadmJoin,
  kubeadmToken,
  lineinfile,
  linger,
  modprobe,
  mount,
  networksApart,
  ociImage,
  opensslCertificate,
  opensslCsr,
  packageModule,
  packageFacts,
  pause,
  ping,
  podmanImage,
  reboot,
  replace,
  rootlessPorts,
  rpmKey,
  script,
  service,
  serviceFacts,
  setFact,
  setup,
  shell,
  signedImages,
  signerKey,
  slurp,
  stat,
  subid,
  synchronize,
  sysctl,
  systemd,
  systemdService,
  tempfile,
  template,
  timezone,
  unarchive,
  uri,
  user,
  waitFor,
  waitForConnection,
  yum,
  zypper,
];

const kinds: readonly AnyFactKind[] = [
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
  crontabFact,
  debFileFact,
  digestFact,
  etcdMembersFact,
  etcdStatusFact,
  fileFact,
  getentFact,
  gitFact,
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
  kubeadmMemberFact,
  lingerFact,
  listingFact,
  moduleFact,
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

/** Everything the engine is given to work with. */
export const registry: Registry = {
  modules: new Map(modules.map((module) => [module.name, module])),
  kinds: new Map(kinds.map((kind) => [kind.name, kind])),
  variables: {
    // What the machine runs: family, version, architecture, memory (see facts/os.ts).
    os: ask(osFact, {}),
    // Its addresses and its way out (see facts/network.ts).
    network: ask(networkFact, {}),
    // What Ansible calls facts (see facts/setup.ts).
    ansible_facts: ask(setupFact, {}),
  },
};
