import {expect} from 'chai';
import {existsSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {optionalFolder} from '../../lab/bundle/optional.js';
import type {Site} from '../fleet.js';
import {changedIn, problemsOf} from '../journal.js';
import {expectNothingToDo} from '../nothing-to-do.js';
import {startPlay, tail, type Played} from '../play.js';
import {withFleet} from '../with-fleet.js';
import {found, given} from './given.js';
import {playbooks, roleOf, writtenFor} from './uses.js';

const site: Site = {
  inventory: 'lab-bare',
  hosts: ['front', 'first', 'second', 'third'],
  name: 'roles',
  prefix: '10.123.0',
  ids: 9,
};

/** What only looks changes nothing in its first run, nor does the upgrade of a node that has the version. */
const looksOnly = ['preflight', 'upgrade'];
/** What is done each time that somebody says so. */
const acts = ['restore'];

describe('roles, each in a playbook of its own, with an inventory that knows no site.yml', () => {
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
    const files = await writtenFor({network: site.prefix, folder, ...fleet.lab.files});
    for (const [name, text] of files) await writeFile(join(folder, name), text);
  });

  for (const playbook of playbooks) {
    const role = roleOf(playbook);
    const again = acts.includes(role) ? '' : ', and nothing the second time';
    it(`${role} does what its check says${again}`, async function () {
      if (role === 'ingress' && !existsSync(join(optionalFolder('traefik'), 'bundle.json'))) {
        process.stderr.write("SKIPPED, no ingress: build Traefik by 'npm run bundle -- --with traefik'\n");
        this.skip();
      }
      await given[role]?.(started.fleet, folder);
      const announced = changedIn(await play(playbook, '--check'));
      const changed = changedIn(await play(playbook));
      expect(changed).to.include.members(announced);
      expect(changed.length > 0).to.equal(!looksOnly.includes(role));
      await found[role]?.(started.fleet);
      if (acts.includes(role)) return;
      expectNothingToDo(await play(playbook), []);
      expectNothingToDo(await play(playbook, '--check'), []);
    });
  }
});
