import {expect} from 'chai';
import {ask, NoAnswer, promise, type AnyTaskModule, type FactKind} from '../../engine/task.js';
import {scene, type Scene} from './rig.js';

interface FileState {
  readonly exists: boolean;
}

/** What is told by a tool in `/bin/tool`; it asks a service whose socket is `/run/socket`. */
const pageKind: FactKind<string, FileState> = {
  name: 'page',
  id: (key) => key,
  script: (keys) => JSON.stringify(['read', 'file', '/bin/tool', '/run/socket', ...keys]),
  parse(_, {stdout}) {
    const [tool, socket, ...pages] = JSON.parse(stdout) as readonly FileState[];
    if (tool?.exists !== true)
      throw new NoAnswer('the tool', 'it is not there', [{kind: 'file', named: 'tool'}, {kind: 'package'}]);
    if (socket?.exists !== true)
      throw new NoAnswer('the service', 'it does not run', [{kind: 'file', id: '/run/socket'}]);
    return pages;
  },
  show: () => [],
};

const page: AnyTaskModule = {
  name: 'page',
  reads: ({name}: {readonly name: string}) => ({page: ask(pageKind, name)}),
  plan: ({name}: {readonly name: string}, facts: {readonly page: FileState}) =>
    facts.page.exists
      ? undefined
      : {kind: 'state', summary: `write ${name}`, makes: [promise(pageKind, name, {exists: true})], name},
  apply: async (host, {name}: {readonly name: string}) => {
    await host.run(JSON.stringify(['write', name, '']));
  },
};

function library(tasks: string, files: Readonly<Record<string, string>>): Promise<Scene> {
  return scene(`- hosts: all\n  tasks:\n${tasks}`, {
    files,
    modules: [page],
    schemas: {page: {type: 'object', properties: {name: {type: 'string'}}}},
  });
}

const complete = {'/bin/tool': '', '/run/socket': '', '/page': ''};
const {'/bin/tool': _, ...withoutTool} = complete;
const {'/run/socket': __, ...withoutSocket} = complete;

const repaired = `
    - {name: Something else, file: {path: /etc/else, text: x}}
    - {name: Have the tool, file: {path: /bin/tool}}
    - {name: Have the page, page: {name: /page}}
`;

describe('a fact that nobody tells', () => {
  it('is deferred in a check where an earlier task mends the one who would tell it', async () => {
    const {check, run} = await library(repaired, withoutTool);
    const {lines, outcome} = await check();
    expect(lines).to.deep.equal([
      'h1: Something else → would-change',
      'h1: Have the tool → would-change',
      'h1: Have the page → deferred',
    ]);
    expect(outcome('Have the page')).to.deep.equal({
      status: 'deferred',
      needs: 'an answer of the tool after h1/Have the tool',
    });
    expect((await run()).lines.at(-1)).to.equal('h1: Have the page → ok');
  });

  it('is deferred where an earlier task would wait for that', async () => {
    const {check} = await library(
      `
    - {name: Wait, wait_for: {path: /run/socket}}
    - {name: Have the page, page: {name: /page}}
`,
      withoutSocket,
    );
    expect((await check()).outcome('Have the page')).to.deep.equal({
      status: 'deferred',
      needs: 'an answer of the service after h1/wait_for',
    });
  });

  it('is a failure where nothing would mend it, in a check as in a run', async () => {
    const {check, run} = await library('    - {name: Have the page, page: {name: /page}}\n', withoutTool);
    const failure = {message: 'cannot read page facts: the tool does not answer: it is not there', code: 0, stderr: ''};
    expect((await check()).outcome('Have the page')).to.deep.equal({status: 'failed', failure});
    expect((await run()).outcome('Have the page')).to.deep.equal({status: 'failed', failure});
  });

  it('says nothing of a fact that is told', async () => {
    const {check} = await library(repaired, complete);
    expect((await check()).lines.at(-1)).to.equal('h1: Have the page → ok');
  });
});
