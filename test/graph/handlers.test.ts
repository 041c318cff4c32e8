import {expect} from 'chai';
import {edgesOf, graphOf, nodeNamed, problemsOf, tasksIn} from './rig.js';

const task = (name: string, more = ''): string => `{name: ${name}, command: "true"${more}}`;

describe('handlers', () => {
  it('have a node for each flush after a task that notifies them, in the order of their definition', async () => {
    const graph = await graphOf(`
- hosts: a
  pre_tasks: [${task('Pre', ', notify: reload')}]
  tasks: [${task('One', ', notify: [Restart, Reload]')}, ${task('Two')}]
  post_tasks: [${task('Post')}]
  handlers: [${task('Reload', ', listen: reload')}, ${task('Restart')}, ${task('Never')}]
`);
    expect(tasksIn(graph)).to.deep.equal(['a:Pre', 'a:Reload', 'a:One', 'a:Two', 'a:Reload', 'a:Restart', 'a:Post']);
    expect(edgesOf(graph, 'notify')).to.have.members([
      'a:Pre notify a:Reload',
      'a:One notify a:Reload',
      'a:One notify a:Restart',
    ]);
    expect(nodeNamed(graph, 'a:Restart').handler).to.equal(true);
  });

  it('run where they are flushed, and may notify others', async () => {
    const graph = await graphOf(`
- hosts: a
  tasks: [${task('One', ', notify: Second')}, {meta: flush_handlers}, ${task('Two')}]
  handlers: [${task('First')}, ${task('Second', ', notify: First')}]
`);
    expect(tasksIn(graph)).to.deep.equal(['a:One', 'a:Second', 'a:First', 'a:Two']);
    expect(edgesOf(graph, 'notify')).to.have.members(['a:One notify a:Second', 'a:Second notify a:First']);
  });

  it('of a role that is used twice are those of the use whose task notifies', async () => {
    const graph = await graphOf('- {hosts: a, roles: [{role: web, vars: {port: 1}}, {role: web, vars: {port: 2}}]}\n', {
      files: {
        'roles/web/defaults/main.yml': 'port: 0\n',
        'roles/web/tasks/main.yml': `[${task('"Serve {{port}}"', ', notify: Reload')}]\n`,
        'roles/web/handlers/main.yml': `[${task('Reload')}]\n`,
      },
    });
    const handlers = [...graph.nodes.values()].filter((node) => node.kind === 'task' && node.handler === true);
    expect(handlers).to.have.lengthOf(2);
    for (const handler of handlers) {
      const notifiers = (graph.into.get(handler.id) ?? []).filter(({kind}) => kind === 'notify');
      expect(notifiers).to.have.lengthOf(1);
    }
  });

  it('that nobody defined are told', async () => {
    expect(
      await problemsOf(`- {hosts: all, tasks: [${task('One', ', notify: Restrt')}], handlers: [${task('Restart')}]}\n`),
    ).to.deep.equal([
      'site.yml:1:61 no handler of this play is named "Restrt" or listens to it; did you mean "Restart"?',
    ]);
  });
});
