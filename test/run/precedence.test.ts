import {expect} from 'chai';
import {documentation} from '../../engine/cli/doc/command.js';
import {createVariables} from '../../engine/graph/variables.js';
import {precedence, rank} from '../../engine/load/precedence.js';
import type {Project, Task} from '../../engine/load/project.js';
import {createScope, createScopeSources} from '../../engine/run/scope.js';
import {createValues} from '../../engine/run/values.js';
import {load, tasksIn} from '../load/rig.js';

type Place = keyof typeof rank;

const places = (Object.keys(precedence) as Place[]).sort((one, other) => rank[one] - rank[other]);

/** Each place sets `both_N` for itself and the place before it, and `both_N+1` for itself and the place after it. */
function setBy(place: Place): Readonly<Record<string, string>> {
  const index = places.indexOf(place);
  return Object.fromEntries([index, index + 1].map((number) => [`both_${number}`, place]));
}

function yaml(place: Place): string {
  return JSON.stringify(setBy(place));
}

const prompts = Object.entries(setBy('playVarsPrompt')).map(([name, value]) => ({
  name,
  default: value,
  private: false,
}));

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A project in which every place sets variables that meet in one task of a role. */
const files = {
  'inv/hosts.yml': `web: {vars: ${yaml('inventoryGroup')}, hosts: {h1: ${yaml('inventoryHost')}}}\n`,
  'inv/group_vars/all.yml': yaml('inventoryGroupVarsAll'),
  'inv/group_vars/web.yml': yaml('inventoryGroupVars'),
  'inv/host_vars/h1.yml': yaml('inventoryHostVars'),
  'group_vars/all.yml': yaml('playbookGroupVarsAll'),
  'group_vars/web.yml': yaml('playbookGroupVars'),
  'host_vars/h1.yml': yaml('playbookHostVars'),
  'more.yml': yaml('playVarsFiles'),
  'site.yml': `- hosts: web
  vars: ${yaml('playVars')}
  vars_prompt: ${JSON.stringify(prompts)}
  vars_files: [more.yml]
  roles:
    - {role: web, ${yaml('roleParams').slice(1)}
`,
  'roles/web/defaults/main.yml': yaml('roleDefaults'),
  'roles/web/vars/main.yml': yaml('roleVars'),
  'roles/web/tasks/main.yml': `- vars: ${yaml('blockVars')}
  block:
    - set_fact: ${yaml('setFacts')}
    - include_tasks: more.yml
      vars: ${yaml('includeParams')}
`,
  'roles/web/tasks/more.yml': `- debug: {msg: hi}
  vars: ${yaml('taskVars')}
`,
};

describe('the precedence of variables', () => {
  let project: Project;
  let task: Task | undefined;

  before(async () => {
    project = await load(files, {inventories: ['inv/hosts.yml'], extraVars: [yaml('extraVars')]});
    task = tasksIn(project.plays[0]?.sections.roles ?? []).at(-1);
  });

  it('has each place once, in the order of the table', () => {
    expect(Object.keys(precedence)).to.deep.equal(places);
    expect(new Set(Object.values(rank)).size).to.equal(places.length);
  });

  it('is documented from that table', () => {
    const text = documentation(['variables']);
    for (const {rank: place, what, where} of Object.values(precedence))
      expect(text).to.match(new RegExp(`^ +${place} ${escaped(what)} +${escaped(where)}$`, 'm'));
  });

  places.slice(1).forEach((place, index) => {
    const lower = places[index] ?? place;
    const name = `both_${index + 1}`;
    it(`lets ${precedence[place].what} (${rank[place]}) win over ${precedence[lower].what} (${rank[lower]})`, () => {
      const [play] = project.plays;
      const use = {host: 'h1', ...(play ? {play} : {}), ...(task ? {task} : {})};
      const values = createValues();
      for (const [set, value] of Object.entries(setBy('setFacts'))) values.set('h1', set, value);
      const sources = createScopeSources(project, {values, variables: [], variable: () => undefined});
      expect(createScope(sources, use)[name]).to.equal(place);
      const found = createVariables(project).find(use, name);
      // What is set in the run is no variable before it: the lower place counts until then.
      expect(found?.layer.rank).to.equal(place === 'setFacts' ? rank[lower] : rank[place]);
    });
  });
});
