import fc from 'fast-check';
import {base, contents, groups, modes, packageName, paths, units, unitTexts, users} from './world.js';

/** A task of a random play, with what the judge must know of it. */
export interface RandomTask {
  readonly yaml: Readonly<Record<string, unknown>>;
  /** What it settles, as `kind name`; two tasks that settle the same may disagree for ever. */
  readonly settles: readonly string[];
  /** What comes of it cannot be known before it is done: the output of a command, the files of a package, the number of a user. */
  readonly opaque: boolean;
}

export interface RandomPlay {
  readonly tasks: readonly RandomTask[];
  readonly handlers: readonly RandomTask[];
}

const path = fc.constantFrom(...paths);
const content = fc.constantFrom(...contents, 'of {{word}}\n');
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, {nil: undefined, freq: 2});
const seldom = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({weight: 4, arbitrary: fc.constant(undefined)}, {weight: 1, arbitrary: of});
const placement = {
  mode: maybe(fc.constantFrom(...modes)),
  owner: seldom(fc.constantFrom('root', 'daemon', ...users)),
  group: seldom(fc.constantFrom('root', ...groups)),
};

/** Arguments without those that were left out. */
function given(args: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

function task(
  module: string,
  args: Readonly<Record<string, unknown>>,
  {settles, opaque = false}: {readonly settles: readonly string[]; readonly opaque?: boolean},
): RandomTask {
  return {yaml: {[module]: given(args)}, settles, opaque};
}

const file = fc
  .record({
    path,
    state: fc.constantFrom('directory', 'directory', 'directory', 'absent', 'link', 'file'),
    force: maybe(fc.boolean()),
    src: path,
    recurse: maybe(fc.boolean()),
    ...placement,
  })
  .map(({state, src, recurse, force, ...rest}) =>
    task(
      'file',
      state === 'absent'
        ? {path: rest.path, state}
        : {
            ...rest,
            state,
            ...(state === 'link' ? {src, force} : {}),
            ...(state === 'directory' ? {recurse} : {}),
          },
      // What lies behind a link that is made only then was not asked for.
      {settles: [`path ${rest.path}`], opaque: state === 'link'},
    ),
  );
const copy = fc
  .record({dest: path, content, force: maybe(fc.boolean()), ...placement})
  .map((args) => task('copy', args, {settles: [`path ${args.dest}`]}));
const template = fc
  .record({dest: path, ...placement})
  .map((args) => task('template', {src: 'text.hbs', ...args}, {settles: [`path ${args.dest}`]}));
const line = fc
  .record({
    path,
    line: fc.constantFrom('key=other', 'new line', 'two'),
    regexp: maybe(fc.constantFrom('^key=', '^two$', 'zzz')),
    state: fc.constantFrom('present', 'present', 'absent'),
    create: fc.boolean(),
    insertafter: maybe(fc.constantFrom('^one', 'EOF')),
    mode: placement.mode,
  })
  .map(({state, create, insertafter, ...args}) =>
    task(
      'lineinfile',
      {...args, state, ...(state === 'present' ? {create, insertafter} : {})},
      {settles: [`path ${args.path}`]},
    ),
  );
const block = fc
  .record({
    path,
    block: fc.constantFrom('in\nside', '', 'one'),
    state: fc.constantFrom('present', 'absent'),
    create: fc.boolean(),
  })
  .map((args) => task('blockinfile', args, {settles: [`path ${args.path}`]}));
const replace = fc
  .record({path, regexp: fc.constantFrom('^one$', 'value', 'o+'), replace: fc.constantFrom('ONE', '<nil>')})
  .map((args) => task('replace', args, {settles: [`path ${args.path}`]}));
const group = fc
  .record({
    name: fc.constantFrom(...groups),
    state: fc.constantFrom('present', 'present', 'absent'),
    gid: maybe(fc.constantFrom(7001, 7002)),
  })
  .map(({gid, ...args}) =>
    task(
      'group',
      {...args, ...(args.state === 'present' ? {gid} : {})},
      {settles: ['accounts'], opaque: gid === undefined},
    ),
  );
const user = fc
  .record({
    name: fc.constantFrom(...users),
    state: fc.constantFrom('present', 'present', 'absent'),
    uid: maybe(fc.constantFrom(7101, 7102)),
    shell: maybe(fc.constantFrom('/bin/sh', '/bin/bash')),
    groups: maybe(fc.constantFrom(['adm'], ['adm', groups[0]], [])),
    comment: maybe(fc.constantFrom('Someone', '')),
    create_home: maybe(fc.boolean()),
  })
  .map(({name, state, ...args}) =>
    task(
      'user',
      {name, state, ...(state === 'present' ? args : {remove: args.create_home})},
      {settles: ['accounts'], opaque: true},
    ),
  );
const unitFile = fc
  .tuple(fc.constantFrom(...units), fc.constantFrom(...unitTexts))
  .map(([unit, text]) =>
    task('copy', {dest: `/etc/systemd/system/${unit}`, content: text}, {settles: [`unit ${unit}`]}),
  );
const service = fc
  .record({
    name: fc.constantFrom(...units),
    state: maybe(fc.constantFrom('started', 'stopped')),
    enabled: maybe(fc.boolean()),
    daemon_reload: maybe(fc.boolean()),
  })
  .filter(({state, enabled}) => state !== undefined || enabled !== undefined)
  .map((args) => task('systemd_service', args, {settles: [`unit ${args.name}`]}));
const command = fc
  .record({path, verb: fc.constantFrom('touch', 'mkdir')})
  .map(({path: made, verb}) =>
    task('command', {argv: [verb, '--', made], creates: made}, {settles: [`path ${made}`], opaque: true}),
  );
const removal = path.map((gone) =>
  task('command', {argv: ['rm', '-rf', '--', gone], removes: gone}, {settles: [`path ${gone}`], opaque: true}),
);
const stat = path.map((of) => task('stat', {path: of}, {settles: []}));
const variable = fc
  .constantFrom('first', 'second')
  .map((value) => task('set_fact', {word: value}, {settles: ['word']}));
const packaged = fc
  .constantFrom('present', 'absent')
  .map((state) => task('package', {name: packageName, state}, {settles: ['package'], opaque: true}));
const looped = fc
  .record({
    module: fc.constantFrom('file', 'copy', 'lineinfile'),
    items: fc.uniqueArray(fc.constantFrom('a', 'b', 'd', 'd/x', 'd/e'), {minLength: 1, maxLength: 3}),
  })
  .map(({module, items}) => {
    const args = {
      file: {path: `${base}/{{item}}`, state: 'directory'},
      copy: {dest: `${base}/{{item}}`, content: 'item {{item}}\n'},
      lineinfile: {path: `${base}/{{item}}`, line: 'item {{item}}', create: true},
    }[module] as Record<string, unknown>;
    const made = task(module, args, {settles: items.map((item) => `path ${base}/${item}`)});
    return {...made, yaml: {...made.yaml, loop: items}};
  });

const simple: fc.Arbitrary<RandomTask> = fc.oneof(
  {weight: 8, arbitrary: file},
  {weight: 6, arbitrary: copy},
  {weight: 2, arbitrary: template},
  {weight: 4, arbitrary: line},
  {weight: 3, arbitrary: block},
  {weight: 2, arbitrary: replace},
  {weight: 2, arbitrary: group},
  {weight: 3, arbitrary: user},
  {weight: 2, arbitrary: unitFile},
  {weight: 3, arbitrary: service},
  {weight: 2, arbitrary: command},
  {weight: 1, arbitrary: removal},
  {weight: 3, arbitrary: stat},
  {weight: 1, arbitrary: variable},
  {weight: 1, arbitrary: packaged},
  {weight: 4, arbitrary: looped},
);

interface Dressing {
  readonly notify: string | undefined;
  readonly ignore: boolean;
  /** Which of the tasks before it the condition is about, and how. */
  readonly when: {readonly of: number; readonly form: string} | undefined;
}

const dressing: fc.Arbitrary<Dressing> = fc.record({
  notify: fc.option(fc.constantFrom('H1', 'H2', 'H3'), {nil: undefined, freq: 4}),
  ignore: fc.boolean(),
  when: fc.option(fc.record({of: fc.nat(20), form: fc.constantFrom('changed', '!changed', 'os', 'never', 'word')}), {
    nil: undefined,
    freq: 3,
  }),
});

function condition(
  {of, form}: {readonly of: number; readonly form: string},
  earlier: readonly string[],
): string | boolean {
  const name = earlier[of % Math.max(1, earlier.length)];
  if (form === 'never') return false;
  if (form === 'word') return 'word == "first"';
  if (form === 'os' || name === undefined) return 'os.family == "debian"';
  // A task that is skipped has the member too.
  return form === 'changed' ? `${name}.changed` : `!${name}.changed`;
}

/** A few tasks, the later ones with conditions on what the earlier ones registered. */
export const randomPlay: fc.Arbitrary<RandomPlay> = fc
  .record({
    tasks: fc.array(fc.tuple(simple, dressing, fc.integer({min: 0, max: 11})), {minLength: 1, maxLength: 8}),
    rescued: fc.boolean(),
  })
  .map(({tasks, rescued}) => {
    const earlier: string[] = [];
    const made = tasks.map(([each, {notify, ignore, when}, fate], index): RandomTask => {
      const yaml = {
        name: `T${index}`,
        ...each.yaml,
        register: `r${index}`,
        ...(notify === undefined ? {} : {notify}),
        ...(ignore ? {ignore_errors: true} : {}),
        ...(when === undefined ? {} : {when: condition(when, earlier)}),
      };
      earlier.push(`r${index}`);
      if (fate < 10) return {...each, yaml};
      // What is in a block can be named after it only where it surely ran.
      earlier.pop();
      const last = fate === 11 ? [{name: `F${index}`, fail: {msg: 'as it should'}}] : [];
      const after = {name: `R${index}`, copy: {dest: `${base}/b`, content: 'rescued\n'}};
      const always = {name: `A${index}`, stat: {path: `${base}/a`}};
      return {
        yaml: {name: `B${index}`, block: [yaml, ...last], ...(rescued ? {rescue: [after]} : {}), always: [always]},
        settles: [...each.settles, `path ${base}/b`],
        opaque: each.opaque,
      };
    });
    return {tasks: made, handlers};
  });

const handlers: readonly RandomTask[] = [
  {yaml: {name: 'H1', copy: {dest: `${base}/h1`, content: 'handled\n'}}, settles: [], opaque: false},
  {yaml: {name: 'H2', command: {argv: ['true']}}, settles: [], opaque: true},
  {yaml: {name: 'H3', systemd_service: {name: units[0], state: 'restarted'}}, settles: [], opaque: false},
];

/** The playbook, as JSON, which is YAML too. */
export function playbookOf({tasks, handlers: last}: RandomPlay): string {
  return JSON.stringify([
    {hosts: 'all', vars: {word: 'start'}, tasks: tasks.map(({yaml}) => yaml), handlers: last.map(({yaml}) => yaml)},
  ]);
}

/** Whether no two tasks have a say in the same thing, and none waits for another to have nothing to do: then a second run has nothing to do. */
export function isHarmonious(play: RandomPlay, steps: readonly string[]): boolean {
  const text = playbookOf(play);
  // A link makes one path of two; an owner goes with the account.
  if (text.includes('"link"') || steps.some((step) => step.startsWith('ln'))) return false;
  const said = play.tasks.flatMap(({settles}, index) => settles.map((what) => ({what, index})));
  const owned = [...users, ...groups].some(
    (name) => text.includes(`"owner":"${name}"`) || text.includes(`"group":"${name}"`),
  );
  if (owned && said.some(({what}) => what === 'accounts')) return false;
  if (/"when":"!r/.test(text)) return false;
  return said.every(({what, index}) => said.every((other) => other.index === index || !meet(what, other.what)));
}

/** Whether two tasks have a say in the same thing: the same path or one below the other, the same unit, the accounts. */
function meet(one: string, other: string): boolean {
  const [kind, name] = split(one);
  const [otherKind, otherName] = split(other);
  if (kind !== otherKind) return false;
  return name === otherName || name.startsWith(`${otherName}/`) || otherName.startsWith(`${name}/`);
}

function split(what: string): readonly [kind: string, name: string] {
  const space = what.indexOf(' ');
  return space < 0 ? [what, ''] : [what.slice(0, space), what.slice(space + 1)];
}
