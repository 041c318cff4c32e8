import {Environment, EvaluationError, ParseError, TypeError as CheckError, type ASTNode} from '@marcbachmann/cel-js';
import {Deferred} from '../unknown.js';
import {dataFunctions, linearMatches, plainFunctions} from './expression-functions.js';
import {mustacheProblem, syntaxProblem, valueProblem, type LibraryError} from './expression-problems.js';
import {expressionReferences} from './expression-references.js';
import {FunctionFailed} from './functions/shared-function.js';
import {fromExpressionValue, NotData, toExpressionScope, toExpressionValue} from './expression-values.js';
import {SourceFailed, type Problem, type Range, type Reference, type Scope} from './reference.js';
import {typeAt, type ValueType} from './value-type.js';
import {Version} from './version.js';

/** A CEL expression, ready to be evaluated again and again. */
export interface CompiledExpression {
  readonly references: readonly Reference[];
  /** Not empty: it cannot be evaluated. */
  readonly problems: readonly Problem[];
  /** Gives plain data. Throws `SourceFailed`, or what a getter of the scope throws (`Deferred`). */
  evaluate(scope: Scope): unknown;
}

const options = {homogeneousAggregateLiterals: false, enableOptionalTypes: true};
const dynamic = withFunctions(new Environment({...options, unlistedVariablesAreDyn: true}));
const typed = withNullComparisons(withFunctions(new Environment({...options, unlistedVariablesAreDyn: false})));

function withFunctions(environment: Environment): Environment {
  environment.registerType('Version', Version);
  for (const {signature, call} of plainFunctions) environment.registerFunction(signature, call, {async: false});
  for (const {signature, call} of dataFunctions) {
    const converted = (...values: unknown[]): unknown => toExpressionValue(call(...values.map(fromExpressionValue)));
    environment.registerFunction(signature, converted, {async: false});
  }
  environment.registerOperator('Version == Version', (one: Version, other: Version) => one.compare(other) === 0);
  environment.registerOperator('Version < Version', (one: Version, other: Version) => one.compare(other) < 0);
  environment.registerOperator('Version <= Version', (one: Version, other: Version) => one.compare(other) <= 0);
  environment.registerOperator('Version > Version', (one: Version, other: Version) => one.compare(other) > 0);
  environment.registerOperator('Version >= Version', (one: Version, other: Version) => one.compare(other) >= 0);
  return environment;
}

// A variable that one host leaves null and another sets is compared with null on both.
function withNullComparisons(environment: Environment): Environment {
  for (const type of ['string', 'int', 'double', 'bool', 'list', 'map'])
    environment.registerOperator(`${type} == null`, () => false);
  return environment;
}

const compiled = new Map<string, CompiledExpression>();

/** Compiles CEL as Kubernetes has it, with `.?` and the functions of `expression-functions.ts`. Names are not looked up yet; `checkExpression` does. */
export function compileExpression(source: string): CompiledExpression {
  const known = compiled.get(source);
  if (known) return known;
  const expression = compile(source);
  compiled.set(source, expression);
  return expression;
}

function compile(source: string): CompiledExpression {
  const broken = (problem: Problem): CompiledExpression => ({
    references: [],
    problems: [problem],
    evaluate: () => {
      throw new SourceFailed(problem.message, problem.hint, problem.range);
    },
  });
  const mustache = mustacheProblem(source);
  if (mustache) return broken(mustache);
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = parse(source);
  } catch (error) {
    return broken(syntaxProblem(source, libraryError(source, error)));
  }
  const evaluateRange = ([start, end]: Range, scope: Scope): unknown =>
    compileExpression(source.slice(start, end)).evaluate(scope);
  const references = expressionReferences(parsed.ast, evaluateRange);
  const {error} = parsed.check();
  const [subtraction] = source.includes('-') ? subtractions(parsed.ast) : [];
  const problems = subtraction ? [subtraction] : error ? [valueProblem(source, libraryError(source, error))] : [];
  let busy = false;
  const evaluate = (scope: Scope): unknown => {
    // The library keeps loop variables in the tree: an evaluation within an evaluation of the same source needs a tree of its own.
    const tree = busy ? parse(source) : parsed;
    const outermost = !busy;
    busy = true;
    try {
      return fromExpressionValue(tree(toExpressionScope(scope)));
    } catch (error) {
      throw evaluationError(source, error);
    } finally {
      if (outermost) busy = false;
    }
  };
  return {references, problems, evaluate};
}

function parse(source: string): ReturnType<Environment['parse']> {
  const parsed = dynamic.parse(source);
  if (source.includes('matches')) useLinearMatches(parsed.ast);
  return parsed;
}

/** The library's own `matches` backtracks, and cannot be overridden by its name. */
function useLinearMatches(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = linearMatches;
  for (const child of children(node)) useLinearMatches(child);
}

/** `hostvars.k8s-cp-1.x` is parsed as a subtraction, which never makes sense of a host. */
function subtractions(node: ASTNode): readonly Problem[] {
  const found = children(node).flatMap(subtractions);
  if (node.op !== '-') return found;
  const left = node.input.slice(node.args[0].range.start, node.args[0].range.end);
  const whole = /^(hostvars|groups)\.([\w-]+)/.exec(node.input.slice(node.range.start));
  if (!whole || !/^(hostvars|groups)\.\w+$/.test(left)) return found;
  const hint = `a name with dashes is written ${whole[1] ?? ''}["${whole[2] ?? ''}"]`;
  return [
    {message: `"${whole[0]}" is a subtraction`, hint, range: [node.range.start, node.range.start + whole[0].length]},
  ];
}

function children(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ASTNode);
  };
  collect(node.args);
  return found;
}

function libraryError(source: string, error: unknown): LibraryError {
  if (error instanceof ParseError || error instanceof EvaluationError || error instanceof CheckError) {
    const range: Range = error.range
      ? [error.range.start, Math.max(error.range.end, error.range.start + 1)]
      : [0, source.length];
    return {code: error.code, summary: error.summary, range};
  }
  throw error;
}

function evaluationError(source: string, error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Deferred) return cause;
  }
  if (error instanceof NotData || error instanceof FunctionFailed)
    return new SourceFailed(error.message, undefined, [0, source.length]);
  if (!(error instanceof EvaluationError)) return error;
  const problem = valueProblem(source, libraryError(source, error));
  return new SourceFailed(problem.message, problem.hint, problem.range);
}

/** What an expression is checked against. */
export interface ExpressionTypes {
  /** Every name that it may use. */
  readonly variables: Readonly<Record<string, ValueType>>;
  readonly result: 'bool' | 'any';
}

const checks = new Map<string, readonly Problem[]>();

/** Finds unknown variables, unknown members, operators and functions on wrong types, and a result that is no bool; the first of them. */
export function checkExpression(source: string, types: ExpressionTypes): readonly Problem[] {
  const {references, problems} = compileExpression(source);
  if (problems.length > 0) return problems;
  const roots = new Set(references.map((reference) => String(reference.path[0])));
  const used = [...roots]
    .filter((name) => Object.hasOwn(types.variables, name))
    .map((name) => [name, usedWhole(references, name, types.variables[name] ?? 'any')] as const);
  const key = JSON.stringify([source, types.result, used]);
  const known = checks.get(key);
  if (known) return known;
  const found = check(source, {used, result: types.result});
  checks.set(key, found);
  return found;
}

/** A dict that is used as a whole (`"x" in d`, `d.map(…)`, `keys(d)`) has the library's type of maps, which knows no members. */
function usedWhole(references: readonly Reference[], name: string, type: ValueType): ValueType {
  if (typeof type === 'string' || 'list' in type) return type;
  const ends = references.filter(({path}) => path[0] === name).map(({path}) => typeAt(type, path.slice(1)));
  const whole = ends.some((end) => 'type' in end && typeof end.type === 'object' && 'members' in end.type);
  return whole ? 'any' : type;
}

function check(
  source: string,
  types: {readonly used: readonly (readonly [string, ValueType])[]; readonly result: 'bool' | 'any'},
): readonly Problem[] {
  const environment = typed.clone();
  const declare = declarer(environment);
  for (const [name, type] of types.used) {
    // CEL's own names (`type`, `int`, …) stand for types whatever a variable says.
    if (!environment.hasVariable(name)) environment.registerVariable(name, declare(type));
  }
  const checked = environment.check(source);
  if (checked.error) return [valueProblem(source, libraryError(source, checked.error))];
  if (types.result === 'any' || checked.type === 'bool' || checked.type === 'dyn') return [];
  const hint =
    checked.type === 'string'
      ? 'compare it: name == "text"'
      : checked.type === 'int'
        ? 'compare it: name > 0'
        : 'a condition is true or false';
  return [
    {
      message: `the result is a ${(checked.type ?? '').replace(/^dict_\d+$/, 'dict')}, but a condition must be a bool`,
      hint,
      range: [0, source.length],
    },
  ];
}

function declarer(environment: Environment): (type: ValueType) => string {
  let count = 0;
  const declare = (type: ValueType): string => {
    if (type === 'any') return 'dyn';
    if (typeof type === 'string') return type;
    if ('list' in type) return `list<${declare(type.list)}>`;
    if (type.open) return 'dyn';
    const fields = Object.fromEntries(Object.entries(type.members).map(([name, member]) => [name, declare(member)]));
    const name = `dict_${++count}`;
    environment.registerType(name, {fields} as never);
    environment.registerOperator(`${name} == null`, () => false);
    return name;
  };
  return declare;
}
