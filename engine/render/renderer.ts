import type {Event} from '../event.js';
import type {Paint} from './style.js';

/** Turns events into text. */
export interface Renderer {
  /** Takes one event; must not throw. */
  show(event: Event): void;
  /** Settles when all that was shown is written; called once, after the last event. */
  end(): Promise<void>;
}

/** Where a renderer writes and how much. */
export interface Page {
  /** Takes whole lines, their ends included. */
  readonly write: (text: string) => void;
  readonly paint: Paint;
  /** Columns. */
  readonly width: number;
  /** The number of `-v`: 1 shows values, 2 times, 3 commands. */
  readonly verbosity: number;
}
