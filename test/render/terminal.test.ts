import {Writable} from 'node:stream';
import {expect} from 'chai';
import type {Event} from '../../engine/event.js';
import {advance, hostLine, newBoard, progressLine} from '../../engine/render/board.js';
import {painter} from '../../engine/render/style.js';
import {terminalRenderer} from '../../engine/render/terminal.js';
import {counts, ended, finished, node, started, written} from './feed.js';

/** A terminal that keeps what it is told. */
function fakeTerminal(): {stream: NodeJS.WriteStream; text: () => string} {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  return {
    stream: Object.assign(stream, {isTTY: true, columns: 100, rows: 24}) as unknown as NodeJS.WriteStream,
    text: () => text,
  };
}

const plain = {paint: painter(false), nameWidth: 3};

describe('the terminal renderer', () => {
  it('prints what changed and failed above the hosts and the recap at the end', async () => {
    const terminal = fakeTerminal();
    const events = [
      started(['w1', 'w2']),
      ended(node('w1', 'Same'), {status: 'ok'}),
      ended(node('w1', 'Write', {role: 'host'}), {
        status: 'changed',
        changes: [{kind: 'state', summary: 'write it', diff: []}],
      }),
      ended(node('w2', 'Join'), {status: 'failed', failure: {message: 'exited with 1', hint: 'look there'}}),
      finished({w1: counts({ok: 2, changed: 1}), w2: counts({failed: 1})}, {code: 2}),
    ];
    const closing = await written((page) => terminalRenderer(page, terminal.stream), events);
    expect(terminal.text())
      .to.include('changed: [w1] => host : Write: write it\n')
      .and.include('fatal: [w2]: FAILED! => Join: exited with 1\n');
    expect(terminal.text()).to.include('  hint: look there\n').and.not.include('Same:');
    expect(closing).to.match(/PLAY RECAP[^]*w2 .*failed=1[^]*done in 8.0 s\n$/);
  });

  it('leaves the cursor visible', async () => {
    const terminal = fakeTerminal();
    await written((page) => terminalRenderer(page, terminal.stream), [started(['w1'])]);
    expect(terminal.text().lastIndexOf('\u001B[?25h')).to.be.greaterThan(terminal.text().lastIndexOf('\u001B[?25l'));
  });

  it('ends well when the run never began', async () => {
    const terminal = fakeTerminal();
    expect(await written((page) => terminalRenderer(page, terminal.stream), [])).to.equal('');
  });

  it('shows no more hosts than fit on the screen, those at work first', async () => {
    const terminal = fakeTerminal();
    const hosts = Array.from({length: 100}, (_, index) => `h${index}`);
    const renderer = terminalRenderer(
      {write: () => undefined, paint: painter(false), width: 79, verbosity: 0},
      terminal.stream,
    );
    renderer.show(started(hosts));
    renderer.show({time: 1000, type: 'node-started', node: node('h99', 'Busy')});
    await renderer.end();
    const frames = terminal.text().split('\u001B[1A');
    expect(Math.max(...frames.map((frame) => frame.split('\n').length))).to.be.at.most(24);
  });
});

describe('the board', () => {
  const at = (time: number, event: Record<string, unknown>): Event => ({time, ...event}) as Event;

  it('shows what a host does, for how long, and the progress of a wait', () => {
    const board = newBoard(started(['cp1']) as Extract<Event, {type: 'run-started'}>);
    const init = node('cp1', 'Initialise', {role: 'control_plane'});
    expect(hostLine(board, 'cp1', {...plain, now: 1000})).to.equal('cp1  not begun  · 0 done');
    advance(board, at(1000, {type: 'node-started', node: init}));
    expect(hostLine(board, 'cp1', {...plain, now: 13_000})).to.equal('cp1  control_plane : Initialise 12 s  · 0 done');
    advance(board, at(14_000, {type: 'node-waiting', node: init, what: '3 nodes Ready', elapsed: 8, limit: 120}));
    expect(hostLine(board, 'cp1', {...plain, now: 14_000})).to.include('Initialise 13 s 3 nodes Ready (8 of 120 s)');
    advance(board, ended(init, {status: 'changed', changes: []}));
    expect(hostLine(board, 'cp1', {...plain, now: 15_000})).to.equal('cp1  waits for others  · 1 done 1 changed');
  });

  it('says that a connection is lost and that it is back', () => {
    const board = newBoard(started(['w1']) as Extract<Event, {type: 'run-started'}>);
    advance(board, at(1000, {type: 'host-lost', host: 'w1', reason: 'reset'}));
    expect(hostLine(board, 'w1', {...plain, now: 1000})).to.include('connection lost');
    advance(board, at(1000, {type: 'host-connected', host: 'w1', milliseconds: 5}));
    expect(hostLine(board, 'w1', {...plain, now: 1000})).not.to.include('lost');
  });

  it('counts all hosts together', () => {
    const board = newBoard(started(['w1', 'w2'], {nodes: 7}) as Extract<Event, {type: 'run-started'}>);
    advance(board, ended(node('w1', 'A'), {status: 'ok'}));
    advance(board, ended(node('w2', 'A'), {status: 'ok'}));
    expect(progressLine(board, {paint: plain.paint, now: 84_000})).to.equal('2 of 7 tasks, 1:23');
  });
});
