import type {ConnectionSettings} from './connection.js';

/** A machine on the way, as `ProxyJump` names it. */
export interface Hop {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
}

/** What is known of a hop: its settings, and the hops before it. */
type Look = (hop: Hop) => {readonly settings: ConnectionSettings; readonly proxyJump: string | undefined};

const mostHops = 8;

/** Reads `ProxyJump`: the machines in the order in which they are passed, those that need jumps themselves included. */
export function jumpsOf(
  proxyJump: string | undefined,
  look: Look,
): {readonly settings: readonly ConnectionSettings[]; readonly problems: readonly string[]} {
  if (proxyJump === undefined) return {settings: [], problems: []};
  const settings: ConnectionSettings[] = [];
  const problems: string[] = [];
  const add = (text: string, depth: number): void => {
    for (const [index, word] of text.split(',').entries()) {
      const hop = readHop(word.trim());
      if (hop === undefined) {
        problems.push(`"${word}" is no machine for ProxyJump: write user@host:port`);
        continue;
      }
      if (depth > mostHops) {
        problems.push(`ProxyJump leads in a circle through "${hop.host}"`);
        return;
      }
      const known = look(hop);
      // The way from one hop to the next is given by the list.
      if (index === 0 && known.proxyJump !== undefined) add(known.proxyJump, depth + 1);
      settings.push(known.settings);
    }
  };
  add(proxyJump, 0);
  return problems.length > 0 ? {settings: [], problems: problems.slice(0, 1)} : {settings, problems};
}

function readHop(word: string): Hop | undefined {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]]+)\]|([^:@\s]+))(?::(\d+))?$/.exec(word) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return undefined;
  return {host, user, port: port === undefined ? undefined : Number(port)};
}
