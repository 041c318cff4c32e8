import {sh} from '../engine/host.js';
import {ask, promise, refuse, type Change, type Promised, type TaskModule} from '../engine/task.js';
import {iptablesFact, iptablesProgram, type IptablesKey, type IptablesState} from './facts/iptables.js';
import {ruleWords, type RuleArgs} from './iptables/rule.js';

export interface IptablesArgs extends RuleArgs {
  readonly table: 'filter' | 'nat' | 'mangle' | 'raw' | 'security';
  readonly chain?: string;
  readonly state: 'present' | 'absent';
  readonly action: 'append' | 'insert';
  readonly rule_num?: string | number;
  readonly flush: boolean;
  readonly policy?: 'ACCEPT' | 'DROP' | 'QUEUE' | 'RETURN';
  readonly chain_management: boolean;
}

interface Facts {
  readonly chain: IptablesState;
  readonly rule: readonly IptablesState[];
}

interface IptablesChange extends Change {
  readonly script: string;
}

function keyOf(args: IptablesArgs): IptablesKey {
  return {version: args.ip_version, table: args.table, chain: args.chain ?? 'INPUT'};
}

function ruleOf(args: IptablesArgs): readonly string[] {
  return args.flush || args.policy !== undefined ? [] : ruleWords(args);
}

export const iptables: TaskModule<IptablesArgs, Facts, IptablesChange> = {
  name: 'iptables',
  reads(args) {
    const rule = ruleOf(args);
    return {
      chain: ask(iptablesFact, keyOf(args)),
      rule: rule.length === 0 ? [] : [ask(iptablesFact, {...keyOf(args), rule})],
    };
  },
  plan(args, {chain, rule: [rule]}) {
    if (args.chain === undefined) refuse("iptables needs a 'chain'");
    if (!chain.usable)
      refuse(`the packet filter cannot be used: ${chain.error ?? ''}`, 'install iptables before, and use become');
    const key = keyOf(args);
    const call = sh`${iptablesProgram(args.ip_version)} -w -t ${args.table}`;
    const shown = `${args.chain} of ${args.table}`;
    const change = (summary: string, words: string, makes: readonly Promised[]): IptablesChange => ({
      kind: 'state',
      summary,
      makes,
      script: `${call} ${words}`,
    });
    if (args.flush) {
      if (!chain.exists) refuse(`there is no chain ${shown}`);
      if (chain.rules === 0) return undefined;
      return change(`empty the chain ${shown}`, sh`-F ${args.chain}`, [promise(iptablesFact, key, {rules: 0})]);
    }
    if (args.policy !== undefined) {
      if (chain.policy === undefined) refuse(`${shown} is no chain of the kernel's own, and only those have a policy`);
      if (chain.policy === args.policy) return undefined;
      return change(`policy of ${shown}: ${chain.policy} → ${args.policy}`, sh`-P ${args.chain} ${args.policy}`, [
        promise(iptablesFact, key, {policy: args.policy}),
      ]);
    }
    if (rule === undefined) return planChain(args, {chain, change});
    return planRule(args, {chain, rule, change});
  },
  async apply(host, {script}) {
    await host.run(script, {label: script.split('\n')[0] ?? 'iptables'});
  },
  output: (args) => ({
    table: args.table,
    chain: args.chain,
    ip_version: args.ip_version,
    state: args.state,
    flush: args.flush,
    rule: ruleOf(args).join(' '),
  }),
};

type Make = (summary: string, words: string, makes: readonly Promised[]) => IptablesChange;

function planChain(
  args: IptablesArgs,
  {chain, change}: {readonly chain: IptablesState; readonly change: Make},
): IptablesChange | undefined {
  const name = args.chain ?? '';
  if (!args.chain_management)
    refuse('a rule needs something that it matches or does', "for a chain of your own say 'chain_management: true'");
  if (chain.exists === (args.state === 'present')) return undefined;
  return args.state === 'present'
    ? change(`create the chain ${name} of ${args.table}`, sh`-N ${name}`, [
        promise(iptablesFact, keyOf(args), {exists: true, rules: 0}),
      ])
    : change(`remove the chain ${name} of ${args.table}`, sh`-X ${name}`, [
        promise(iptablesFact, keyOf(args), {exists: false}),
      ]);
}

function planRule(
  args: IptablesArgs,
  {chain, rule, change}: {readonly chain: IptablesState; readonly rule: IptablesState; readonly change: Make},
): IptablesChange | undefined {
  const name = args.chain ?? '';
  const words = ruleOf(args);
  const key = {...keyOf(args), rule: words};
  const shown = `${words.join(' ')} in ${name} of ${args.table}`;
  if (args.state === 'absent') {
    if (!chain.exists || !rule.exists) return undefined;
    return change(`remove the rule ${shown}`, sh`-D ${name} ${words}`, [promise(iptablesFact, key, {exists: false})]);
  }
  if (rule.exists) return undefined;
  const make = chain.exists
    ? ''
    : args.chain_management
      ? `${sh`-N ${name} && ${iptablesProgram(args.ip_version)} -w -t ${args.table}`} `
      : refuse(`there is no chain ${name} of ${args.table}`, "say 'chain_management: true' to have it made");
  const place = args.action === 'append' ? sh`-A ${name}` : sh`-I ${name} ${args.rule_num ?? 1}`;
  return change(
    `${args.action === 'append' ? 'append' : 'insert'} the rule ${shown}`,
    `${make}${place} ${sh`${words}`}`,
    [
      ...(chain.exists ? [] : [promise(iptablesFact, keyOf(args), {exists: true})]),
      promise(iptablesFact, key, {usable: true, exists: true}),
    ],
  );
}
