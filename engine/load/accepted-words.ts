import type {Term} from '../language/term.js';
import type {Members} from './inherited.js';
import type {Report} from './report.js';

/** Keywords that are taken with the one meaning that they have here anyway, and why there is no other. */
const accepted: Readonly<Record<string, {readonly values: readonly string[]; readonly why: string}>> = {
  become_method: {values: ['sudo'], why: 'remove it: sudo is used where another user is needed'},
  strategy: {
    values: ['linear', 'free', 'host_pinned'],
    why: 'remove it: each host goes at its own pace; "serial", "throttle" and "needs" say who waits',
  },
};

/** Reports keywords with a value that has no meaning here. */
export function checkAccepted(members: Members, report: Report): void {
  for (const [word, {values, why}] of Object.entries(accepted)) {
    const term = members.get(word);
    const value = term && plainName(term);
    if (term && !values.includes(value ?? ''))
      report.error(
        term.at,
        `"${word}" is ${value === undefined ? 'no plain word' : `"${value}"`}; expected ${values.join(', ')}`,
        why,
      );
  }
}

function plainName(term: Term): string | undefined {
  return term.kind === 'literal' && typeof term.value === 'string'
    ? term.value.replace(/^ansible\.builtin\./, '')
    : undefined;
}
