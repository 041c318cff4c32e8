import {readFile, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {processesOf} from './cgroup.js';
import {command} from './process.js';

const devices = '/sys/class/net';

async function portOf(lab: string, host: string, bridge: string): Promise<string> {
  const [pid] = await processesOf(lab, host, 'machine', 'payload', 'init.scope');
  if (pid === undefined) throw new Error(`host '${host}' does not run: it has no network`);
  const link = (await readFile(`/proc/${pid}/root/sys/class/net/host0/iflink`, 'utf8')).trim();
  for (const port of await readdir(join(devices, bridge, 'brif'))) {
    if ((await readFile(join(devices, port, 'ifindex'), 'utf8')).trim() === link) return port;
  }
  throw new Error(`Internal error: host '${host}' has no port on the bridge '${bridge}'`);
}

/** Lets a host's packets through, or drops all of them without a word: nobody sees the link go down. A restart of the host lets them through again. */
export async function setPort(
  lab: string,
  host: string,
  {bridge, open}: {readonly bridge: string; readonly open: boolean},
): Promise<void> {
  await command(['bridge', 'link', 'set', 'dev', await portOf(lab, host, bridge), 'state', open ? '3' : '0']);
}
