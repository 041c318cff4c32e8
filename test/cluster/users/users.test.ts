import {expect} from 'chai';
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {writeYaml} from '../../../engine/yaml.js';
import {fileURLToPath} from 'node:url';
import {optionalFolder} from '../../lab/bundle/optional.js';
import {tryCommand} from '../../lab/process.js';
import {asUser} from '../damage.js';
import type {Fleet, Site} from '../fleet.js';
import {changedIn, problemsOf} from '../journal.js';
import {eventually, Kubectl} from '../kubectl.js';
import type {Played} from '../play.js';
import {withFleet} from '../with-fleet.js';
import {sitesAt, webShops} from './web-sites.js';

const site: Site = {inventory: 'lab', hosts: ['lb1', 'cp1', 'w1', 'w2'], name: 'users', prefix: '10.119.1', ids: 9};

const program = fileURLToPath(import.meta.resolve('../../../engine/main.js'));

const users = {
  rbac_objects: [{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'shop'}}],
  rbac_users: [
    {
      name: 'alice',
      groups: ['developers'],
      workplaces: ['alice@w1', 'al@lb1'],
      bindings: [
        {name: 'editors', clusterrole: 'edit', namespace: 'shop'},
        {name: 'lookers', clusterrole: 'view'},
      ],
    },
    {name: 'bob', workplaces: ['bob@w1'], server: 'cp1', bindings: [{name: 'editors', clusterrole: 'edit', namespace: 'shop'}]}, // prettier-ignore
  ],
  rbac_kubectl: '~/.cache/u7s-play/bundle/current/bin/kubectl',
  node_ports: [{port: 31000}, {port: 80, target: 31000}, {port: 31080}],
};

interface Verified {
  readonly rows: readonly {readonly name: string; readonly status: string; readonly problems: readonly unknown[]}[];
}

describe('users, ports and verify on four real hosts', () => {
  const started = withFleet(site);
  let fleet: Fleet;
  let kubectl: Kubectl;
  /** The play of users and ports alone, on the cluster that stands. */
  const services = (...words: readonly string[]): Promise<Played> => fleet.succeed('-t', 'users,ports', ...words);
  const as = (account: string, words: string): string => `su - ${account} -c ${JSON.stringify(words)}`;

  const verify = (...words: readonly string[]): ReturnType<typeof tryCommand> =>
    tryCommand([process.execPath, program, 'verify', '-i', fleet.inventory, ...words], {timeout: 300});

  const declare = async (variables: Readonly<Record<string, unknown>>): Promise<void> => {
    const file = join(fleet.folder, 'inventory/group_vars/all.yml');
    await writeFile(file, `${await readFile(file, 'utf8')}\n${writeYaml(variables)}`);
  };

  before(async () => {
    fleet = started.fleet;
    await declare(users);
  });

  it('come with the site, and are there the second time', async () => {
    const played = await fleet.succeed();
    expect(problemsOf(played)).to.deep.equal([]);
    kubectl = new Kubectl(fleet);
    expect(changedIn(await services()), 'the second time').to.deep.equal([]);
  });

  it('are whom their certificates name, and may what they are bound to', async () => {
    expect(await fleet.on('w1', as('alice', 'kubectl auth whoami -o jsonpath={.status.userInfo.username}'))).to.equal('alice'); // prettier-ignore
    expect(await fleet.on('w1', as('alice', 'kubectl -n shop auth can-i create pods'))).to.equal('yes');
    expect(await fleet.on('lb1', as('al', 'kubectl -n default auth can-i get pods'))).to.equal('yes');
    expect((await fleet.try('w1', as('bob', 'kubectl -n default get pods'))).stderr).to.contain('Forbidden');
    expect(await fleet.on('w1', as('bob', 'kubectl config view'))).to.contain(`${site.prefix}.11:6443`);
    expect(await fleet.on('w1', 'stat -c "%a %U" ~alice/.kube ~alice/.kube/alice.key ~alice/.kube/config')).to.equal(
      '700 alice\n600 alice\n600 alice',
    );
  });

  it('that are denied stand in the log of the audit', async () => {
    await fleet.try('w1', as('bob', 'kubectl -n default get secrets'));
    const log = "grep '\"username\":\"bob\"' ~u7s-admin/.local/share/u7s/var_log/kubernetes/audit.log | grep '\"code\":403' | grep -c secrets"; // prettier-ignore
    expect(Number(await fleet.on('cp1', log))).to.be.greaterThan(0);
  });

  it('have a key and certificate again when they lost them, and the other ones stay', async () => {
    const key = await fleet.on('w1', 'sha256sum ~bob/.kube/bob.key');
    await fleet.on('w1', 'rm ~alice/.kube/alice.key ~alice/.kube/alice.crt');
    await services();
    expect(await fleet.on('w1', as('alice', 'kubectl -n shop auth can-i create pods'))).to.equal('yes');
    expect(await fleet.on('w1', 'sha256sum ~bob/.kube/bob.key')).to.equal(key);
    expect(changedIn(await services())).to.deep.equal([]);
  });

  it('have their certificates renewed in time', async () => {
    const left = (): Promise<string> => fleet.on('lb1', 'openssl x509 -in ~al/.kube/alice.crt -noout -checkend 86500 || true'); // prettier-ignore
    await fleet.on('lb1', 'rm ~al/.kube/alice.crt');
    // What the cluster answered before would be taken again.
    await kubectl.run('delete certificatesigningrequests --all');
    await services('-e', '{"rbac_renew_days": 0, "rbac_days": 1}');
    expect(await left()).to.contain('will expire');
    await services();
    expect(await left()).to.contain('will not expire');
    expect(changedIn(await services())).to.deep.equal([]);
  });

  it('that are unbound leave others in the binding, and an empty binding goes', async () => {
    await kubectl.run('create clusterrolebinding foreign --clusterrole=view --user=carol');
    const unbind = async (user: string): Promise<void> => {
      await fleet.succeed('-t', 'users', '-e', JSON.stringify({rbac_users: [{name: user, state: 'absent'}]}));
    };
    await unbind('alice');
    const subjects = '-o jsonpath={.subjects[*].name}';
    expect(await kubectl.run(`-n shop get rolebinding editors ${subjects}`)).to.equal('bob');
    expect((await kubectl.try('get clusterrolebinding lookers')).stderr).to.contain('not found');
    await unbind('bob');
    expect((await kubectl.try('-n shop get rolebinding editors')).stderr).to.contain('not found');
    expect(await kubectl.run(`get clusterrolebinding foreign ${subjects}`)).to.equal('carol');
    await services();
    expect(await kubectl.run(`-n shop get rolebinding editors ${subjects}`)).to.equal('alice bob');
  });

  it('reach NodePorts from another host, also after the namespaces and the host started anew', async () => {
    await kubectl.run('apply -f -', JSON.stringify(webShops));
    for (const name of ['web', 'other']) await kubectl.run(`-n shop rollout status deployment/${name} --timeout=60s`);
    const ask = (port: number): Promise<string> =>
      fleet.on('cp1', `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 5 bash -c 'exec 3<>/dev/tcp/${site.prefix}.21/${port}; cat >&3; cat <&3' || true`); // prettier-ignore
    const answered = async (port: number): Promise<void> => {
      await eventually(`port ${port} answers`, () => ask(port), {holds: (text) => text.includes('200'), seconds: 90});
    };
    await answered(31000);
    await answered(80);
    await fleet.on('w1', asUser('systemctl --user restart u7s-rootlesskit'));
    await answered(80);
    await fleet.lab.reboot('w1');
    await answered(31000);
  });

  it('find web sites by their names at the balancer, each by its own rules', async function () {
    const traefik = optionalFolder('traefik');
    if (!existsSync(join(traefik, 'bundle.json'))) {
      process.stderr.write("SKIPPED, no web sites: build Traefik by 'npm run bundle -- --with traefik'\n");
      this.skip();
    }
    const archive = JSON.stringify({
      archive: join(traefik, 'images/traefik.tar'),
      bundle: join(traefik, 'bundle.json'),
    });
    const imported = await tryCommand(
      [process.execPath, program, 'adhoc', 'workers', '-i', fleet.inventory, '-b', '-m', 'oci_image', '-a', archive],
      {timeout: 300},
    );
    expect(imported.code, `${imported.stdout}${imported.stderr}`).to.equal(0);
    await declare(sitesAt(site.prefix, join(fleet.folder, 'sites.zone')));
    await fleet.succeed();
    const ask = (address: string): Promise<string> =>
      fleet.on('w2', `curl -s --max-time 5 -w ' %{http_code}' http://${address} | tr '\\n' ' '`);
    const answered = async (address: string, holds: RegExp): Promise<void> => {
      await eventually(`${address} answers`, () => ask(address), {holds: (text) => holds.test(text), seconds: 60});
    };
    await answered('shop.example.org/', /^web-\S+ +200$/);
    await answered('shop.example.org/index.html', /^web-\S+ +200$/);
    await answered('shop.example.org/other/health', /404$/);
    await answered('other.example.org/index.html', /^other-\S+ +200$/);
    await answered('other.example.org/index.htm', /404 page not found +404$/);
    await answered(`${site.prefix}.31/`, /404 page not found +404$/);
    const records = await readFile(join(fleet.folder, 'sites.zone'), 'utf8');
    expect(records).to.equal(
      `shop.example.org. 300 IN A ${site.prefix}.31\nother.example.org. 300 IN A ${site.prefix}.31\n`,
    );
    expect(changedIn(await fleet.succeed()), 'the second time').to.deep.equal([]);
    const {stdout} = await verify('-t', 'M54,M55,M56');
    expect(stdout.match(/^M5[456] +ok/gm), stdout).to.have.length(3);
  });

  it('are verified row by row', async () => {
    const {code, stdout, stderr} = await verify('--output', 'json');
    expect(stdout, stderr).to.match(/^\{/);
    const {rows} = JSON.parse(stdout) as Verified;
    expect(rows.filter(({status}) => status === 'failed')).to.deep.equal([]);
    expect(code).to.equal(0);
    const ok = rows.filter(({status}) => status === 'ok').map(({name}) => name);
    expect(ok).to.include.members(['M34', 'M37', 'M38', 'M44', 'M45', 'M48', 'M60', 'M61', 'M62', 'M63', 'M64']);
  });

  it('are told where they are not as they shall be', async () => {
    await fleet.on('w1', 'chmod 755 ~alice/.kube');
    const {code, stdout} = await verify('-t', 'M60');
    expect(code, stdout).to.equal(2);
    expect(stdout).to.match(/^M60 +failed/m);
  });
});
