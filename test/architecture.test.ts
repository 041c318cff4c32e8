import {basename, dirname, join} from 'node:path/posix';
import {expect} from 'chai';
import {importsOf, sourcesOf, type Source} from './sources.js';

const longestFile = 300;

/** Who may import whom, beside itself. The contract is what lies in `engine/` itself: facts, hosts, outcomes, events, places. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  language: ['contract'],
  vault: ['contract'],
  load: ['contract', 'language', 'vault'],
  graph: ['contract', 'language', 'load'],
  run: ['contract', 'language', 'load', 'graph'],
  plan: ['contract', 'language', 'load', 'graph', 'run'],
  history: ['contract', 'language', 'load', 'graph', 'run', 'plan'],
  connect: ['contract'],
  render: ['contract'],
  pack: ['contract', 'cli'],
  cli: ['contract', 'language', 'vault', 'load', 'graph', 'run', 'plan', 'history', 'connect', 'render', 'tasks'],
  tasks: ['contract'],
};

/** What of the contract a task sees. */
const seenByTasks = ['engine/task.ts', 'engine/host.ts'];

const product = sourcesOf('engine', 'tasks');
const tests = sourcesOf('test');

function layerOf(path: string): string {
  if (path.startsWith('tasks/')) return 'tasks';
  if (path === 'engine/cli.ts' || path === 'engine/main.ts' || path.startsWith('engine/cli/')) return 'cli';
  return dirname(path) === 'engine' ? 'contract' : (path.split('/')[1] ?? '');
}

/** The files of our own that a file imports, by path. */
function ownImports(source: Source): readonly string[] {
  return importsOf(source)
    .filter(({from}) => from.startsWith('.'))
    .map(({from}) => join(dirname(source.path), from).replace(/\.js$/, '.ts'));
}

/** The outside packages that a file imports, by name. */
function packagesOf(source: Source): readonly string[] {
  const names = importsOf(source).map(({from}) => from);
  return names
    .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
    .map((from) =>
      from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

function offenders(sources: readonly Source[], isWrong: (source: Source) => boolean): readonly string[] {
  return sources.filter(isWrong).map(({path}) => path);
}

describe('the rules of the house', () => {
  it('imports go one way', () => {
    const wrong = product.flatMap((source) => {
      const layer = layerOf(source.path);
      const allowed = [layer, ...(mayImport[layer] ?? [])];
      return ownImports(source)
        .filter((path) => !allowed.includes(layerOf(path)))
        .map((path) => `${source.path} imports ${path}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('a task sees the contract of tasks and of hosts alone', () => {
    const wrong = product
      .filter((source) => layerOf(source.path) === 'tasks')
      .flatMap((source) =>
        ownImports(source)
          .filter((path) => layerOf(path) !== 'tasks' && !seenByTasks.includes(path))
          .map((path) => `${source.path} imports ${path}`),
      );
    expect(wrong).to.deep.equal([]);
  });

  it('the composition root alone knows the engine and the tasks', () => {
    const knowing = product.filter(
      (source) => layerOf(source.path) !== 'tasks' && ownImports(source).some((path) => layerOf(path) === 'tasks'),
    );
    expect(knowing.map(({path}) => path)).to.satisfy((paths: readonly string[]) =>
      paths.every((path) => path === 'engine/cli.ts'),
    );
  });

  it('an outside package is imported in one file', () => {
    const importers = new Map<string, Set<string>>();
    for (const source of product)
      for (const name of packagesOf(source)) importers.set(name, (importers.get(name) ?? new Set()).add(source.path));
    const wrong = [...importers]
      .filter(([, paths]) => paths.size > 1)
      .map(([name, paths]) => `${name}: ${[...paths].join(', ')}`);
    expect(wrong).to.deep.equal([]);
  });

  it(`no file is longer than ${longestFile} lines`, () => {
    const long = offenders([...product, ...tests], ({text}) => text.split('\n').length - 1 > longestFile);
    expect(long).to.deep.equal([]);
  });

  it('nothing is printed outside the renderers and the command line', () => {
    const printing = offenders(
      product,
      ({path, text}) =>
        !['render', 'cli'].includes(layerOf(path)) && /\bconsole\.|\bprocess\.(stdout|stderr)\b/.test(text),
    );
    expect(printing).to.deep.equal([]);
  });

  it('exports have names', () => {
    expect(offenders(product, ({text}) => /^export default\b/m.test(text))).to.deep.equal([]);
  });

  it('no file is called index, but the registry of tasks', () => {
    expect(
      offenders([...product, ...tests], ({path}) => basename(path) === 'index.ts' && path !== 'tasks/index.ts'),
    ).to.deep.equal([]);
  });

  it('files bear kebab-case names, and those of tasks the YAML word', () => {
    const isTask = (path: string): boolean =>
      dirname(path) === 'tasks' || dirname(path) === 'tasks/facts' || path.startsWith('test/tasks/');
    const pattern = (path: string): RegExp =>
      isTask(path) ? /^[a-z][a-z0-9]*([_-][a-z0-9]+)*(\.test)?\.ts$/ : /^[a-z][a-z0-9]*(-[a-z0-9]+)*(\.test)?\.ts$/;
    expect(offenders([...product, ...tests], ({path}) => !pattern(path).test(basename(path)))).to.deep.equal([]);
  });

  it('no test runs alone', () => {
    expect(offenders(tests, ({text}) => /\b(describe|it)\.only\(/.test(text))).to.deep.equal([]);
  });

  it('no folder is called after nothing in particular', () => {
    const vague = /(^|\/)(utils?|helpers?|common|types|misc|shared)\//;
    expect(offenders(product, ({path}) => vague.test(path))).to.deep.equal([]);
  });
});
