import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';

/** A chain of a table, or a rule in it. */
export interface IptablesKey {
  readonly version: 'ipv4' | 'ipv6';
  readonly table: string;
  readonly chain: string;
  /** The words of the rule; absent: the chain itself. */
  readonly rule?: readonly string[];
}

export interface IptablesState {
  /** The program is there and may be used. */
  readonly usable: boolean;
  /** What it says where it may not. */
  readonly error?: string;
  /** The chain, or the rule, is there. */
  readonly exists: boolean;
  /** Of a chain. */
  readonly policy?: string;
  /** How many rules a chain holds. */
  readonly rules?: number;
}

/** The program for a version of the protocol. */
export function iptablesProgram(version: 'ipv4' | 'ipv6'): string {
  return version === 'ipv6' ? 'ip6tables' : 'iptables';
}

/** A rule or a chain of the kernel's packet filter. */
export const iptablesFact: FactKind<IptablesKey, IptablesState> = {
  name: 'iptables',
  id: ({version, table, chain, rule}) =>
    [version, table, chain, ...(rule === undefined ? [] : [rule.join(' ')])].join('/'),
  script: (keys) => keys.map(look).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot ask iptables: ${result.stderr.trim()}`);
    return keys.map((key, index) => answer(key, parts[index] ?? ''));
  },
  follows(key, before, promised) {
    if (promised.kind === 'package') return before.usable ? undefined : unknown('what package brings iptables');
    if (promised.kind !== 'iptables' || !('id' in promised)) return undefined;
    const own = [key.version, key.table, key.chain].join('/');
    const value = Object(promised.value) as Partial<IptablesState>;
    // A chain that is emptied or goes takes its rules along; a rule that comes or goes counts in its chain.
    if (key.rule !== undefined)
      return promised.id === own && (value.rules === 0 || value.exists === false)
        ? {...before, exists: false}
        : undefined;
    if (!promised.id.startsWith(`${own}/`) || isUnknown(promised.value)) return undefined;
    return {...before, rules: Math.max(0, (before.rules ?? 0) + (value.exists === true ? 1 : -1))};
  },
  show(before, after) {
    if (isUnknown(after)) return [{what: 'iptables', before: undefined, after: `(needs ${after.$unknown})`}];
    const words = (state: IptablesState | undefined): string | undefined =>
      state?.exists !== true
        ? undefined
        : state.rules === undefined
          ? 'present'
          : `${state.rules} rules${state.policy === undefined ? '' : `, policy ${state.policy}`}`;
    return words(before) === words(after) ? [] : [{what: 'iptables', before: words(before), after: words(after)}];
  },
};

function look({version, table, chain, rule}: IptablesKey): string {
  const program = iptablesProgram(version);
  const call = sh`${program} -w -t ${table}`;
  const ask =
    rule === undefined
      ? sh`e=$(${raw(call)} -S ${chain} 2>&1) && printf '%s\n' "$e" || printf '!%s\n' "$e"`
      : sh`if e=$(${raw(call)} -C ${chain} ${rule} 2>&1); then echo yes; else printf '!%s\n' "$e"; fi`;
  return sh`if command -v ${program} >/dev/null 2>&1; then ${raw(ask)}; else echo missing; fi; echo .`;
}

function answer({version, chain, rule}: IptablesKey, text: string): IptablesState {
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
  if (first === 'missing') return {usable: false, exists: false, error: `${iptablesProgram(version)} is missing`};
  if (first.startsWith('!')) {
    const said = [first.slice(1), ...lines].join(' ');
    const isAbsent = /does a matching rule exist|No chain\/target\/match|Bad rule|does not exist/i.test(said);
    return isAbsent ? {usable: true, exists: false} : {usable: false, exists: false, error: said.trim()};
  }
  if (rule !== undefined) return {usable: true, exists: true};
  const policy = new RegExp(`^-P \\S+ (\\S+)`).exec(first)?.[1];
  const rules = [first, ...lines].filter((line) => line.startsWith(`-A ${chain} `)).length;
  return {usable: true, exists: true, rules, ...(policy === undefined ? {} : {policy})};
}
