import {expect} from 'chai';
import {readdirSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {packageRoot} from '../../../engine/root.js';
import type {Fleet, Site} from '../fleet.js';
import {changedIn, problemsOf} from '../journal.js';
import {expectNothingToDo} from '../nothing-to-do.js';
import {startPlay, tail, type Played} from '../play.js';
import {withFleet} from '../with-fleet.js';

const site: Site = {
  inventory: 'lab-bare',
  hosts: ['front', 'first', 'second', 'third'],
  name: 'roles',
  prefix: '10.123.0',
  ids: 9,
};

const source = join(packageRoot, 'test', 'cluster', 'roles');

/** Roles that other suites use by themselves: they want what is not here. */
const elsewhere: Readonly<Record<string, string>> = {
  ingress: 'test/cluster/users: wants an image of Traefik',
  package_repository: 'test/cluster/air: wants a repository',
  podsec_host: 'test/playbooks/podsec.test.ts: ALT Linux alone',
  restore: 'test/cluster/upgrade: wants a snapshot',
};

/** What only looks changes nothing in its first run. */
const looksOnly = ['preflight', 'cluster_ready', 'upgrade'];

async function textOf(file: string, fleet: Fleet): Promise<string> {
  const text = await readFile(join(source, file), 'utf8');
  const {key, knownHosts} = fleet.lab.files;
  return text.replaceAll('NETWORK', site.prefix).replaceAll('KEY', key).replaceAll('KNOWN', knownHosts);
}

describe('roles, each in a playbook of its own, with an inventory that knows no site.yml', () => {
  const playbooks = readdirSync(join(source, 'playbooks')).sort();
  const roleOf = (playbook: string): string => playbook.replace(/^\d+-(.*)\.yml$/, '$1');
  const started = withFleet(site);
  let folder: string;

  async function play(playbook: string, ...words: readonly string[]): Promise<Played> {
    const played = await startPlay([join(folder, playbook), '-i', join(folder, 'hosts.yml'), ...words], folder).ended;
    expect(played.code, [...problemsOf(played), tail(played)].join('\n')).to.equal(0);
    return played;
  }

  before(async () => {
    const {fleet} = started;
    folder = join(fleet.folder, 'own');
    await mkdir(folder);
    for (const playbook of playbooks)
      await writeFile(join(folder, playbook), await textOf(join('playbooks', playbook), fleet));
    await writeFile(join(folder, 'hosts.yml'), await textOf('hosts.yml', fleet));
  });

  it('are all here, or elsewhere', () => {
    const entries = readdirSync(join(packageRoot, 'playbooks', 'roles'), {withFileTypes: true});
    const roles = entries.filter((entry) => entry.isDirectory()).map(({name}) => name);
    expect([...playbooks.map(roleOf), ...Object.keys(elsewhere)]).to.have.members(roles);
  });

  for (const playbook of playbooks)
    it(`${roleOf(playbook)} does what its check says, and nothing the second time`, async () => {
      const announced = changedIn(await play(playbook, '--check'));
      const changed = changedIn(await play(playbook));
      expect(changed).to.include.members(announced);
      expect(changed.length > 0).to.equal(!looksOnly.includes(roleOf(playbook)));
      expectNothingToDo(await play(playbook), []);
      expectNothingToDo(await play(playbook, '--check'), []);
    });
});
