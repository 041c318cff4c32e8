import {expect} from 'chai';
import fc from 'fast-check';
import type {ExecResult} from '../../engine/host.js';
import {createSchemas} from '../../engine/load/schema.js';
import {Refused, type AnyFactKind, type FactRequest} from '../../engine/task.js';
import {registry} from '../../tasks/index.js';
import {casesOf, modulesWithCases} from '../tasks/case-files.js';
import {execLocally, plainShell} from '../tasks/local-host.js';
import {applyEdit, careless, edit} from './mutations.js';

const count = Number(process.env['U7S_ANSWERS'] ?? 1500);
const seed = Number(process.env['U7S_SEED'] ?? Date.now() % 2 ** 31);

/** Kinds whose scripts talk to other machines or run what a playbook says: an empty answer stands for theirs. */
const notAsked = ['url', 'git', 'port', 'check', 'known_hosts'];

/** The questions of all cases of all modules, by their kinds. */
function questions(): ReadonlyMap<AnyFactKind, readonly unknown[]> {
  const schemas = createSchemas();
  const found = new Map<AnyFactKind, Map<string, unknown>>();
  for (const name of modulesWithCases()) {
    for (const {args} of casesOf(name)) {
      const requests = registry.modules.get(name)?.reads(schemas.validateArgs(name, args).value) as Readonly<
        Record<string, FactRequest<unknown> | readonly FactRequest<unknown>[]>
      >;
      for (const {kind, key, id} of Object.values(requests).flat() as readonly FactRequest<unknown>[]) {
        found.set(kind, (found.get(kind) ?? new Map<string, unknown>()).set(id, key));
      }
    }
  }
  return new Map([...found].map(([kind, keys]) => [kind, [...keys.values()].slice(0, 12)]));
}

describe('an answer of a machine with a mistake in it', function () {
  this.timeout(300_000);
  const asked = questions();
  const kinds = [...asked.keys()];
  const answers = new Map<AnyFactKind, ExecResult>();

  before(async () => {
    for (const [kind, keys] of asked) {
      const script = notAsked.includes(kind.name) ? 'true' : kind.script(keys);
      answers.set(kind, await execLocally(plainShell, script, {timeout: 20}));
    }
  });

  it('is one of many kinds', () => {
    expect(kinds).to.have.length.greaterThan(25);
  });

  it(`is understood or refused in words, ${count} times (seed ${seed})`, () => {
    const mutant = fc.record({
      kind: fc.constantFrom(...kinds),
      stdout: fc.array(edit, {maxLength: 4}),
      stderr: fc.array(edit, {maxLength: 1}),
      code: fc.constantFrom(0, 0, 0, 1, 127, 137),
    });
    fc.assert(
      fc.property(mutant, ({kind, stdout, stderr, code}) => {
        const real = answers.get(kind);
        if (real === undefined) throw new Error(`no answer of ${kind.name}`);
        const answer = {
          ...real,
          code,
          stdout: stdout.reduce(applyEdit, real.stdout),
          stderr: stderr.reduce(applyEdit, real.stderr),
        };
        const keys = asked.get(kind) ?? [];
        try {
          expect(kind.parse(keys, answer), kind.name).to.have.length(keys.length);
        } catch (error) {
          if (error instanceof Refused) return;
          const {name, message} = error as Error;
          expect(name, kind.name).to.be.oneOf(['Error', 'NoAnswer']);
          expect(message, kind.name).to.match(/\S/).and.not.to.match(careless);
        }
      }),
      {numRuns: count, seed},
    );
  });
});
