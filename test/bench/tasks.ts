import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** The same twenty tasks for each engine, as files. */
export interface Tasks {
  readonly ours: string;
  readonly ansible: string;
  readonly pyinfra: string;
}

const packages = ['bc', 'tree'];
const folder = '/srv/bench';
const unit =
  '[Unit]\nDescription=Bench\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
const numbers = [1, 2, 3, 4, 5];

/** Ansible's words, which are ours too; `ending` is that of the templates, `sysctl` its name. */
function playbook({ending, sysctl}: {readonly ending: string; readonly sysctl: string}): string {
  const copies = numbers.map(
    (n) =>
      `    - name: Have file ${n}\n      copy: {content: "file ${n}\\n", dest: ${folder}/file${n}, mode: "0640"}\n`,
  );
  const templates = numbers
    .slice(0, 3)
    .map(
      (n) =>
        `    - name: Have template ${n}\n      template: {src: page.${ending}, dest: ${folder}/page${n}, mode: "0644"}\n`,
    );
  const lines = numbers
    .slice(0, 3)
    .map(
      (n) =>
        `    - name: Have line ${n}\n      lineinfile: {path: ${folder}/lines, line: "line ${n}", create: true, mode: "0644"}\n`,
    );
  const installs = packages.map((name) => `    - name: Have ${name}\n      package: {name: ${name}}\n`);
  return `- hosts: all
  gather_facts: false
  tasks:
    - name: Have the folder
      file: {path: ${folder}, state: directory, mode: "0755"}
${copies.join('')}${templates.join('')}${lines.join('')}${installs.join('')}    - name: Have the account
      user: {name: bench, system: true, create_home: false, home: ${folder}, shell: /usr/sbin/nologin}
    - name: Have the unit
      copy: {content: ${JSON.stringify(unit)}, dest: /etc/systemd/system/bench.service, mode: "0644"}
    - name: Have the unit running
      systemd_service: {name: bench.service, state: started, enabled: true, daemon_reload: true}
    - name: Have the parameter
      ${sysctl}: {name: net.ipv4.conf.all.log_martians, value: "1", sysctl_file: /etc/sysctl.d/bench.conf}
    - name: Have the link
      file: {src: ${folder}/file1, dest: ${folder}/link, state: link}
    - name: Have the marker
      file: {path: ${folder}/marker, state: directory, mode: "0700"}
`;
}

const deployIn = (into: string): string => `from io import StringIO
from pyinfra.operations import files, server, systemd, apt

files.directory(path="${folder}", mode="755")
for n in range(1, 6):
    files.put(src=StringIO(f"file {n}\\n"), dest=f"${folder}/file{n}", mode="640")
for n in range(1, 4):
    files.template(src="${into}/page.py.j2", dest=f"${folder}/page{n}", mode="644")
for n in range(1, 4):
    files.line(path="${folder}/lines", line=f"line {n}")
for name in ${JSON.stringify(packages)}:
    apt.packages(packages=[name])
server.user(user="bench", system=True, home="${folder}", create_home=False, ensure_home=False, shell="/usr/sbin/nologin")
unit = files.put(src=StringIO(${JSON.stringify(unit)}), dest="/etc/systemd/system/bench.service", mode="644")
systemd.daemon_reload(_if=unit.did_change)
systemd.service(service="bench.service", running=True, enabled=True)
server.sysctl(key="net.ipv4.conf.all.log_martians", value=1, persist=True, persist_file="/etc/sysctl.d/bench.conf")
files.link(path="${folder}/link", target="${folder}/file1")
files.directory(path="${folder}/marker", mode="700")
`;

/** Writes the playbooks and the deploy, with what they need, into a folder. */
export function writeTasks(into: string): Tasks {
  mkdirSync(into, {recursive: true});
  const write = (name: string, text: string): string => {
    writeFileSync(join(into, name), text);
    return join(into, name);
  };
  write('page.hbs', 'Welcome to {{inventory_hostname}}\n');
  write('page.j2', 'Welcome to {{ inventory_hostname }}\n');
  write('page.py.j2', 'Welcome to {{ host.name }}\n');
  return {
    ours: write('ours.yml', playbook({ending: 'hbs', sysctl: 'sysctl'})),
    ansible: write('ansible.yml', playbook({ending: 'j2', sysctl: 'ansible.posix.sysctl'})),
    pyinfra: write('deploy.py', deployIn(into)),
  };
}

/** A script that takes back all that the tasks make. */
export const undoScript = `systemctl disable --now -q bench.service 2>/dev/null
rm -rf ${folder} /etc/systemd/system/bench.service /etc/sysctl.d/bench.conf
systemctl daemon-reload
sysctl -qw net.ipv4.conf.all.log_martians=0
userdel bench 2>/dev/null; groupdel bench 2>/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y ${packages.join(' ')} >/dev/null 2>&1
! [ -e ${folder} ]`;

/** A script that tells the state that the tasks make, as text that is the same on every host and by every engine. */
export const stateScript = `cd ${folder} && stat -c '%n %a %F %U' . file* page* lines link marker
cat file? lines | sha256sum; sed "s/ [^ ]*$//" page1 page2 page3 | sha256sum; readlink link
dpkg-query -W -f '\${Package} \${Status}\\n' ${packages.join(' ')}
getent passwd bench | cut -d: -f1,6,7
cat /etc/systemd/system/bench.service | sha256sum
systemctl is-active bench.service; systemctl is-enabled bench.service
sysctl -n net.ipv4.conf.all.log_martians; grep -c log_martians /etc/sysctl.d/bench.conf`;
