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

/** Seconds that a run may take to a moment, on however busy a machine. */
const patience = 3000;

/** Begins a run and kills its controller at a moment. Rejects with what went wrong when the run ends before. */
export async function breakOff(fleet: Fleet, {host, has}: Moment, words: readonly string[]): Promise<void> {
  const playing = fleet.start(...words);
  const ended = '/run/u7s-run-ended';
  const script = `. /etc/u7s/namespace.env; K=$U7S_DATA/etc_kubernetes; rm -f ${ended}
until ${has}; do [ ! -e ${ended} ] || exit 1; sleep 0.05; done 2>/dev/null >&2`;
  const reached = fleet.try(host, script, {timeout: patience});
  await Promise.race([reached, playing.ended]).catch((error: unknown) => {
    playing.kill();
    throw error;
  });
  if (playing.over()) {
    await fleet.on(host, `touch ${ended}`);
    await reached;
    const played = await playing.ended;
    throw new Error(`the run ended before '${has}': ${problemsOf(played).join('\n')}${tail(played)}`);
  }
  playing.kill();
  expect((await playing.ended).code, 'the controller was killed').to.equal(255);
  expect((await reached).code, `${host}: ${has}`).to.equal(0);
}
