import type {Renderer} from './renderer.js';

/** One event a line, as JSON: the journal's form. */
export function jsonLinesRenderer(write: (text: string) => void): Renderer {
  return {
    show: (event) => {
      write(`${JSON.stringify(event)}\n`);
    },
    end: () => Promise.resolve(),
  };
}
