import {existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {loadProject} from '../../engine/load/load-project.js';
import {packageRoot} from '../../engine/root.js';
import {registry} from '../../tasks/index.js';
import {elsewhere, playbooks, roleOf, writtenFor} from '../cluster/roles/uses.js';

describe('each role alone', () => {
  const entries = readdirSync(join(packageRoot, 'playbooks', 'roles'), {withFileTypes: true});
  const roles = entries.filter((entry) => entry.isDirectory()).map(({name}) => name);
  const folder = mkdtempSync(join(tmpdir(), 'u7s-role-uses-'));

  before(async function () {
    this.timeout(60_000);
    const files = await writtenFor({network: '192.0.2', folder, key: '/key', knownHosts: '/known'});
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
  });
  after(() => {
    rmSync(folder, {recursive: true});
  });

  it('has a playbook of its own that is run on real hosts, or is tried elsewhere', () => {
    expect([...playbooks.map(roleOf), ...Object.keys(elsewhere)]).to.have.members(roles);
    for (const test of Object.values(elsewhere)) expect(existsSync(join(packageRoot, test)), test).to.equal(true);
  });

  for (const playbook of playbooks) {
    const role = roleOf(playbook);
    it(`lets ${role} be used by who knows nothing but its arguments`, async function () {
      // Whole roles, on however busy a machine.
      this.timeout(60_000);
      const project = await loadProject({
        playbooks: [join(folder, playbook)],
        inventories: [join(folder, 'hosts.yml')],
        extraVars: [],
        modules: new Set(registry.modules.keys()),
        cwd: folder,
      });
      expect(JSON.stringify(project.plays)).to.include(`/playbooks/roles/${role}/`);
    });
  }
});
