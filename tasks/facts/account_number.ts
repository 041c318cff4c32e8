import {isUnknown, type FactKind} from '../../engine/task.js';
import {entries, lookUp} from './accounts.js';

export interface AccountNumberKey {
  readonly of: 'user' | 'group';
  readonly number: number;
}

/** Who has a number; nobody: undefined. */
export interface AccountNumberState {
  readonly number: number;
  readonly name: string | undefined;
}

/** Whose a user's or a group's number is. */
export const accountNumberFact: FactKind<AccountNumberKey, AccountNumberState> = {
  name: 'account_number',
  id: ({of, number}) => `${of} ${number}`,
  script: () => `${lookUp('passwd', [])}; echo =; ${lookUp('group', [])}; true`,
  parse(keys, result) {
    if (result.code !== 0) throw new Error(`cannot ask for users and groups: ${result.stderr.trim()}`);
    const [users = '', groups = ''] = result.stdout.split(/^=\n/m);
    const found = {user: entries(users), group: entries(groups)};
    return keys.map(({of, number}) => ({
      number,
      name: [...found[of]].find(([, fields]) => Number(fields[2]) === number)?.[0],
    }));
  },
  follows({of, number}, before, promised) {
    if (promised.kind !== of || !('id' in promised) || isUnknown(promised.value)) return undefined;
    const {exists, [of === 'user' ? 'uid' : 'gid']: now} = promised.value as Readonly<Record<string, unknown>>;
    if (exists !== false && now === number) return {number, name: promised.id};
    const isFree = before.name === promised.id && (exists === false || typeof now === 'number');
    return isFree ? {number, name: undefined} : undefined;
  },
  show: (before, after) => [
    {
      what: `number ${before?.number ?? ''}`,
      before: before?.name,
      after: isUnknown(after) ? `(needs ${after.$unknown})` : after.name,
    },
  ],
};
