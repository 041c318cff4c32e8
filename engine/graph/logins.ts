import {evaluate} from '../language/evaluate.js';
import {EvaluationFailed} from '../language/reference.js';
import type {Term} from '../language/term.js';
import {rank, type VarLayer} from '../load/project.js';
import type {Span} from '../span.js';
import {tell, type Draft} from './draft.js';
import type {TaskNode} from './graph.js';

/** Variables that say how a machine is reached; a play may set them, too. */
const ofConnections: ReadonlySet<string> = new Set([
  'ansible_host',
  'ansible_port',
  'ansible_ssh_port',
  'ansible_user',
  'ansible_ssh_user',
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_ssh_private_key_file',
  'ansible_private_key_file',
  'ansible_ssh_common_args',
  'ansible_ssh_extra_args',
  'ansible_ssh_args',
  'ansible_become_password',
  'ansible_become_pass',
]);

/** The values of these that may be shown. */
const open: ReadonlySet<string> = new Set(['ansible_host', 'ansible_port', 'ansible_user']);

/** What plays want of the way to a machine, by variable. */
export type Login = ReadonlyMap<string, {readonly value: unknown; readonly at: Span}>;

/** Collects what keywords (`remote_user`, `port`) and variables of plays and tasks say of the way to each machine. A run has one connection to a machine: two different wishes are a diagnostic. */
export function logins(draft: Draft): void {
  for (const node of draft.nodes.values()) {
    if (node.kind !== 'task' || (draft.left.has(node.id) && !draft.observed.has(node.id))) continue;
    if (node.lane === 'localhost' && node.host !== 'localhost') continue;
    const {remoteUser, port} = node.task.keywords;
    wishByKeyword(draft, node, {term: remoteUser, variables: ['ansible_user', 'ansible_ssh_user']});
    wishByKeyword(draft, node, {term: port, variables: ['ansible_port', 'ansible_ssh_port']});
    if (node.lane !== node.host) continue;
    for (const name of [...connectionNames(node.play.layers), ...connectionNames(node.task.keywords.layers)]) {
      const variable = draft.variables.find(node, name);
      if (variable && variable.layer.rank >= rank.playVars && variable.layer.rank < rank.extraVars)
        wish(draft, node, {variable: name, term: variable.term});
    }
  }
}

/** The host's own variables win over keywords. */
function wishByKeyword(
  draft: Draft,
  node: TaskNode,
  {term, variables}: {readonly term: Term | undefined; readonly variables: readonly [string, string]},
): void {
  if (!term || variables.some((name) => draft.variables.find({host: node.lane}, name))) return;
  wish(draft, node, {variable: variables[0], term});
}

function wish(draft: Draft, node: TaskNode, {variable, term}: {readonly variable: string; readonly term: Term}): void {
  const value = valueOf(draft, node, {variable, term});
  if (value === undefined) return;
  const login = draft.logins.get(node.lane) ?? new Map<string, {readonly value: unknown; readonly at: Span}>();
  draft.logins.set(node.lane, login);
  const before = login.get(variable);
  if (!before) login.set(variable, {value, at: term.at});
  else if (before.value !== value) {
    const [here, there] = open.has(variable)
      ? [`is ${JSON.stringify(value)}`, JSON.stringify(before.value)]
      : ['differs', 'another'];
    tell(draft, {
      at: term.at,
      message: `"${variable}" of the host "${node.lane}" ${here} here and ${there} at ${before.at.file}:${before.at.line}: a run has one connection to a host`,
      hint: 'set it in the inventory; "become_user" is for further users',
    });
  }
}

function valueOf(
  draft: Draft,
  node: TaskNode,
  {variable, term}: {readonly variable: string; readonly term: Term},
): unknown {
  if (term.kind === 'literal') return term.value;
  try {
    return evaluate(term, draft.variables.known(node));
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    const message = `"${variable}" must be known before the first connection: ${error.message}`;
    tell(draft, {at: error.at, message, hint: error.hint});
    return undefined;
  }
}

const namesIn = new WeakMap<readonly VarLayer[], readonly string[]>();

function connectionNames(layers: readonly VarLayer[]): readonly string[] {
  const names =
    namesIn.get(layers) ?? layers.flatMap(({entries}) => [...entries.keys()].filter((name) => ofConnections.has(name)));
  namesIn.set(layers, names);
  return names;
}
