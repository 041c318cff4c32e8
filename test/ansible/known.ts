import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'yaml';
import {twinsFolder} from './case.js';
import type {Difference} from './compare.js';

/** A reason for which we differ from Ansible on purpose, and where it shows: aspects by the case's id. */
export interface KnownReason {
  readonly reason: string;
  readonly cases: Readonly<Record<string, readonly string[]>>;
}

/** Reads `differences.yml`. */
export function readKnown(): readonly KnownReason[] {
  return parse(readFileSync(join(twinsFolder, 'differences.yml'), 'utf8')) as readonly KnownReason[];
}

/** How a case stands to what is known of it. */
export interface Verdict {
  /** Reasons that explain a difference that was seen. */
  readonly reasons: readonly string[];
  readonly unlisted: readonly Difference[];
  /** Aspects that are listed and were not seen. */
  readonly gone: readonly string[];
}

/** Judges the differences of a case. */
export function judgeCase(id: string, seen: readonly Difference[], known: readonly KnownReason[]): Verdict {
  const listed = known.flatMap(({reason, cases}) => (cases[id] ?? []).map((aspect) => ({reason, aspect})));
  const aspects = seen.map(({aspect}) => aspect);
  return {
    reasons: [...new Set(listed.filter(({aspect}) => aspects.includes(aspect)).map(({reason}) => reason))],
    unlisted: seen.filter(({aspect}) => !listed.some((each) => each.aspect === aspect)),
    gone: listed.filter(({aspect}) => !aspects.includes(aspect)).map(({aspect}) => aspect),
  };
}
