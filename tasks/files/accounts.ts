import {consult, refuse, type Change, type FactRequest, type FactRequests, type TaskModule} from '../../engine/task.js';
import {accountNumberFact, type AccountNumberKey, type AccountNumberState} from '../facts/account_number.js';
import {groupFact, type GroupState} from '../facts/group.js';
import {userFact, type UserState} from '../facts/user.js';
import type {Placement} from './placement.js';

interface Accounts {
  readonly ownerAccount: readonly UserState[];
  readonly groupAccounts: readonly GroupState[];
}

/** Completes a module whose files are given to an owner and a group: a plan that needs them is refused where they are not there. */
export function withAccounts<Args extends Placement, Facts, C extends Change>(
  module: TaskModule<Args, Facts, C>,
): TaskModule<Args, Facts & Accounts, C> {
  return {
    ...module,
    reads: (args) => {
      const accounts: FactRequests<Accounts> = {
        ownerAccount: isName(args.owner) ? [consult(userFact, {name: args.owner})] : [],
        groupAccounts: askGroups(args.group === undefined ? [] : [args.group]),
      };
      return {...module.reads(args), ...accounts} as FactRequests<Facts & Accounts>;
    },
    plan(args, facts) {
      const change = module.plan(args, facts);
      if (change === undefined) return undefined;
      const owner = facts.ownerAccount.find(({exists}) => !exists);
      if (owner !== undefined)
        refuse(`there is no user '${owner.name}' to own it`, `make it before, with user: {name: ${owner.name}}`);
      demandGroups(facts.groupAccounts);
      return change;
    },
  };
}

/** Asks for the groups that are given by name. */
export function askGroups(names: readonly string[]): readonly FactRequest<GroupState>[] {
  return names.filter(isName).map((name) => consult(groupFact, {name}));
}

/** Ends a plan where a group is missing. */
export function demandGroups(groups: readonly GroupState[]): void {
  const missing = groups.find(({exists}) => !exists);
  if (missing !== undefined)
    refuse(`there is no group '${missing.name}'`, `make it before, with group: {name: ${missing.name}}`);
}

/** Asks whose the number is that a user or group shall have. */
export function askNumber(
  of: AccountNumberKey['of'],
  number: number | undefined,
): readonly FactRequest<AccountNumberState>[] {
  return number === undefined ? [] : [consult(accountNumberFact, {of, number})];
}

/** Ends a plan where the number is another's. */
export function demandNumber(
  found: readonly AccountNumberState[],
  {of, name}: {readonly of: string; readonly name: string},
): void {
  const taken = found.find((each) => each.name !== undefined && each.name !== name);
  if (taken !== undefined)
    refuse(
      `the number ${taken.number} of the ${of} '${name}' is taken by '${taken.name ?? ''}'`,
      'give it another one',
    );
}

/** Whether an account is given by a name that need not be there: no number, and not root. */
function isName(account: string | undefined): account is string {
  return account !== undefined && account !== 'root' && !/^\d+$/.test(account);
}
