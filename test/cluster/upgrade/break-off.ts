import {expect} from 'chai';
import type {Fleet} from '../fleet.js';
import {problemsOf} from '../journal.js';
import {tail} from '../play.js';

/** A moment of a run, told by what a host has by then. */
export interface Moment {
  readonly host: string;
  /** A condition in sh; `$K` is what kubeadm calls /etc/kubernetes. */
  readonly has: string;
}

/** Begins a run and kills its controller at a moment. Rejects with what went wrong when the run ends before. */
export async function breakOff(fleet: Fleet, {host, has}: Moment, words: readonly string[]): Promise<void> {
  const playing = fleet.start(...words);
  const script = `. /etc/u7s/namespace.env; K=$U7S_DATA/etc_kubernetes
until ${has}; do sleep 0.05; done 2>/dev/null >&2`;
  const reached = fleet.on(host, script, {timeout: 600});
  await Promise.race([reached, playing.ended]).catch((error: unknown) => {
    playing.kill();
    throw error;
  });
  if (playing.over()) {
    reached.catch(() => undefined);
    const played = await playing.ended;
    throw new Error(`the run ended before '${has}': ${problemsOf(played).join('\n')}${tail(played)}`);
  }
  playing.kill();
  expect((await playing.ended).code, 'the controller was killed').to.equal(255);
}
