import {expect} from 'chai';
import {copyFile, mkdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {packageRoot} from '../../../engine/root.js';
import {command, tryCommand, type Finished} from '../../lab/process.js';
import {hostFolders} from '../../lab/root-filesystem.js';
import type {Fleet} from '../fleet.js';
import {program} from '../play.js';

/** What roles install on a host of Debian, beside the programs of the bundle. */
const wanted = [
  ...['haproxy', 'rsyslog', 'socat', 'nginx', 'docker-registry', 'gnupg', 'skopeo', 'e2fsprogs', 'openssl'],
  ...['uidmap', 'dbus-user-session', 'libpam-systemd', 'iproute2', 'procps', 'ca-certificates'],
  ...['rootlesskit', 'slirp4netns', 'crun', 'iptables', 'nftables', 'conntrack', 'ethtool'],
];

/** Fetches on a host that still has a way out the packages that a host of its kind lacks, and gives their files on the controller. */
export async function carriedPackages(fleet: Fleet, host: string): Promise<readonly string[]> {
  const listed = await fleet.on(
    host,
    `set -e
words="-y --no-install-recommends ${wanted.join(' ')}"
apt-get install --download-only -qq $words >/dev/null
mkdir -p /root/carried
apt-get install -s $words | sed -n 's/^Inst \\([^ ]*\\) .*(\\([^ ]*\\) .*/\\1 \\2/p' | while read -r name version; do
  cp /var/cache/apt/archives/"$name"_"$(echo "$version" | sed 's/:/%3a/')"_*.deb /root/carried/
done
ls /root/carried`,
    {timeout: 300},
  );
  const folder = join(fleet.folder, 'carried');
  await mkdir(folder);
  const names = listed.split('\n');
  for (const name of names)
    await copyFile(join(hostFolders(fleet.site.name, host).root, 'root/carried', name), join(folder, name));
  await fleet.on(host, 'rm -r /root/carried');
  return names.map((name) => join(folder, basename(name)));
}

/** Takes from every host its default route, over reboots too, its name servers, and each package and list that it got from outside. */
export async function cutOff(fleet: Fleet): Promise<void> {
  for (const host of fleet.site.hosts) {
    await fleet.on(
      host,
      `set -e
sed -i /^Gateway=/d /etc/systemd/network/10-host0.network
systemctl restart systemd-networkd
ip route del default 2>/dev/null || true
: >/etc/resolv.conf
apt-get clean
rm -rf /var/lib/apt/lists/*`,
    );
  }
}

/** Holds that no host has a way out, nor a name for anything outside. */
export async function holdCutOff(fleet: Fleet): Promise<void> {
  for (const host of fleet.site.hosts) {
    expect(await fleet.on(host, 'ip route show default'), host).to.equal('');
    const outside = await fleet.try(host, "timeout 5 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'");
    expect(outside.stderr, host).to.contain('unreachable');
    expect((await fleet.try(host, 'getent hosts deb.debian.org')).code, host).not.to.equal(0);
  }
}

/** How many connections of the lab's hosts have left its network so far. */
export async function leftNetwork(fleet: Fleet): Promise<number> {
  const rules = await command(['iptables', '-w', '-t', 'nat', '-nvxL', 'POSTROUTING']);
  const counted = rules.split('\n').filter((line) => line.includes(`${fleet.site.prefix}.0/24`));
  expect(counted, rules).to.have.length(1);
  return Number(counted[0]?.trim().split(/\s+/)[0]);
}

/** Runs `u7s-play bundle …`; any exit status is a result. */
export function tryBundle(fleet: Fleet, ...words: readonly string[]): Promise<Finished> {
  const state = join(fleet.folder, 'state');
  const line = ['-C', packageRoot, `XDG_STATE_HOME=${state}`, process.execPath, program, 'bundle', ...words];
  return tryCommand(['env', ...line], {timeout: 900});
}

/** Runs it and gives what it printed; a status that is not 0 fails the test. */
export async function bundle(fleet: Fleet, ...words: readonly string[]): Promise<string> {
  const {code, stdout, stderr} = await tryBundle(fleet, ...words);
  expect(code, `bundle ${words.join(' ')}\n${stdout}${stderr}`).to.equal(0);
  return stdout;
}
