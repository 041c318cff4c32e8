import {readdirSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageRoot} from '../../../engine/root.js';
import {optionalFolder, optionalImage} from '../../lab/bundle/optional.js';

const source = join(packageRoot, 'test', 'cluster', 'roles');

/** Playbooks that use one role each, in the order in which they build on one another; named `01-ROLE.yml`. */
export const playbooks: readonly string[] = readdirSync(join(source, 'playbooks')).sort();

/** The role that such a playbook is about. */
export function roleOf(playbook: string): string {
  return playbook.replace(/^\d+-(.*)\.yml$/, '$1');
}

/** Roles that no host of this lab can carry, with where they are tried. */
export const elsewhere: Readonly<Record<string, string>> = {
  podsec_host: 'test/playbooks/podsec.test.ts', // ALT Linux alone
};

/** What a lab is, in words that stand in the files. */
export interface Words {
  /** The first three numbers of the hosts' addresses. */
  readonly network: string;
  /** Where the files themselves come to lie. */
  readonly folder: string;
  readonly key: string;
  readonly knownHosts: string;
}

/** Writes the inventory and the playbooks for a lab: gives them by their names. */
export async function writtenFor({network, folder, key, knownHosts}: Words): Promise<ReadonlyMap<string, string>> {
  const files = ['hosts.yml', ...playbooks];
  const texts = files.map((file) => readFile(join(source, file === 'hosts.yml' ? '' : 'playbooks', file), 'utf8'));
  const written = (await Promise.all(texts)).map((text) =>
    text
      .replaceAll('NETWORK', network)
      .replaceAll('FOLDER', folder)
      .replaceAll('KEY', key)
      .replaceAll('KNOWN', knownHosts)
      .replaceAll('TRAEFIK', optionalFolder('traefik'))
      .replaceAll('IMAGE', optionalImage('traefik')),
  );
  return new Map(files.map((file, index) => [file, written[index] ?? '']));
}
