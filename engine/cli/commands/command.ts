import type {Command} from '../parser.js';
import type {Invocation} from '../invocation.js';

/** Adds a word to the program: its options, and what they ask for. */
export type AddCommand = (program: Command, found: (invocation: Invocation) => void) => void;
