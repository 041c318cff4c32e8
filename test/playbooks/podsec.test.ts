import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {compileTemplate} from '../../engine/language/template.js';
import {packageRoot} from '../../engine/root.js';

const variables = {
  alt_branch: 'p10',
  alt_mirror: 'http://ftp.altlinux.org/pub/distributions/ALTLinux',
  alt_repositories: ['x86_64', 'x86_64-i586', 'noarch'],
  alt_addresses: ['192.168.122.70/24', '192.168.122.80/24'],
  alt_gateway: '192.168.122.1',
  alt_nameservers: ['192.168.122.1'],
};

function render(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  const source = readFileSync(join(packageRoot, 'playbooks/roles/podsec_host/templates', `${name}.hbs`), 'utf8');
  return String(compileTemplate(source).render({...variables, ...more}));
}

describe('a host of ALT', () => {
  // As the documents of podsec show them.
  for (const name of ['sources.list', 'options', 'ipv4address', 'ipv4route', 'resolv.conf']) {
    it(`has the file ${name} that podsec wants`, () => {
      expect(render(name)).to.equal(readFileSync(join(packageRoot, 'test/playbooks/podsec', name), 'utf8'));
    });
  }

  it('has no branches in the folder of Sisyphus, which is none', () => {
    expect(render('sources.list', {alt_branch: 'sisyphus', alt_repositories: ['noarch']})).to.equal(
      'rpm [sisyphus] http://ftp.altlinux.org/pub/distributions/ALTLinux Sisyphus/noarch classic\n',
    );
  });

  it('has no way out where none is named', () => {
    expect(render('ipv4route', {alt_gateway: ''})).to.equal('');
  });
});
