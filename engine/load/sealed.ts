import {closeSync, openSync, readSync} from 'node:fs';
import type {Term} from '../language/term.js';
import type {Span} from '../span.js';
import {isSealed} from '../vault/format.js';
import type {Opened, Vault} from '../vault/vault.js';
import {entriesOf, textOf} from './plain.js';
import type {Report} from './report.js';

/** With what sealed files and values are opened. */
export interface Unsealing {
  readonly vault: Vault | undefined;
  /** A value that is sealed by itself stays as it is where there is no password at all. */
  readonly keepSealed: boolean;
  /** Values are not marked as having been encrypted: somebody asks to see them; default false. */
  readonly unmarked?: boolean;
}

/** The sealed text in a map that Ansible's JSON writes for a value: `{"__ansible_vault": "…"}`. */
export function sealedInJson(term: Term): string | undefined {
  const [first, ...more] = entriesOf(term);
  return first?.key === '__ansible_vault' && more.length === 0 ? textOf(first.value) : undefined;
}

/** Marks a term of a file that was sealed as a whole. */
export const sealedFile = '';

/** The value of a text tagged `!vault`, known as a secret from here on; what is wrong is reported at its place. */
export function unsealedTerm(sealed: string, unsealing: Unsealing, {at, report}: Place): Term {
  const {vault, keepSealed, unmarked = false} = unsealing;
  const nothing: Term = {kind: 'literal', at, value: '', ...(unmarked ? {} : {vault: sealed})};
  if (!isSealed(sealed)) {
    report.error(
      at,
      `a value tagged "!vault" must be what ansible-vault or "u7s-play vault encrypt_string" gives`,
      'write "!vault |" and below it, indented, the lines that begin with $ANSIBLE_VAULT',
    );
    return nothing;
  }
  if (vault?.given !== true && keepSealed) return {...nothing, value: sealed};
  const opened = openWith(vault, sealed);
  if ('problem' in opened) {
    report.error(at, `this value is ${opened.problem}`, opened.hint);
    return nothing;
  }
  // As with Ansible, mustaches in it are what they look like, and no template.
  const value = opened.bytes.toString('utf8');
  report.secret(value);
  return {...nothing, value};
}

/** Whether a file is sealed, by its first bytes. */
export function startsSealed(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(32);
    return isSealed(start.subarray(0, readSync(file, start)));
  } finally {
    closeSync(file);
  }
}

/** The content of a file that was sealed as a whole; undefined where it cannot be opened, which is reported. */
export function unsealedFile(
  sealed: string,
  {vault}: Unsealing,
  {at, report, name}: Place & {readonly name: string},
): Buffer | undefined {
  const opened = openWith(vault, sealed);
  if (!('problem' in opened)) return opened.bytes;
  report.error(at, `"${name}" is ${opened.problem}`, opened.hint);
  return undefined;
}

/** Takes what a sealed file says as secrets: all values of a map of variables; of a list of plays or tasks what stands below `vars`. */
export function hideTerm(term: Term, report: Report): void {
  const hidden = term.kind === 'list' ? varsIn(term) : [term];
  for (const each of hidden) for (const secret of secretsIn(each)) report.secret(secret);
}

/** Values of at least so many digits are secrets: a shorter number, like a yes or no, says nothing by itself and stands everywhere. */
const shortestNumber = 4;

function secretsIn(term: Term): readonly string[] {
  switch (term.kind) {
    case 'literal':
      if (typeof term.value === 'string') return [term.value];
      return typeof term.value === 'number' && String(term.value).length >= shortestNumber ? [String(term.value)] : [];
    case 'text':
      // What its mustaches give is known elsewhere; what stands around them comes from here.
      return term.source.split(/\{\{.*?\}\}/s).filter((part) => part.trim().length >= shortestNumber);
    case 'expression':
      return [];
    case 'list':
      return term.items.flatMap(secretsIn);
    case 'dict':
      return term.entries.flatMap(({value}) => secretsIn(value));
  }
}

function varsIn(term: Term): readonly Term[] {
  if (term.kind === 'list') return term.items.flatMap(varsIn);
  return entriesOf(term).flatMap(({key, value}) => (key === 'vars' ? [value] : varsIn(value)));
}

interface Place {
  readonly at: Span;
  readonly report: Report;
}

function openWith(vault: Vault | undefined, sealed: string): Opened {
  return vault?.open(sealed) ?? {problem: 'encrypted, and nothing is there to open it'};
}
