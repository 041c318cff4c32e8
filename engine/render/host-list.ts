import {DefaultRenderer, Listr, ListrLogger, ProcessOutput, type ListrTaskWrapper} from 'listr2';

/** What the list asks for before each frame. */
export interface HostListSource {
  readonly hosts: readonly string[];
  readonly line: (host: string) => string;
  readonly isAtWork: (host: string) => boolean;
  readonly footer: () => string;
}

/** A list of hosts that stays at the lower end of a terminal. */
export interface HostList {
  /** Prints lasting text above the list, with the next frame. */
  print(text: string): void;
  /** Prints what is left and takes the list from the screen. */
  close(): Promise<void>;
}

interface Frame extends HostListSource {
  readonly takeAbove: () => string;
  readonly setTitles: () => void;
  readonly rows: () => number;
  readonly write: (text: string) => void;
}

const millisecondsBetweenFrames = 80;

type Line = ListrTaskWrapper<unknown, typeof HostListRenderer, typeof HostListRenderer>;

// listr2 makes its renderer by itself, from a class: the frame that it shall show waits for it here.
let nextFrame: Frame | undefined;

/** listr2's renderer, which also prints above the hosts, and shows no more hosts than the screen has rows: those at work first. */
class HostListRenderer extends DefaultRenderer {
  static override nonTTY = true;
  readonly #frame: Frame;
  #updated = 0;

  constructor(...given: ConstructorParameters<typeof DefaultRenderer>) {
    super(...given);
    if (nextFrame === undefined) throw new Error('Internal error: no frame for the host list');
    this.#frame = nextFrame;
  }

  override update(): void {
    // Each title and state that is set asks for an update of its own; the spinner's turns are enough.
    const now = Date.now();
    if (now - this.#updated < millisecondsBetweenFrames) return;
    this.#updated = now;
    this.#printAbove();
    this.#frame.setTitles();
    super.update();
  }

  override end(): void {
    this.#printAbove();
    super.end();
  }

  override create(options?: Parameters<DefaultRenderer['create']>[0]): string {
    const lines = super.create(options).split('\n');
    const room = Math.max(2, this.#frame.rows() - 3);
    const hosts = lines.length <= room ? lines : this.#crop(lines, room - 1);
    return [...hosts, this.#frame.footer()].join('\n');
  }

  #crop(lines: readonly string[], room: number): string[] {
    const atWork = (index: number): number => Number(this.#frame.isAtWork(this.#frame.hosts[index] ?? ''));
    const order = [...lines.keys()].sort((a, b) => atWork(b) - atWork(a) || a - b);
    const shown = order.slice(0, room).sort((a, b) => a - b);
    return [...shown.map((index) => lines[index] ?? ''), `  … and ${lines.length - room} more hosts`];
  }

  #printAbove(): void {
    const text = this.#frame.takeAbove();
    if (text === '') return;
    // listr2 has no word for "print above": what takes its last frame away is private to it (and `updater` has no type).
    (this as unknown as {updater: {clear: () => void}}).updater.clear();
    this.#frame.write(text);
  }
}

/** Puts a list of hosts on a terminal and keeps it fresh until it is closed. */
export function openHostList(source: HostListSource, stream: NodeJS.WriteStream): HostList {
  let above = '';
  const lines: Line[] = [];
  let settle = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const takeAbove = (): string => {
    const text = above;
    above = '';
    return text;
  };
  const setTitles = (): void => {
    source.hosts.forEach((host, index) => {
      const line = lines[index];
      if (line !== undefined) line.title = source.line(host);
    });
  };
  const tasks = source.hosts.map((host, index) => ({
    title: source.line(host),
    task: (_: unknown, line: Line) => {
      lines[index] = line;
      return closed;
    },
  }));
  const processOutput = new ProcessOutput(stream, process.stderr, {leaveEmptyLine: false});
  const logger = new ListrLogger({processOutput, useIcons: true, toStderr: []});
  nextFrame = {
    ...source,
    takeAbove,
    setTitles,
    rows: () => stream.rows,
    write: (text) => void processOutput.toStdout(text, false),
  };
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: HostListRenderer,
    rendererOptions: {clearOutput: true, formatOutput: 'truncate', logger},
  });
  const running = list.run();
  return {
    print: (text) => {
      above += text;
    },
    close: async () => {
      settle();
      await running;
    },
  };
}
