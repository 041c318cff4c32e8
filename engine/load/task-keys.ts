import {didYouMean} from '../language/near.js';
import type {DictEntry, Term} from '../language/term.js';
import {insteadOfModule} from './absent-modules.js';
import {explainWord} from './ansible-words.js';
import type {TaskPlace} from './loading.js';

/** What an entry of a list of tasks is. */
export type TaskKind =
  | {readonly kind: 'task'; readonly module: DictEntry | undefined}
  | {readonly kind: 'block' | 'import_tasks' | 'import_role' | 'include_tasks' | 'include_role' | 'meta'};

/** Keywords of a task, a block, an import and a role alike. */
export const everywhere = [
  'name',
  'become',
  'become_user',
  'context',
  'environment',
  'ignore_errors',
  'ignore_unreachable',
  'connection',
  'remote_user',
  'port',
  'become_method',
  'module_defaults',
  'no_log',
  'delegate_to',
  'delegate_facts',
  'throttle',
  'timeout',
  'run_once',
  'any_errors_fatal',
  'check_mode',
  'diff',
  'tags',
  'when',
  'vars',
];
const ofTasks = [
  'loop',
  'loop_control',
  'register',
  'notify',
  'listen',
  'changed_when',
  'failed_when',
  'until',
  'retries',
  'delay',
  'async',
  'poll',
  'args',
];
const ofLoops = ['loop', 'loop_control'];

const own: Readonly<Record<TaskKind['kind'], readonly string[]>> = {
  task: ofTasks,
  block: ['block', 'rescue', 'always'],
  import_tasks: ['import_tasks', ...ofLoops],
  import_role: ['import_role', ...ofLoops],
  include_tasks: ['include_tasks', ...ofLoops],
  include_role: ['include_role', ...ofLoops],
  meta: ['meta', 'listen'],
};

const all = [...new Set([...everywhere, ...Object.values(own).flat()])];

/** Reports the keys that an entry cannot have, and a task without a module; true when it can be read. */
export function checkKeys(term: Extract<Term, {kind: 'dict'}>, kind: TaskKind, {draft: {loading}}: TaskPlace): boolean {
  const {report, modules} = loading;
  const allowed = new Set([...everywhere, ...own[kind.kind]]);
  const unknown = term.entries.filter(({key}) => !allowed.has(key) && !modules.has(key));
  const module = kind.kind === 'task' ? kind.module : undefined;
  const missing = kind.kind === 'task' && !module;
  for (const {key, keyAt, value} of unknown) {
    const explained = explainWord(key, value);
    const plainModule = key.split('.').at(-1) ?? key;
    if (explained) report.error(keyAt, explained.message, explained.hint);
    else if (all.includes(key)) report.error(keyAt, `"${key}" cannot stand on ${nameOf(kind)}`, misplaced(key, kind));
    else if (key !== plainModule && modules.has(plainModule))
      report.error(keyAt, `unknown module "${key}"`, `the module of this name here is "${plainModule}"`);
    else if (missing && insteadOfModule(key) !== undefined)
      report.error(keyAt, `there is no module "${key}" here`, insteadOfModule(key));
    else if (missing)
      report.error(
        keyAt,
        `unknown module "${key}"`,
        didYouMean(key, [...modules, ...all]) ?? '"u7s-play doc" lists the modules',
      );
    else
      report.error(
        keyAt,
        `unknown key "${key}" in a task`,
        didYouMean(key, [...allowed, ...(module ? [] : modules)]) ??
          (module ? `arguments of ${module.key} stand under it, indented` : undefined),
      );
  }
  if (missing && unknown.length === 0)
    report.error(term.at, 'a task without a module', 'write what it does: a module and its arguments');
  return kind.kind !== 'task' || module !== undefined;
}

function nameOf(kind: TaskKind): string {
  return kind.kind === 'task' ? 'a task' : kind.kind === 'block' ? 'a block' : `"${kind.kind}"`;
}

function misplaced(key: string, {kind}: TaskKind): string | undefined {
  if (kind === 'task') return key === 'rescue' || key === 'always' ? 'it belongs to a "block"' : undefined;
  if (key === 'loop' || key === 'loop_control')
    return 'put the loop on the tasks inside, or these into a file of their own and the loop on "import_tasks"';
  return ofTasks.includes(key) ? 'put it on the tasks inside' : undefined;
}
