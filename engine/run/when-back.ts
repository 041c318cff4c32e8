import {Unreachable} from '../host.js';
import type {PlacedTurn} from './turn.js';

/** Does something once a machine that was lost answers again, within the bound of the run; what is lost anew is waited for in the same time. */
export async function whenBack<T>({run, where}: PlacedTurn, lost: Unreachable, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  for (let pause = 0.2; ; pause *= 2) {
    try {
      await (await run.open(where)).exec('true', {timeout: 30, label: 'reconnect'});
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const left = run.reconnectWithin - (performance.now() - begun) / 1000;
      if (left <= 0)
        throw new Unreachable(lost.host, `${lost.message}; it did not come back: ${error.message}`, {
          during: lost.during,
          hint: error.hint,
        });
      await run.sleep(Math.min(pause, left));
    }
  }
}
