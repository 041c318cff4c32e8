import {listOf, type Listed} from '../text/list.js';

/** The arguments that say what a rule matches and does. */
export interface RuleArgs {
  readonly protocol?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly match: Listed;
  readonly tcp_flags?: {readonly flags: readonly string[]; readonly flags_set: readonly string[]};
  readonly in_interface?: string;
  readonly out_interface?: string;
  readonly fragment?: string;
  readonly source_port?: string | number;
  readonly destination_port?: string | number;
  readonly destination_ports: readonly (string | number)[];
  readonly to_ports?: string | number;
  readonly syn: 'ignore' | 'match' | 'negate';
  readonly ctstate: Listed;
  readonly src_range?: string;
  readonly dst_range?: string;
  readonly match_set?: string;
  readonly match_set_flags?: string;
  readonly limit?: string;
  readonly limit_burst?: string | number;
  readonly uid_owner?: string;
  readonly gid_owner?: string;
  readonly icmp_type?: string | number;
  readonly set_dscp_mark?: string;
  readonly jump?: string;
  readonly goto?: string;
  readonly gateway?: string;
  readonly to_destination?: string;
  readonly to_source?: string;
  readonly reject_with?: string;
  readonly log_prefix?: string;
  readonly log_level?: string;
  readonly comment?: string;
  readonly ip_version: 'ipv4' | 'ipv6';
}

/** The words of a rule, as iptables takes them. */
export function ruleWords(args: RuleArgs): readonly string[] {
  const ctstate = listOf(args.ctstate);
  const matches = listOf(args.match);
  const needs = (module: string, wanted: boolean): readonly string[] =>
    wanted && !matches.includes(module) ? ['-m', module] : [];
  const ports = args.destination_ports.map(String);
  return [
    ...option('-p', args.protocol),
    ...option('-s', args.source),
    ...option('-d', args.destination),
    ...option('-i', args.in_interface),
    ...option('-o', args.out_interface),
    ...option('-f', args.fragment, ''),
    ...matches.flatMap((each) => ['-m', each]),
    ...(args.tcp_flags === undefined
      ? []
      : ['--tcp-flags', args.tcp_flags.flags.join(','), args.tcp_flags.flags_set.join(',')]),
    ...option('--source-port', args.source_port),
    ...option('--destination-port', args.destination_port),
    ...(ports.length === 0 ? [] : [...needs('multiport', true), '--dports', ports.join(',')]),
    ...(args.syn === 'ignore' ? [] : args.syn === 'match' ? ['--syn'] : ['!', '--syn']),
    ...(ctstate.length === 0
      ? []
      : matches.includes('state')
        ? ['--state', ctstate.join(',')]
        : [...needs('conntrack', true), '--ctstate', ctstate.join(',')]),
    ...needs('iprange', args.src_range !== undefined || args.dst_range !== undefined),
    ...option('--src-range', args.src_range),
    ...option('--dst-range', args.dst_range),
    ...(args.match_set === undefined
      ? []
      : [...needs('set', true), ...option('--match-set', args.match_set), args.match_set_flags ?? 'src']),
    ...needs('limit', args.limit !== undefined || args.limit_burst !== undefined),
    ...option('--limit', args.limit),
    ...option('--limit-burst', args.limit_burst),
    ...needs('owner', args.uid_owner !== undefined || args.gid_owner !== undefined),
    ...option('--uid-owner', args.uid_owner),
    ...option('--gid-owner', args.gid_owner),
    ...option(args.ip_version === 'ipv6' ? '--icmpv6-type' : '--icmp-type', args.icmp_type),
    ...(args.comment === undefined ? [] : [...needs('comment', true), '--comment', args.comment]),
    ...option('-j', args.jump),
    ...option('-g', args.goto),
    ...option('--gateway', args.gateway),
    ...option('--to-ports', args.to_ports),
    ...option('--to-destination', args.to_destination),
    ...option('--to-source', args.to_source),
    ...option('--set-dscp', args.set_dscp_mark),
    ...(args.reject_with !== undefined && args.jump === undefined ? ['-j', 'REJECT'] : []),
    ...option('--reject-with', args.reject_with),
    ...(args.log_prefix !== undefined && args.jump === undefined ? ['-j', 'LOG'] : []),
    ...option('--log-prefix', args.log_prefix),
    ...option('--log-level', args.log_level),
  ];
}

/** A word with its value; one that begins with `!` is the negation. */
function option(word: string, value: string | number | undefined, plain?: ''): readonly string[] {
  if (value === undefined) return [];
  const text = String(value);
  if (!text.startsWith('!')) return plain === '' ? [word] : [word, text];
  return plain === '' ? ['!', word] : ['!', word, text.slice(1).trimStart()];
}
