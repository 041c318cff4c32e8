import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {command} from './process.js';

/** Where this machine gets Debian from. */
export interface Mirror {
  readonly archive: string;
  readonly security: string | undefined;
}

function urisOf(text: string, name: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  if (name.endsWith('.sources'))
    return lines.flatMap((line) => /^URIs:\s*(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return lines.flatMap((line) => /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)/.exec(line)?.[1] ?? []);
}

async function sourceFiles(): Promise<readonly string[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(() => []);
  const used = names.filter((name) => /\.(sources|list)$/.test(name)).map((name) => join(folder, name));
  return ['/etc/apt/sources.list', ...used];
}

/** Finds the Debian mirror in apt's own sources, so that the lab uses what the machine uses. */
export async function findMirror(): Promise<Mirror> {
  const uris: string[] = [];
  for (const file of await sourceFiles()) uris.push(...urisOf(await readFile(file, 'utf8').catch(() => ''), file));
  const plain = uris.filter((uri) => uri.startsWith('http')).map((uri) => uri.replace(/\/+$/, ''));
  const archive = plain.find((uri) => uri.endsWith('/debian'));
  if (archive === undefined) {
    throw new Error("no Debian mirror is named in /etc/apt: expected a source whose address ends in '/debian'");
  }
  return {archive, security: plain.find((uri) => uri.endsWith('/debian-security'))};
}

/** What a host needs in its apt configuration to reach the mirror as this machine does: proxies, and checks that the mirror cannot meet. */
export async function mirrorSettings(): Promise<readonly string[]> {
  const dump = await command(['apt-config', 'dump']);
  const wanted = /^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy(::.*)?) "[^"]+";$/;
  const settings = dump.split('\n').filter((line) => wanted.test(line));
  for (const scheme of ['http', 'https']) {
    const proxy = process.env[`${scheme}_proxy`];
    if (proxy !== undefined && proxy !== '') settings.push(`Acquire::${scheme}::Proxy "${proxy}";`);
  }
  return settings;
}
