import {ask, type AnyFactKind, type AnyTaskModule, type Registry} from '../engine/task.js';
import {apk} from './apk.js';
import {apt} from './apt.js';
import {aptRpm} from './apt_rpm.js';
import {assert} from './assert.js';
import {authorizedKey} from './authorized_key.js';
import {blockinfile} from './blockinfile.js';
import {clock} from './clock.js';
import {command} from './command.js';
import {copy} from './copy.js';
import {debug} from './debug.js';
import {dnf} from './dnf.js';
import {fail} from './fail.js';
import {fetch} from './fetch.js';
import {file} from './file.js';
import {getUrl} from './get_url.js';
import {group} from './group.js';
import {haproxyServer} from './haproxy_server.js';
import {hostname} from './hostname.js';
import {kubeObject} from './kube_object.js';
import {kubeWait} from './kube_wait.js';
import {kubeadmInit} from './kubeadm_init.js';
import {kubeadmJoin} from './kubeadm_join.js';
import {kubeadmToken} from './kubeadm_token.js';
import {lineinfile} from './lineinfile.js';
import {linger} from './linger.js';
import {modprobe} from './modprobe.js';
import {networksApart} from './networks_apart.js';
import {ociImage} from './oci_image.js';
import {packageModule} from './package.js';
import {pause} from './pause.js';
import {reboot} from './reboot.js';
import {replace} from './replace.js';
import {service} from './service.js';
import {setFact} from './set_fact.js';
import {shell} from './shell.js';
import {slurp} from './slurp.js';
import {stat} from './stat.js';
import {subid} from './subid.js';
import {sysctl} from './sysctl.js';
import {systemdService} from './systemd_service.js';
import {template} from './template.js';
import {unarchive} from './unarchive.js';
import {uri} from './uri.js';
import {user} from './user.js';
import {waitFor} from './wait_for.js';
import {zypper} from './zypper.js';
import {authorizedKeysFact} from './facts/authorized_keys.js';
import {bootstrapTokenFact} from './facts/bootstrap_token.js';
import {checkFact} from './facts/check.js';
import {clockFact} from './facts/clock.js';
import {debFileFact} from './facts/deb_file.js';
import {fileFact} from './facts/file.js';
import {groupFact} from './facts/group.js';
import {haproxyStatFact} from './facts/haproxy_stat.js';
import {hostnameFact} from './facts/hostname.js';
import {kubeObjectFact} from './facts/kube_object.js';
import {kubeStatusFact} from './facts/kube_status.js';
import {kubeadmFact} from './facts/kubeadm.js';
import {kubeadmMemberFact} from './facts/kubeadm_member.js';
import {lingerFact} from './facts/linger.js';
import {moduleFact} from './facts/module.js';
import {ociImageFact} from './facts/oci_image.js';
import {networkFact} from './facts/network.js';
import {osFact} from './facts/os.js';
import {packageFact} from './facts/package.js';
import {packageListsFact} from './facts/package_lists.js';
import {packagePlanFact} from './facts/package_plan.js';
import {portFact} from './facts/port.js';
import {rcServiceFact} from './facts/rc_service.js';
import {sysctlFact} from './facts/sysctl.js';
import {treeFact} from './facts/tree.js';
import {unitFact} from './facts/unit.js';
import {urlFact} from './facts/url.js';
import {userFact} from './facts/user.js';

const modules: readonly AnyTaskModule[] = [
  apk,
  apt,
  aptRpm,
  assert,
  authorizedKey,
  blockinfile,
  clock,
  command,
  copy,
  debug,
  dnf,
  fail,
  fetch,
  file,
  getUrl,
  group,
  haproxyServer,
  hostname,
  kubeObject,
  kubeWait,
  kubeadmInit,
  kubeadmJoin,
  kubeadmToken,
  lineinfile,
  linger,
  modprobe,
  networksApart,
  ociImage,
  packageModule,
  pause,
  reboot,
  replace,
  service,
  setFact,
  shell,
  slurp,
  stat,
  subid,
  sysctl,
  systemdService,
  template,
  unarchive,
  uri,
  user,
  waitFor,
  zypper,
];

const kinds: readonly AnyFactKind[] = [
  authorizedKeysFact,
  bootstrapTokenFact,
  checkFact,
  clockFact,
  debFileFact,
  fileFact,
  groupFact,
  haproxyStatFact,
  hostnameFact,
  kubeObjectFact,
  kubeStatusFact,
  kubeadmFact,
  kubeadmMemberFact,
  lingerFact,
  moduleFact,
  networkFact,
  ociImageFact,
  osFact,
  packageFact,
  packageListsFact,
  packagePlanFact,
  portFact,
  rcServiceFact,
  sysctlFact,
  treeFact,
  unitFact,
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
  },
};
