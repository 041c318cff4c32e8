import {expect} from 'chai';
import type {Term} from '../../engine/language/term.js';
import {rank, type Project, type VarLayer} from '../../engine/load/project.js';
import {createScope, createScopeSources, NeedsVariable, type ScopeSources} from '../../engine/run/scope.js';
import {createValues} from '../../engine/run/values.js';
import {Deferred, unknown} from '../../engine/unknown.js';

const at = {file: 'x.yml', line: 1, column: 1, length: 1};
const layer = (of: keyof typeof rank, entries: Readonly<Record<string, string>>): VarLayer => ({
  rank: rank[of],
  origin: of,
  entries: new Map(
    Object.entries(entries).map(([name, source]): [string, Term] => [
      name,
      source.includes('{{') ? {kind: 'text', at, source} : {kind: 'literal', at, value: source},
    ]),
  ),
});

function sourcesOf(
  layers: Readonly<Record<string, readonly VarLayer[]>>,
  extra: VarLayer = layer('extraVars', {}),
): ScopeSources {
  const names = Object.keys(layers);
  const hosts = new Map(names.map((name) => [name, {name, groups: ['all', 'web'], layers: layers[name] ?? []}]));
  const project: Project = {
    inventory: {sources: ['hosts.yml'], hosts, groups: new Map([['all', names]]), tree: new Map()},
    playbooks: [],
    sources: new Map(),
    plays: [],
    extraVars: extra,
  };
  return createScopeSources(project, {
    values: createValues(),
    variables: ['os'],
    variable(host, name) {
      throw new NeedsVariable(host, name);
    },
  });
}

describe('a scope', () => {
  it('takes the variable of the highest rank, and among equals the later one', () => {
    const sources = sourcesOf(
      {
        h1: [
          layer('inventoryHost', {a: 'host'}),
          layer('inventoryGroup', {a: 'group', b: 'first'}),
          layer('inventoryGroup', {b: 'second'}),
        ],
      },
      layer('extraVars', {c: 'extra'}),
    );
    sources.values.set('h1', 'a', 'set');
    sources.values.set('h1', 'c', 'set');
    const {a, b, c} = createScope(sources, {host: 'h1'});
    expect({a, b, c}).to.deep.equal({a: 'set', b: 'second', c: 'extra'});
  });

  it('says what a variable that needs itself goes through', () => {
    const sources = sourcesOf({h1: [layer('inventoryHost', {a: '{{b}}', b: 'x{{a}}', c: '{{hostvars.h1.a}}'})]});
    expect(() => createScope(sources, {host: 'h1'})['a']).to.throw(
      "variable 'a' (inventoryHost) needs itself: a → b → a",
    );
    expect(() => createScope(sources, {host: 'h1'})['c']).to.throw('needs itself');
  });

  it('shows the variables of other hosts, evaluated there', () => {
    const sources = sourcesOf({
      h1: [layer('inventoryHost', {url: 'http://{{name}}', name: 'one'})],
      h2: [layer('inventoryHost', {name: 'two', other: '{{hostvars.h1.url}}'})],
    });
    expect(createScope(sources, {host: 'h2'})['other']).to.equal('http://one');
  });

  it('has members only by their names', () => {
    const scope = createScope(sourcesOf({h1: [layer('inventoryHost', {a: 'x'})]}), {host: 'h1'});
    expect('a' in scope).to.equal(true);
    expect('toString' in scope).to.equal(false);
    expect(Object.keys(scope)).to.include.members(['a', 'inventory_hostname', 'groups', 'vars', 'os']);
    expect(Object.keys(scope['vars'] as object)).to.deep.equal(['a']);
    expect(scope['group_names']).to.deep.equal(['web']);
  });

  it('throws where a value is not known, or not read yet', () => {
    const sources = sourcesOf({h1: []});
    sources.values.set('h1', 'join', {token: unknown('cp1/kubeadm_token'), changed: true});
    const scope = createScope(sources, {host: 'h1'});
    const join = scope['join'] as {readonly token: string; readonly changed: boolean};
    expect(join.changed).to.equal(true);
    expect(() => join.token).to.throw(Deferred, 'needs cp1/kubeadm_token');
    expect(() => scope['os']).to.throw(NeedsVariable);
  });
});
