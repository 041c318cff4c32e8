import {checkExpression} from '../language/expression.js';
import {commonType, typeOfData, typeOfSchema, type ValueType} from '../language/value-type.js';
import {compileTemplate} from '../language/template.js';
import type {Term} from '../language/term.js';
import type {Project, Task} from '../load/project.js';
import {within} from '../span.js';
import {tell, type Draft, type GraphOptions} from './draft.js';
import type {TaskSource} from './task-sources.js';

const termTypes = new WeakMap<Term, ValueType>();

/** The type of a variable's term, as far as it is written plainly. */
export function typeOfTerm(term: Term): ValueType {
  const known = termTypes.get(term);
  if (known !== undefined) return known;
  const type = findType(term);
  termTypes.set(term, type);
  return type;
}

function findType(term: Term): ValueType {
  switch (term.kind) {
    case 'literal':
      return typeOfData(term.value);
    case 'text':
      return compileTemplate(term.source).typed ? 'any' : 'string';
    case 'expression':
      return 'any';
    case 'list':
      return {list: commonType(term.items.map(typeOfTerm))};
    case 'dict':
      return {members: Object.fromEntries(term.entries.map(({key, value}) => [key, typeOfTerm(value)])), open: false};
  }
}

const resultTypes = new WeakMap<Task, ValueType>();

/** The type of what a task registers. */
export function typeOfResult(
  task: Task,
  {returnsOf, setsVariables}: Pick<GraphOptions, 'returnsOf' | 'setsVariables'>,
): ValueType {
  const known = resultTypes.get(task);
  if (known !== undefined) return known;
  const returns = setsVariables?.(task.module) ? 'any' : typeOfSchema(returnsOf?.(task.module));
  const own =
    typeof returns === 'object' && 'members' in returns
      ? {
          members: {
            ...engineMembers,
            ...(task.keywords.ignoreErrors ? saidMembers : {}),
            ...(task.keywords.ignoreUnreachable ? {unreachable: 'bool' as const} : {}),
            ...(task.detached ? jobMembers : {}),
            ...returns.members,
          },
          open: returns.open,
        }
      : 'any';
  const type: ValueType =
    task.loop === undefined
      ? own
      : {
          members: {
            ...engineMembers,
            ...(task.keywords.ignoreUnreachable ? {unreachable: 'bool' as const} : {}),
            results: {list: ofItem(task, own)},
          },
          open: false,
        };
  resultTypes.set(task, type);
  return type;
}

/** The type of one of the results of a loop: the item is with it. */
function ofItem({loopControl: {loopVar, indexVar}}: Task, own: ValueType): ValueType {
  if (typeof own === 'string' || 'list' in own) return own;
  const loop: Readonly<Record<string, ValueType>> = {
    [loopVar]: 'any',
    ...(indexVar === undefined ? {} : {[indexVar]: 'int', ansible_index_var: 'string'}),
    ansible_loop_var: 'string',
    ansible_loop: 'any',
  };
  return {members: {...own.members, ...loop}, open: own.open};
}

/** What every result has. */
const engineMembers: Readonly<Record<string, ValueType>> = {
  changed: 'bool',
  failed: 'bool',
  skipped: 'bool',
  skip_reason: 'any',
  false_condition: 'any',
  attempts: 'any',
  msg: 'any',
};

/** What a task has that goes on by itself. */
const jobMembers: Readonly<Record<string, ValueType>> = {
  ansible_job_id: 'string',
  started: 'int',
  finished: 'int',
};

/** What a failure whose command said something has besides. */
const saidMembers: Readonly<Record<string, ValueType>> = {
  rc: 'any',
  stdout: 'any',
  stderr: 'any',
  stdout_lines: 'any',
  stderr_lines: 'any',
};

const numbers = ['index', 'index0', 'length', 'revindex', 'revindex0'];

/** The types of names that only some tasks have. */
export const taskNameTypes: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['ansible_loop_var', 'string'],
  ['ansible_index_var', 'string'],
  [
    'ansible_loop',
    {
      members: {
        ...Object.fromEntries(numbers.map((name) => [name, 'int' as const])),
        first: 'bool',
        last: 'bool',
        previtem: 'any',
        nextitem: 'any',
        allitems: {list: 'any'},
      },
      open: false,
    },
  ],
  ['ansible_failed_task', {members: {name: 'string', action: 'string', role: 'string'}, open: false}],
  ['ansible_failed_result', 'any'],
]);

const magicTypes = new WeakMap<Project, Readonly<Record<string, ValueType>>>();

/** The types of the names that the engine itself puts in scope. */
export function typeOfMagic(name: string, {project, options}: Pick<Draft, 'project' | 'options'>): ValueType {
  const types = magicTypes.get(project) ?? {...makeMagicTypes(project), ...factTypes(options)};
  magicTypes.set(project, types);
  return Object.hasOwn(types, name) ? (types[name] ?? 'any') : 'any';
}

function factTypes({names, schemaOfName}: GraphOptions): Readonly<Record<string, ValueType>> {
  return Object.fromEntries([...names].map((name) => [name, typeOfSchema(schemaOfName?.(name))]));
}

function makeMagicTypes({inventory}: Project): Readonly<Record<string, ValueType>> {
  const names: ValueType = {list: 'string'};
  const texts = [
    'inventory_hostname',
    'inventory_hostname_short',
    'inventory_dir',
    'inventory_file',
    'play_name',
    'ansible_play_name',
    'playbook_dir',
    'role_name',
    'ansible_role_name',
    'role_path',
    'ansible_limit',
  ];
  const lists = [
    'group_names',
    'play_hosts',
    'ansible_play_hosts',
    'ansible_play_hosts_all',
    'ansible_play_batch',
    'ansible_role_names',
    'ansible_play_role_names',
    'ansible_dependent_role_names',
    'ansible_run_tags',
    'ansible_skip_tags',
  ];
  return {
    ...Object.fromEntries(texts.map((name) => [name, 'string' as const])),
    ...Object.fromEntries(lists.map((name) => [name, names])),
    groups: {members: Object.fromEntries([...inventory.groups.keys()].map((group) => [group, names])), open: false},
    ansible_version: {
      members: {full: 'string', string: 'string', major: 'int', minor: 'int', revision: 'int'},
      open: false,
    },
  };
}

/** Checks the types of expressions; the same expression on the same types is checked once. */
export function createTypeCheck(draft: Draft): (source: TaskSource, typeOfName: (name: string) => ValueType) => void {
  /** What each source names, and the types with which it was checked. */
  const met = new Map<TaskSource, {readonly roots: readonly string[]; readonly done: Set<string>}>();
  const numbers = new Map<ValueType, number>();
  const numberOf = (type: ValueType): number => {
    const known = numbers.get(type) ?? numbers.size;
    numbers.set(type, known);
    return known;
  };
  return (taskSource, typeOfName) => {
    const {expression} = taskSource;
    if (!expression) return;
    const known = met.get(taskSource) ?? {roots: rootsOf(taskSource), done: new Set()};
    met.set(taskSource, known);
    const {roots, done} = known;
    const types = roots.map((name) => [name, typeOfName(name)] as const);
    const key = types.map(([, type]) => numberOf(type)).join();
    if (done.has(key)) return;
    done.add(key);
    const {at, source, result} = expression;
    for (const {message, hint, range} of checkExpression(source, {variables: Object.fromEntries(types), result})) {
      tell(draft, {at: within(at, range), message, hint});
    }
  };
}

function rootsOf({references}: TaskSource): readonly string[] {
  return [...new Set(references.flatMap(({path}) => (typeof path[0] === 'string' ? [path[0]] : [])))];
}
