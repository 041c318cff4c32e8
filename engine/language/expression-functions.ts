import {sharedFunctions} from './functions/all.js';
import {FunctionFailed} from './functions/shared-function.js';
import {compileRegularExpression} from './regular-expression.js';
import {Version} from './version.js';

/** A function beside those of CEL itself: its signature in CEL's types, and what it says in the documentation. */
export interface ExpressionFunction {
  readonly signature: string;
  readonly summary: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the signature says what the arguments are
  readonly call: (...values: any[]) => unknown;
}

/** `text.matches(pattern)` is CEL's own; under this name it runs on RE2, which never backtracks. */
export const linearMatches = 'matches_linear';

function matches(text: string, pattern: string): boolean {
  const expression = compileRegularExpression(pattern);
  if ('problem' in expression) throw new FunctionFailed(`"${pattern}" is not a pattern of RE2: ${expression.problem}`);
  return expression.find(text);
}

function version(text: string): Version {
  const parsed = new Version(text);
  if (!parsed.valid) throw new FunctionFailed(`"${text}" is not a version`);
  return parsed;
}

/** Functions whose values are plain data: the caller converts arguments from and results to CEL's values. */
export const dataFunctions: readonly ExpressionFunction[] = sharedFunctions.flatMap(({signatures, summary, call}) =>
  signatures.map((signature) => ({signature, summary, call})),
);

/** Functions over CEL's own values. */
export const plainFunctions: readonly ExpressionFunction[] = [
  {
    signature: `string.${linearMatches}(string): bool`,
    summary: 'whether an RE2 pattern matches somewhere',
    call: matches,
  },
  {
    signature: 'string.replace(string, string): string',
    summary: 'every occurrence replaced',
    call: (text: string, from: string, to: string) => text.replaceAll(from, to),
  },
  {
    signature: 'version(string): Version',
    summary: 'comparable by <, <=, ==, >=, >: version("10.2") > version("9.1")',
    call: version,
  },
  {signature: 'string(Version): string', summary: 'the text of a version', call: (value: Version) => value.text},
];
