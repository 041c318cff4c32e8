import type {Term} from '../language/term.js';
import {asExpression, checkLanguage, conditionsOf} from './check-language.js';
import {inherit, membersOf, type Members} from './inherited.js';
import {flagNames, type TaskPlace} from './loading.js';
import {readLocalFiles} from './local-files.js';
import {readArgs} from './module-args.js';
import {checkName} from './names.js';
import {readLoopControl} from './loop-control.js';
import {textOf, textsOf} from './plain.js';
import {rank, type Detached, type Task, type Until} from './project.js';
import {takesVariables} from './schema.js';
import type {TaskKind} from './task-keys.js';

/** Reads one task whose keys and schema were checked. */
export function readTask(
  term: Extract<Term, {kind: 'dict'}>,
  {module}: Extract<TaskKind, {kind: 'task'}>,
  place: TaskPlace,
): readonly Task[] {
  const {loading} = place.draft;
  const {report, schemas} = loading;
  if (!module) return [];
  const members = membersOf(term.entries);
  const origin = `task at ${term.at.file}:${term.at.line}`;
  const {modules} = loading;
  const keywords = inherit(place.keywords, members, {
    report,
    modules,
    known: flagNames(place),
    vars: {rank: rank.taskVars, origin},
  });
  const nameTerm = members.get('name');
  if (nameTerm) checkLanguage(nameTerm, report);
  const changedWhen = members.get('changed_when');
  const failedWhen = members.get('failed_when');
  const args = readArgs(module.key, module.value, {
    at: module.keyAt,
    schemas,
    report,
    more: members.get('args'),
    defaults: keywords.moduleDefaults.get(module.key),
  });
  const templates = readLocalFiles(args, {module: module.key, place});
  const task: Task = {
    kind: 'task',
    name: textOf(nameTerm) ?? (nameTerm?.kind === 'text' ? nameTerm.source : module.key),
    at: term.at,
    role: place.role,
    module: module.key,
    moduleAt: module.keyAt,
    args,
    ...(templates.length > 0 ? {templates} : {}),
    keywords,
    loop: readLoop(members.get('loop'), place),
    loopControl: readLoopControl(members.get('loop_control'), place),
    register: readRegister(members.get('register'), place),
    ...(takesVariables(schemas.module(module.key)) ? {sets: readSets(args, place)} : {}),
    notify: readNotify(members, place),
    changedWhen: changedWhen && conditionsOf(changedWhen, report),
    failedWhen: failedWhen && conditionsOf(failedWhen, report),
    until: readUntil(members, place),
    ...readDetached(members, module.key, place),
  };
  checkTogether(task, members, place);
  const listen = members.get('listen');
  if (listen && place.listens)
    place.listens.set(
      task,
      textsOf(listen).map(({text}) => text),
    );
  else if (listen)
    report.error(listen.at, '"listen" belongs to handlers', 'put the task among the handlers, or use "notify"');
  return [task];
}

/** A list keeps its items; text is an expression, or one mustache that gives a list. */
function readLoop(term: Term | undefined, {draft: {loading}}: TaskPlace): Term | undefined {
  if (!term) return undefined;
  const loop = term.kind === 'literal' ? asExpression(term) : term;
  checkLanguage(loop, loading.report);
  return loop;
}

function readRegister(term: Term | undefined, {draft: {loading}}: TaskPlace): string | undefined {
  const name = textOf(term);
  if (term && term.kind !== 'literal')
    loading.report.error(
      term.at,
      'the name of a registered result must be written as it is',
      'a name without a template',
    );
  return term &&
    name !== undefined &&
    checkName(name, {at: term.at, what: 'a registered result', report: loading.report})
    ? name
    : undefined;
}

/** Arguments that become variables must have names that variables may have. */
function readSets(args: Task['args'], {draft: {loading}}: TaskPlace): readonly string[] {
  return args.entries.flatMap(({key, keyAt}) =>
    checkName(key, {at: keyAt, what: 'a variable', report: loading.report}) ? [key] : [],
  );
}

function readNotify(members: Members, {draft: {loading}}: TaskPlace): Task['notify'] {
  const term = members.get('notify');
  for (const item of term?.kind === 'list' ? term.items : term ? [term] : []) {
    if (item.kind === 'text' || item.kind === 'expression')
      loading.report.error(
        item.at,
        'the name of a handler must be known before the run',
        'write it without a template',
      );
  }
  return textsOf(term).map(({text, at}) => ({name: text, at}));
}

function readUntil(members: Members, {draft: {loading}}: TaskPlace): Until | undefined {
  const [until, retries, delay] = [members.get('until'), members.get('retries'), members.get('delay')];
  for (const term of [retries, delay]) if (term) checkLanguage(term, loading.report);
  if (until) return {condition: conditionsOf(until, loading.report), retries, delay};
  // Without a condition it is done again until it does not fail.
  if (retries) return {condition: [], retries, delay};
  if (delay)
    loading.report.error(
      delay.at,
      '"delay" says nothing without "until" or "retries"',
      'write "until" with the condition that ends the attempts',
    );
  return undefined;
}

function readDetached(members: Members, module: string, {draft: {loading}}: TaskPlace): {readonly detached?: Detached} {
  const {report, schemas} = loading;
  const [limit, poll] = [members.get('async'), members.get('poll')];
  for (const term of [limit, poll]) if (term) checkLanguage(term, report);
  if (limit === undefined || (limit.kind === 'literal' && limit.value === 0)) {
    if (poll && limit === undefined)
      report.error(
        poll.at,
        '"poll" says nothing without "async"',
        'write "async" with the most seconds that it may take',
      );
    return {};
  }
  const forgets = poll?.kind === 'literal' && poll.value === 0;
  if (forgets && schemas.module(module)?.['x-detachable'] !== true)
    report.error(
      poll.at,
      `"poll: 0" is for tasks that are one command, and ${module} is more than that`,
      'give "poll" the seconds between looks at it; other hosts do not wait for this one',
    );
  return {detached: {limit, poll}};
}

/** What only makes sense together. */
function checkTogether(task: Task, members: Members, {draft: {loading}}: TaskPlace): void {
  const checkMode = members.get('check_mode')?.at ?? task.at;
  const neverChanges = task.changedWhen?.length === 1 && task.changedWhen[0]?.source === false;
  if (task.keywords.checkMode === false && !neverChanges) {
    loading.report.error(
      checkMode,
      'a task that runs in a check must never count as a change',
      'add "changed_when: false", or remove "check_mode: false"',
    );
  }
  const control = members.get('loop_control');
  if (control && !task.loop) loading.report.error(control.at, '"loop_control" says nothing without "loop"');
}
