import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {expect} from 'chai';
import fc from 'fast-check';
import {graphOptions} from '../../engine/cli/graph-options.js';
import {BadInput, type Diagnostic} from '../../engine/diagnostic.js';
import {buildGraph} from '../../engine/graph/build.js';
import {loadProject} from '../../engine/load/load-project.js';
import {registry} from '../../tasks/index.js';
import {careless, mutant, mutated, type Mutant} from './mutations.js';
import {originals} from './originals.js';

const count = Number(process.env['U7S_MUTANTS'] ?? 4000);
const seed = Number(process.env['U7S_SEED'] ?? Date.now() % 2 ** 31);
const everything = {limit: undefined, tags: [], skipTags: [], startAtTask: undefined};

describe('a project with a mistake in it', function () {
  this.timeout(600_000);
  let folder: string;
  const modules = new Set(registry.modules.keys());

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'u7s-mutants-'));
    for (const [name, text] of Object.entries(originals)) {
      mkdirSync(dirname(join(folder, name)), {recursive: true});
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  /** Loads the project and builds its graph, with one file changed; the diagnostics, if it cannot be used. */
  async function diagnose(name: string, text: string): Promise<readonly Diagnostic[]> {
    writeFileSync(join(folder, name), text);
    try {
      const project = await loadProject({playbooks: ['site.yml'], inventories: ['hosts.yml'], modules, cwd: folder});
      buildGraph(project, everything, graphOptions(project, registry));
      return [];
    } catch (error) {
      if (error instanceof BadInput) return error.diagnostics;
      throw error;
    } finally {
      writeFileSync(join(folder, name), originals[name] ?? '');
    }
  }

  async function judge(each: Mutant): Promise<void> {
    const diagnostics = await diagnose(each.file, mutated(each));
    for (const {at, message, hint} of diagnostics) {
      expect(message, 'a message').to.match(/\S/).and.not.to.match(careless);
      expect(hint ?? 'x', 'a hint')
        .to.match(/\S/)
        .and.not.to.match(careless);
      expect(at, `the place of "${message}"`).to.include.keys('file', 'line', 'column');
    }
  }

  it('is well as it is', async () => {
    expect(await diagnose('site.yml', originals['site.yml'] ?? '')).to.deep.equal([]);
  });

  it(`is used or refused with places, ${count} times (seed ${seed})`, async () => {
    await fc.assert(fc.asyncProperty(mutant, judge), {numRuns: count, seed});
  });
});
