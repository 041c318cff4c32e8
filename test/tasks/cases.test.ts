import {expect} from 'chai';
import {createSchemas} from '../../engine/load/schema.js';
import {isUnknown, reveal} from '../../engine/unknown.js';
import {
  Refused,
  type AnyFactKind,
  type AnyTaskModule,
  type Change,
  type FactRequest,
  type Promised,
} from '../../engine/task.js';
import {registry} from '../../tasks/index.js';
import {casesOf, modulesWithCases, type Case} from './case-files.js';
import {layOver} from './perform.js';

const schemas = createSchemas();
type Requests = Readonly<Record<string, FactRequest<unknown> | readonly FactRequest<unknown>[]>>;

function moduleOf(name: string): AnyTaskModule {
  const module = registry.modules.get(name);
  if (module === undefined) throw new Error(`no module ${name}`);
  return module;
}

function argsOf(name: string, {args}: Case): unknown {
  const {value, problems} = schemas.validateArgs(name, args);
  expect(problems, 'arguments').to.deep.equal([]);
  return value;
}

function plan(module: AnyTaskModule, args: unknown, facts: Case['facts']): Change | Refused | undefined {
  try {
    return module.plan(args, reveal(facts ?? {})) as Change | undefined;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

/** Answers that a case need not name: to questions that are not asked, and that accounts are there and numbers free. */
function unnamed(requests: Requests, facts: Case['facts'] = {}): Readonly<Record<string, readonly unknown[]>> {
  const answers = Object.entries(requests).flatMap(([name, request]) => {
    if (!Array.isArray(request) || name in facts) return [];
    const asked = request as readonly FactRequest<unknown>[];
    const plain = asked.every(({kind}) => ['user', 'group', 'account_number'].includes(kind.name));
    return plain ? [[name, asked.map(({key}) => ({...(key as object), exists: true}))] as const] : [];
  });
  return Object.fromEntries(answers);
}

/** The facts with a change's promises laid over them, as a check does it. */
function factsAfter(
  module: AnyTaskModule,
  args: unknown,
  facts: Case['facts'],
  makes: readonly Promised[],
): Record<string, unknown> {
  const requests = module.reads(args) as Requests;
  return Object.fromEntries(
    Object.entries(requests).map(([name, request]) => {
      const before = facts?.[name];
      return [
        name,
        Array.isArray(request)
          ? (request as readonly FactRequest<unknown>[]).map((each, index) =>
              layOver(each, (before as readonly unknown[])[index], makes),
            )
          : layOver(request as FactRequest<unknown>, before, makes),
      ];
    }),
  );
}

function diffOf(module: AnyTaskModule, args: unknown, facts: Case['facts'], change: Change): readonly string[] {
  const requests = module.reads(args) as Requests;
  const before = Object.entries(requests).flatMap(([name, request]) => {
    const value = facts?.[name];
    return Array.isArray(request)
      ? (request as readonly FactRequest<unknown>[]).map((each, index) => ({
          each,
          value: (value as readonly unknown[])[index],
        }))
      : [{each: request as FactRequest<unknown>, value}];
  });
  return change.makes.flatMap((promised) => {
    if (!('id' in promised)) return [];
    const kind: AnyFactKind | undefined = registry.kinds.get(promised.kind);
    const found = before.find(({each}) => each.kind.name === promised.kind && each.id === promised.id);
    if (kind === undefined || found === undefined) return [];
    return kind
      .show(found.value, layOver(found.each, found.value, [promised]))
      .map((line) =>
        'text' in line ? `${line.what}: text` : `${line.what}: ${line.before ?? '-'} → ${line.after ?? '-'}`,
      );
  });
}

/** Members that are undefined are absent in JSON, and that is all that may get lost. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, withoutUndefined(member)]),
  );
}

describe('cases of modules', () => {
  for (const name of modulesWithCases()) {
    describe(name, () => {
      for (const each of casesOf(name)) {
        it(each.name, () => {
          const module = moduleOf(name);
          const args = argsOf(name, each);
          const requests = module.reads(args) as Requests;
          const facts = {...each.facts, ...unnamed(requests, each.facts)};
          expect(Object.keys(requests).sort(), 'facts of the case').to.deep.equal(Object.keys(facts).sort());
          const planned = plan(module, args, facts);
          if (each.refused !== undefined) {
            expect(planned).to.be.instanceOf(Refused);
            expect((planned as Refused).message).to.include(each.refused);
            return;
          }
          if (planned instanceof Refused) throw planned;
          if (each.output !== undefined) expect(module.output?.(args, reveal(facts))).to.deep.include(each.output);
          if (each.change === undefined) {
            expect(planned).to.equal(undefined);
            return;
          }
          if (planned === undefined) throw new Error('nothing was planned');
          expect(planned.summary).to.include(each.change);
          expect(planned.kind).to.equal(each.kind ?? 'state');
          expect(JSON.parse(JSON.stringify(planned)), 'a change is plain JSON').to.deep.equal(
            withoutUndefined(planned),
          );
          for (const [key, value] of Object.entries(each.makes ?? {})) {
            const promised = planned.makes.find(
              (made) => `${made.kind} ${'id' in made ? made.id : `${made.under}/**`}` === key,
            );
            expect(promised, `promise of ${key}`).to.not.equal(undefined);
            if (isUnknown(promised?.value)) expect(promised.value).to.deep.equal(value);
            else expect(promised?.value).to.deep.include(value);
          }
          if (each.diff !== undefined) expect(diffOf(module, args, facts, planned)).to.deep.equal(each.diff);
          if (planned.kind === 'state' && each.again !== true) {
            expect(
              plan(module, args, factsAfter(module, args, facts, planned.makes)),
              'what is planned once more',
            ).to.equal(undefined);
          }
        });
      }
    });
  }
});
