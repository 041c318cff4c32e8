import type {Lab} from '../lab/lab.js';
import type {Row} from './figure.js';

/** What a case is given. */
export interface BenchOptions {
  /** A folder for what the case writes; gone afterwards. */
  readonly folder: string;
  readonly runs: number;
  /** Hosts of the lab. */
  readonly hosts: number;
  /** How many machines the largest run has. */
  readonly machines: number;
  readonly report: (line: string) => void;
  /** The lab with so many hosts up (b1, b2, …). */
  readonly lab: () => Promise<Lab>;
}

/** A case of the bench. */
export interface BenchCase {
  readonly name: string;
  readonly run: (options: BenchOptions) => Promise<readonly Row[]>;
}
