import {join} from 'node:path';
import type {Lab} from '../lab/lab.js';
import {casesFolder, placed, type Case, type Places} from './case.js';
import {tryCommand} from '../lab/process.js';
import {readSnapshot, snapshotScript, treeScript, type Snapshot} from './snapshot.js';
import {readTree, type Tree} from './tree.js';

/** What the cases need on both twins, so that neither engine finds it missing. */
const packages = [
  'cron',
  'git',
  'iptables',
  'rsync',
  'unzip',
  'zip',
  'bzip2',
  'xz-utils',
  'file',
  'acl',
  'gpg',
  'tzdata',
  'patch',
];

/** Runs a script on a twin. Rejects where it fails. */
export async function onTwin(lab: Lab, host: string, script: string, seconds = 300): Promise<string> {
  const {code, stdout, stderr} = await lab.ssh(host, 'LC_ALL=C bash -s', {input: script, timeout: seconds});
  if (code === 0) return stdout;
  throw new Error(`a script ended with ${code} on '${host}':\n${stderr.slice(-2000)}`);
}

/** Gives a twin the packages; `more` are those of the twin alone (Python, which only Ansible needs). */
export async function prepareTwin(lab: Lab, host: string, more: readonly string[]): Promise<void> {
  const install = `apt-get -qq install -y --no-install-recommends ${[...packages, ...more].join(' ')} >/dev/null`;
  await onTwin(
    lab,
    host,
    `export DEBIAN_FRONTEND=noninteractive\n${install} || { apt-get -qq update && ${install}; }`,
    600,
  );
  // A clean slate on twins that were kept.
  await onTwin(lab, host, `rm -rf ${casesFolder} && mkdir ${casesFolder}`);
}

/** A script that makes the folder and the state of every case; it fails with the names of the cases that cannot be made. */
export function setupScript(cases: readonly Case[], places: Places): string {
  const making = cases.map((each) => {
    const lines = placed(each.setup, each, places);
    const failed = `echo 'the set-up of "${each.id.replaceAll("'", "'\\''")}" failed' >&2; failed=1`;
    return [
      `mkdir -p ${each.folder} && cd ${each.folder}`,
      // A shell of its own reads nothing but its case's lines, and ends at the first that fails.
      `(set -e\numask 022\n${lines}\n) </dev/null >/dev/null 2>/tmp/setup.err`,
      `[ $? = 0 ] || { ${failed}; cat /tmp/setup.err >&2; }`,
    ].join('\n');
  });
  return ['failed=0', ...making, 'exit $failed', ''].join('\n');
}

async function fetched(places: Places): Promise<Tree> {
  const top = join(places.local, casesFolder);
  const found = await tryCommand(['sh', '-c', '[ ! -d "$1" ] || { cd "$1" && tar -cf - . | base64 -w0; }', 'tar', top]);
  if (found.stdout === '') return new Map();
  // `./fetch/1/a` is `a` in the local folder of the case `./fetch/1`.
  return new Map(
    [...(await readTree(Buffer.from(found.stdout, 'base64')))]
      .filter(([path]) => path.split('/').length > 3)
      .map(([path, entry]) => [path.replace(/^(\.\/[^/]+\/[^/]+)/, '$1/LOCAL'), entry]),
  );
}

/** Looks at the state of a twin, and at what was brought from it. */
export async function lookAt(
  lab: Lab,
  {host, places}: {readonly host: string; readonly places: Places},
  cases: readonly Case[],
): Promise<Snapshot> {
  const looking = cases.map((each) => ({...each, look: placed(each.look, each, places)}));
  const text = await onTwin(lab, host, snapshotScript(looking));
  const snapshot = await readSnapshot(text, await onTwin(lab, host, treeScript(casesFolder)));
  return {...snapshot, tree: new Map([...snapshot.tree, ...(await fetched(places))])};
}

/** The text of an inventory in which the host is called `twin`, whichever it is. */
export function inventoryOf(lab: Lab, host: string): string {
  const vars = {
    ansible_host: lab.host(host).address,
    ansible_user: 'root',
    ansible_ssh_private_key_file: lab.files.key,
    ansible_ssh_known_hosts_file: lab.files.knownHosts,
  };
  return JSON.stringify({all: {hosts: {twin: vars}}}) + '\n';
}

/** Where a case finds its folder on the controller. */
export function localFolder(work: string, engine: string): string {
  return join(work, engine, 'local');
}
