import {addressFunctions} from './addresses.js';
import {dictFunctions} from './dicts.js';
import {listFunctions} from './lists.js';
import {numberFunctions} from './numbers.js';
import type {SharedFunction} from './shared-function.js';
import {textFunctions} from './texts.js';

/** All functions that expressions and templates share. */
export const sharedFunctions: readonly SharedFunction[] = [
  ...listFunctions,
  ...dictFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...addressFunctions,
];
