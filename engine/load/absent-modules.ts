/** What to do instead of modules that Ansible's users know and that are not here, by their short names. */
const instead: Readonly<Record<string, string>> = {
  add_host: 'write the host into the inventory: the hosts of a run are known before it',
  alternatives: 'link the program with "file: {state: link}", or run update-alternatives by "command" with "unless"',
  apt_key: 'bring the key to /etc/apt/keyrings with "get_url" and name it in "signed_by" of "deb822_repository"',
  assemble: 'write the whole file with "template": it can walk a list of parts',
  docker_container: 'run it by a unit that "template" and "systemd_service" make, or with podman',
  docker_image: 'use "podman_image" or "oci_image"',
  expect: 'give the answers by "stdin" of "command"',
  filesystem: 'run mkfs by "command" with "unless: blkid DEVICE"',
  firewalld: 'write the rules with "iptables", or have firewalld\'s files by "template" and notify a reload',
  group_by: 'decide with "when", or put the hosts into groups of the inventory',
  helm: 'have the manifests by "helm template" beforehand and apply them with "kube_object"',
  ini_file: 'write the line with "lineinfile" and "insertafter", or the whole file with "template"',
  k8s: 'use "kube_object"',
  k8s_info: 'use "kube_wait", or "command" with kubectl and "changed_when: false"',
  locale_gen: 'name it in /etc/locale.gen with "lineinfile" and notify locale-gen',
  lvol: 'run lvcreate by "command" with "unless: lvs GROUP/NAME"',
  make: 'run it by "command" with "creates"',
  nftables:
    'write the rules with "iptables", or have /etc/nftables.conf by "template" with "validate: nft -c -f %s" and notify a reload of nftables.service',
  openssl_privatekey: 'use "openssl_certificate": it makes the key too',
  pam_limits: 'have a file in /etc/security/limits.d with "copy"',
  parted: 'run parted by "command" with "unless"',
  pip: 'run "pip install" in a virtual environment by "command" with "creates"',
  raw: 'use "shell": nothing but sh is needed on a machine anyway',
  seboolean: 'run setsebool -P by "command" with "unless: getsebool NAME | grep -q on"',
  selinux: 'write /etc/selinux/config with "lineinfile" and notify a "reboot"',
  snap: 'run snap install by "command" with "unless: snap list NAME"',
  sysvinit: 'use "service"',
  ufw: 'write the rules with "iptables", or run ufw by "command" with "unless"',
  xml: 'write the whole file with "template"',
  yum_repository: 'have a file in /etc/yum.repos.d with "template", and its key with "rpm_key"',
};

/** What to write instead of a module of Ansible's; undefined for any other word. */
export function insteadOfModule(word: string): string | undefined {
  const short = word.split('.').at(-1) ?? word;
  return Object.hasOwn(instead, short) ? instead[short] : undefined;
}
