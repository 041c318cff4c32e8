import type {Failure, Outcome, ShownChange} from '../outcome.js';
import type {FailedItem, ItemResult} from './item-result.js';

/** One outcome of all items of a node: the worst, else the most telling. */
export function combine(results: readonly ItemResult[]): Outcome {
  const of = <Status extends ItemResult['status']>(status: Status): readonly Extract<ItemResult, {status: Status}>[] =>
    results.filter((each): each is Extract<ItemResult, {status: Status}> => each.status === status);
  const changes = results.flatMap((each): readonly ShownChange[] => ('changes' in each ? (each.changes ?? []) : []));
  const bad = results.filter((each): each is ItemResult & FailedItem => 'failure' in each);
  const unreachable = bad.find(({status}) => status === 'unreachable');
  if (unreachable) return {status: 'unreachable', failure: unreachable.failure};
  const [failed] = bad;
  if (failed)
    return {
      status: 'failed',
      failure: counted(failed.failure, bad.length, results.length),
      ...(changes.length === 0 ? {} : {changes}),
    };
  if (of('would-change').length > 0) return {status: 'would-change', changes};
  if (of('changed').length > 0) return {status: 'changed', changes};
  const [deferred] = of('deferred');
  if (deferred) return {status: 'deferred', needs: deferred.needs};
  const [waiting] = of('would-wait');
  if (waiting) return {status: 'would-wait', what: waiting.what};
  const [ok] = of('ok');
  const [skipped] = of('skipped');
  if (skipped && !ok) return {status: 'skipped', reason: skipped.reason};
  const message = results.length === 1 ? ok?.message : undefined;
  return message === undefined ? {status: 'ok'} : {status: 'ok', message};
}

function counted(failure: Failure, count: number, items: number): Failure {
  return items === 1 ? failure : {...failure, message: `${failure.message} (${count} of ${items} items failed)`};
}
