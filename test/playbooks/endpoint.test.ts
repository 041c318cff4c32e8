import {expect} from 'chai';
import {join} from 'node:path';
import {createProgram, type Program} from '../cli/program.js';

const playbook = `- hosts: cp1
  roles:
    - role: preflight
      tags: [preflight]
      vars:
        control_plane_hosts: "{{groups.control_plane}}"
        balancer_hosts: "{{groups.balancers}}"
        virtual_address: !cel vars.?virtual_ip.orValue("")
`;

/** What an inventory says; the endpoint of the cluster that runs is in its kubeconfig. */
interface Kind {
  readonly endpoint: string;
  readonly balancers?: readonly string[];
  readonly virtual?: string;
  readonly names?: Readonly<Record<string, string>>;
}

const bare: Kind = {endpoint: 'cp1:6443'};
const balanced: Kind = {endpoint: 'lb1:8443', balancers: ['lb1']};
const available: Kind = {
  endpoint: 'api:8443',
  balancers: ['lb1', 'lb2'],
  virtual: '192.0.2.30',
  names: {api: '192.0.2.30'},
};

describe('from one kind of endpoint to another', function () {
  this.timeout(30_000);
  let program: Program;

  before(() => {
    program = createProgram();
    program.write('site.yml', playbook);
  });

  after(() => {
    program.remove();
  });

  /** Looks with an inventory at a host whose cluster, if any, was made with another one. */
  async function look(inventory: Kind, running?: Kind): Promise<{readonly code: number | null; readonly said: string}> {
    const {endpoint, balancers = [], virtual, names = {}} = inventory;
    const local = {ansible_connection: 'local'};
    const hosts = {cp1: {...local, ansible_host: '192.0.2.11'}};
    const addressed = balancers.map((name, index) => [name, {...local, ansible_host: `192.0.2.${31 + index}`}]);
    const vars = {
      control_plane_endpoint: endpoint,
      node_ip: '192.0.2.11',
      extra_names: names,
      u7s_data: join(program.folder, 'data'),
      ...(virtual === undefined ? {} : {virtual_ip: virtual}),
    };
    const children = {control_plane: {hosts}, balancers: {hosts: Object.fromEntries(addressed) as object}};
    program.write('hosts.yml', JSON.stringify({all: {vars, children}}));
    const conf = running === undefined ? '' : `clusters:\n- cluster:\n    server: https://${running.endpoint}\n`;
    program.write('data/etc_kubernetes/admin.conf', conf);
    const {code, stdout, stderr} = await program.run('site.yml', '-i', 'hosts.yml', '--check', '-t', 'M53');
    return {code, said: `${stdout}${stderr}`.replaceAll(/\s+/g, ' ')};
  }

  it('nothing is refused where a cluster stays what it is', async () => {
    const {code, said} = await look(available, available);
    expect(code, said).to.equal(0);
  });

  const changes: readonly (readonly [string, Kind, string, Kind])[] = [
    ['without a balancer', bare, 'with a balancer', balanced],
    ['with a balancer', balanced, 'with a virtual address', available],
    ['with a virtual address', available, 'without a balancer', bare],
  ];
  for (const [from, running, to, inventory] of changes) {
    it(`a cluster ${from} does not become one ${to}, and the way is told`, async () => {
      const {code, said} = await look(inventory, running);
      expect(code, said).to.equal(2);
      expect(said).to.contain(
        `the running cluster is at another endpoint than control_plane_endpoint ${inventory.endpoint}`,
      );
      expect(said).to.contain('make a new cluster at the new endpoint and move the workloads there');
    });
  }

  it('balancers that the endpoint leads past are refused', async () => {
    for (const endpoint of ['cp1:6443', '192.0.2.11:6443']) {
      const {code, said} = await look({...balanced, endpoint}, {endpoint});
      expect(code, said).to.equal(2);
      expect(said).to.contain(`there are balancers, and control_plane_endpoint ${endpoint} leads to a control plane past them`);
    }
  });

  it('a virtual address that the endpoint does not lead to is refused', async () => {
    const {code, said} = await look({...balanced, virtual: '192.0.2.30'}, balanced);
    expect(code, said).to.equal(2);
    expect(said).to.contain('virtual_ip is 192.0.2.30, and nothing of that kind is at control_plane_endpoint lb1:8443');
  });

  it('a virtual address without balancers is refused', async () => {
    const {code, said} = await look({...available, balancers: []}, available);
    expect(code, said).to.equal(2);
    expect(said).to.contain('have hosts in the group balancers');
  });
});
