import type {Event} from '../event.js';
import {taskTitle} from './banner.js';
import {newBlockedFilter} from './blocked.js';
import {advance, hostLine, isAtWork, newBoard, progressLine, type Board} from './board.js';
import {endingText} from './ending.js';
import {openHostList, type HostList} from './host-list.js';
import {interruptingText, warningText} from './notice.js';
import type {Page, Renderer} from './renderer.js';
import {statusText} from './status.js';
import {count, newTally} from './tally.js';
import {valuesText} from './values.js';

/** A board of hosts on a terminal: a line for each, what it does and for how long. What changed or failed is printed above it, the recap below. */
export function terminalRenderer(page: Page, stream: NodeJS.WriteStream): Renderer {
  const tally = newTally();
  const isRepeatedBlock = newBlockedFilter();
  let shown: {readonly board: Board; readonly list: HostList} | undefined;
  let ending = '';

  const print = (text: string): void => {
    if (shown === undefined) page.write(text);
    else shown.list.print(text);
  };

  const ended = (event: Extract<Event, {type: 'node-ended'}>): void => {
    if (!isWorthALine(event, page.verbosity) || isRepeatedBlock(event)) return;
    print(statusText(event.node, event.outcome, {paint: page.paint, diff: tally.diff, title: taskTitle(event.node)}));
    if (page.verbosity >= 1 && event.values !== undefined) print(valuesText(event.values));
  };

  const show = (event: Event): void => {
    count(tally, event);
    if (shown !== undefined) advance(shown.board, event);
    switch (event.type) {
      case 'run-started':
        if (event.check) print(`${page.paint('strong', 'check: nothing will be changed')}\n`);
        shown = openBoard(newBoard(event), page, stream);
        return;
      case 'host-lost':
        print(`${page.paint('unreachable', `lost: [${event.host}] => ${event.reason}`)}\n`);
        return;
      case 'node-ended':
        ended(event);
        return;
      case 'warning':
        print(warningText(event, page.paint));
        return;
      case 'interrupting':
        print(interruptingText(event.force, page.paint));
        return;
      case 'run-ended':
        ending = endingText(event, tally, page);
        return;
      case 'host-connected':
      case 'node-started':
      case 'node-waiting':
      case 'node-retrying':
    }
  };

  const end = async (): Promise<void> => {
    await shown?.list.close();
    shown = undefined;
    page.write(ending);
  };
  return {show, end};
}

function openBoard(board: Board, page: Page, stream: NodeJS.WriteStream): {board: Board; list: HostList} {
  const hosts = [...board.hosts.keys()];
  const nameWidth = Math.max(0, ...hosts.map((name) => name.length));
  const list = openHostList(
    {
      hosts,
      line: (host) => hostLine(board, host, {now: Date.now(), paint: page.paint, nameWidth}),
      isAtWork: (host) => isAtWork(board, host),
      footer: () => progressLine(board, {now: Date.now(), paint: page.paint}),
    },
    stream,
  );
  return {board, list};
}

function isWorthALine(event: Extract<Event, {type: 'node-ended'}>, verbosity: number): boolean {
  const {outcome} = event;
  if (outcome.status === 'skipped') return verbosity >= 1;
  return outcome.status !== 'ok' || verbosity >= 1 || outcome.message !== undefined;
}
