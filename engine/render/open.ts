import {closeSync, openSync, writeSync} from 'node:fs';
import {badInput} from '../diagnostic.js';
import type {Event} from '../event.js';
import {reasonOf} from '../reason.js';
import {adhocRenderer} from './adhoc.js';
import {jsonLinesRenderer} from './json-lines.js';
import {junitRenderer} from './junit.js';
import {plainRenderer} from './plain.js';
import {gathered} from './gathered.js';
import type {Page, Renderer} from './renderer.js';
import {painter, wantsColor} from './style.js';

/** A form of output and where it goes: a file, or standard output. `human` is a board on a terminal and plain lines elsewhere; `adhoc` is for one task, `adhoc-line` with a line for each host. */
export interface OutputChoice {
  readonly format: 'human' | 'plain' | 'adhoc' | 'adhoc-line' | 'json' | 'junit';
  readonly file?: string;
}

export interface RenderOptions {
  readonly outputs: readonly OutputChoice[];
  readonly verbosity: number;
  readonly stdout: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
}

/** Opens all outputs as one renderer. Rejects with `BadInput` when a file cannot be written. */
export async function openRenderers(options: RenderOptions): Promise<Renderer> {
  const renderers: Renderer[] = [];
  for (const choice of options.outputs) renderers.push(await openRenderer(choice, options));
  return {
    show: (event: Event) => {
      for (const renderer of renderers) renderer.show(event);
    },
    end: async () => {
      for (const renderer of renderers) await renderer.end();
    },
  };
}

async function openRenderer(choice: OutputChoice, options: RenderOptions): Promise<Renderer> {
  const {stdout} = options;
  if (choice.file === undefined) {
    const write = (text: string): void => void stdout.write(text);
    if (stdout.isTTY) return rendererFor(choice.format, options, write);
    const page = gathered(write);
    const renderer = await rendererFor(choice.format, options, page.write);
    return endingWith(renderer, page.flush);
  }
  const descriptor = openFile(choice.file);
  const page = gathered((text) => {
    writeSync(descriptor, text);
  });
  const renderer = await rendererFor(choice.format, {...options, stdout: undefined}, page.write);
  return endingWith(renderer, () => {
    page.flush();
    closeSync(descriptor);
  });
}

function endingWith(renderer: Renderer, last: () => void): Renderer {
  return {
    show: (event) => {
      renderer.show(event);
    },
    end: async () => {
      await renderer.end();
      last();
    },
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw badInput(`the output file "${path}" cannot be written: ${reasonOf(error)}`);
  }
}

type Surroundings = Omit<RenderOptions, 'stdout'> & {readonly stdout: NodeJS.WriteStream | undefined};

async function rendererFor(
  format: OutputChoice['format'],
  options: Surroundings,
  write: (text: string) => void,
): Promise<Renderer> {
  const page = pageFor(options, write);
  switch (format) {
    case 'json':
      return jsonLinesRenderer(write);
    case 'junit':
      return junitRenderer(write);
    case 'plain':
      return plainRenderer(page);
    case 'adhoc':
      return adhocRenderer(page);
    case 'adhoc-line':
      return adhocRenderer(page, {oneLine: true});
    case 'human': {
      if (options.stdout === undefined || !isLive(options.stdout, options.environment)) return plainRenderer(page);
      // listr2 takes time to load, and is of use on a terminal only.
      const {terminalRenderer} = await import('./terminal.js');
      return terminalRenderer(page, options.stdout);
    }
  }
}

// Ansible pads its headings to 79 columns where there is no terminal.
const widthOfNoTerminal = 79;

function pageFor(options: Surroundings, write: (text: string) => void): Page {
  const {stdout, environment, verbosity} = options;
  if (stdout === undefined) return {write, paint: painter(false), width: widthOfNoTerminal, verbosity};
  const width = stdout.isTTY ? Math.max(widthOfNoTerminal, stdout.columns - 1) : widthOfNoTerminal;
  return {write, paint: painter(wantsColor(stdout.isTTY, environment)), width, verbosity};
}

function isLive(stdout: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  return stdout.isTTY && (environment['CI'] ?? '') === '' && environment['TERM'] !== 'dumb';
}
