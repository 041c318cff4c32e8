import type {Diagnostic} from '../diagnostic.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Project} from '../load/project.js';
import {createScope, createScopeSources} from '../run/scope.js';
import {createValues} from '../run/values.js';
import {Deferred} from '../unknown.js';

/** The variables of a host that say how it is reached (`ansible_…`), evaluated; a connection cannot wait for what a run finds out. */
export function connectionVariables(
  project: Project,
  host: string,
  complain: (diagnostic: Diagnostic) => void,
): Readonly<Record<string, unknown>> {
  const scope = createScope(
    createScopeSources(project, {
      values: createValues(),
      variables: [],
      variable: () => undefined,
    }),
    {host},
  );
  const names = Object.keys(scope).filter((name) => name.startsWith('ansible_'));
  return Object.fromEntries(names.map((name) => [name, valueOf(scope, name, {host, complain})]));
}

function valueOf(
  scope: Readonly<Record<string, unknown>>,
  name: string,
  {host, complain}: {readonly host: string; readonly complain: (diagnostic: Diagnostic) => void},
): unknown {
  try {
    return scope[name];
  } catch (error) {
    if (!(error instanceof EvaluationFailed || error instanceof Deferred)) throw error;
    const at = error instanceof EvaluationFailed ? error.at : undefined;
    const hint = error instanceof EvaluationFailed ? error.hint : 'it must be known before the first connection';
    complain({
      severity: 'error',
      at,
      message: `"${name}" of the host "${host}": ${error.message}`,
      ...(hint === undefined ? {} : {hint}),
    });
    return undefined;
  }
}
