import {ask, refuse, type Change, type TaskModule} from '../engine/task.js';
import {setupFact, type SetupState} from './facts/setup.js';

export interface SetupArgs {
  readonly filter: readonly string[] | string;
  readonly gather_subset: readonly string[] | string;
}

/** Members of each subset that have a name of their own; what is in none of them is `min`. */
const subsets: Readonly<Record<string, RegExp>> = {
  hardware: /^(mem|swap|processor|mounts$|product_name$|system_vendor$|uptime_)/,
  network: /^(interfaces$|all_ipv|default_ipv)/,
  virtual: /^virtualization_/,
};

export const setup: TaskModule<SetupArgs, {readonly facts: SetupState}, Change> = {
  name: 'setup',
  changesNothing: true,
  reads: () => ({facts: ask(setupFact, {})}),
  plan(args) {
    const known = ['all', 'min', ...Object.keys(subsets)];
    const wrong = list(args.gather_subset).find((word) => !known.includes(word.replace(/^!/, '')));
    if (wrong !== undefined)
      refuse(`'${wrong}' is no subset of facts`, `there are ${known.join(', ')}, each with '!' too`);
    return undefined;
  },
  apply: () => Promise.reject(new Error('Internal error: facts change nothing')),
  output(args, {facts}) {
    const wanted = list(args.filter).map(pattern);
    const members = Object.entries(facts).filter(([name]) => isGathered(name, facts, list(args.gather_subset)));
    return {
      ansible_facts: Object.fromEntries(
        members
          .map(([name, value]) => [`ansible_${name}`, value] as const)
          .filter(([name]) => wanted.length === 0 || wanted.some((each) => each.test(name))),
      ),
    };
  },
};

/** A subset that is named is in, one with `!` is out; naming none but such leaves all others in. */
function isGathered(name: string, facts: SetupState, words: readonly string[]): boolean {
  const isInterface = ((facts['interfaces'] ?? []) as readonly string[]).some(
    (each) => each.replace(/[-:.]/g, '_') === name,
  );
  const own = isInterface ? 'network' : (Object.entries(subsets).find(([, names]) => names.test(name))?.[0] ?? 'min');
  if (words.includes(`!${own}`)) return false;
  if (own === 'min') return true;
  const named = words.filter((word) => !word.startsWith('!') && word !== 'min');
  if (words.includes('!all') || words.includes('min')) return named.includes(own) || named.includes('all');
  return named.length === 0 || named.includes('all') || named.includes(own);
}

function list(words: readonly string[] | string): readonly string[] {
  return (typeof words === 'string' ? words.split(',') : words)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A shell's pattern; `ansible_` may be left out. */
function pattern(text: string): RegExp {
  const name = text.startsWith('ansible_') || text.startsWith('*') ? text : `ansible_${text}`;
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
