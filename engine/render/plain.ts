import type {Event, NodeInfo} from '../event.js';
import {banner, placeOf, taskTitle} from './banner.js';
import {newBlockedFilter} from './blocked.js';
import {duration} from './duration.js';
import {endingText} from './ending.js';
import {interruptingText, warningText} from './notice.js';
import type {Page, Renderer} from './renderer.js';
import {statusText} from './status.js';
import {count, newTally} from './tally.js';
import {valuesText} from './values.js';

const secondsBetweenWaits = 30;

/**
 * Lines in Ansible's form, for logs and pipes. Hosts go at their own pace: a heading is repeated where the next line belongs to another task.
 * Of the nodes that one failure blocks on a host, the first alone is shown; the recap counts them all.
 */
export function plainRenderer(page: Page): Renderer {
  const tally = newTally();
  const isRepeatedBlock = newBlockedFilter();
  const waits = new Map<string, number>();
  let play: string | undefined;
  let heading = '';

  const head = (node: NodeInfo): void => {
    if (node.play !== play) page.write(banner(`PLAY [${node.play}]`, page.width));
    const next = `${node.handler === true ? 'RUNNING HANDLER' : 'TASK'} [${taskTitle(node)}]`;
    if (node.play !== play || `${next} ${placeOf(node)}` !== heading) {
      page.write(banner(next, page.width));
      if (page.verbosity >= 2) page.write(`${page.paint('dim', `task path: ${placeOf(node)}`)}\n`);
    }
    play = node.play;
    heading = `${next} ${placeOf(node)}`;
  };

  const under = (node: NodeInfo, text: string): void => {
    if (text === '') return;
    head(node);
    page.write(text);
  };

  const ended = (event: Extract<Event, {type: 'node-ended'}>): void => {
    const {node, outcome} = event;
    waits.delete(node.id);
    if (isRepeatedBlock(event)) return;
    under(node, statusText(node, outcome, {paint: page.paint, diff: tally.diff}));
    if (outcome.status === 'idle' || outcome.status === 'interrupted') return;
    if (page.verbosity >= 1 && event.values !== undefined) page.write(valuesText(event.values));
    if (page.verbosity >= 2) page.write(`${page.paint('dim', `    took ${duration(event.milliseconds)}`)}\n`);
  };

  const waiting = (event: Extract<Event, {type: 'node-waiting'}>): void => {
    const shown = waits.get(event.node.id);
    if (shown !== undefined && event.elapsed - shown < secondsBetweenWaits) return;
    waits.set(event.node.id, event.elapsed);
    under(
      event.node,
      `${page.paint('skipped', `waiting: [${event.node.host}] => ${event.what} (${Math.round(event.elapsed)} of ${event.limit} s)`)}\n`,
    );
  };

  const show = (event: Event): void => {
    count(tally, event);
    switch (event.type) {
      case 'run-started':
        if (event.check) page.write(`${page.paint('strong', 'check: nothing will be changed')}\n`);
        return;
      case 'host-connected':
        if (page.verbosity >= 3)
          page.write(`${page.paint('dim', `connected: [${event.host}] in ${duration(event.milliseconds)}`)}\n`);
        return;
      case 'host-lost':
        page.write(`${page.paint('unreachable', `lost: [${event.host}] => ${event.reason}`)}\n`);
        return;
      case 'node-started':
        return;
      case 'node-waiting':
        waiting(event);
        return;
      case 'node-retrying':
        under(
          event.node,
          `FAILED - RETRYING: [${event.node.host}]: ${event.node.task} (${event.left} retries left).\n`,
        );
        return;
      case 'node-ended':
        ended(event);
        return;
      case 'warning':
        page.write(warningText(event, page.paint));
        return;
      case 'interrupting':
        page.write(interruptingText(event.force, page.paint));
        return;
      case 'run-ended':
        page.write(endingText(event, tally, page));
    }
  };
  return {show, end: () => Promise.resolve()};
}
