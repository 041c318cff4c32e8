import {expect} from 'chai';
import {listText, type Listed} from '../../engine/cli/list.js';
import {buildGraph} from '../../engine/graph/build.js';
import {scene} from '../run/rig.js';

const playbook = `
- name: First
  hosts: all
  tags: [p, q]
  tasks:
    - {name: Write, file: {path: /a}, tags: [z, a]}
    - debug: {msg: x}
- hosts: h1
  tasks:
    - {name: Rare, debug: {msg: x}, tags: [never, rare]}
  handlers:
    - {name: Handler, debug: {msg: x}}
`;

describe('the lists of a playbook', () => {
  async function list(what: readonly Listed[], tags: readonly string[] = []): Promise<string> {
    const {project, folder} = await scene(playbook, {hosts: ['h1', 'h2']});
    const graph = buildGraph(
      project,
      {limit: undefined, tags, skipTags: [], startAtTask: undefined},
      {names: new Set(['os']), hostsOf: () => []},
    );
    return listText(graph, {what, limited: undefined, cwd: folder});
  }

  it('of tasks are those of Ansible, handlers left out', async () => {
    expect(await list(['tasks'])).to.equal(
      [
        '\nplaybook: site.yml\n',
        '\n  play #1 (all): First\tTAGS: [p,q]\n    tasks:\n',
        '      Write\tTAGS: [a, p, q, z]\n      debug\tTAGS: [p, q]\n',
        '\n  play #2 (h1): h1\tTAGS: []\n    tasks:\n',
      ].join(''),
    );
  });

  it('of hosts name the pattern and count them', async () => {
    expect(await list(['hosts'])).to.include(
      "  play #1 (all): First\tTAGS: [p,q]\n    pattern: ['all']\n    hosts (2):\n      h1\n      h2\n",
    );
  });

  it('of tags are sorted, those of the play among them', async () => {
    expect(await list(['tags'], ['all', 'never']))
      .to.include('      TASK TAGS: [a, p, q, z]\n')
      .and.include('      TASK TAGS: [never, rare]\n');
  });
});
