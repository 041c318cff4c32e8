import {refuse} from '../../engine/task.js';

/** Four octal digits. */
export function canonicalMode(mode: string): string {
  return isDigits(mode) ? mode.padStart(4, '0').slice(-4) : mode;
}

/** Whether a mode is written in digits, not in letters. */
export function isDigits(mode: string): boolean {
  return /^[0-7]+$/.test(mode);
}

/** What letters (`u=rwX,go-w`) are applied to: the mode that is there, and whether it is a folder's. */
export interface ModeBase {
  readonly mode: string;
  readonly isFolder: boolean;
}

const shifts = {u: 6, g: 3, o: 0} as const;
const special = {u: 0o4000, g: 0o2000, o: 0o1000} as const;
// Letters without a user are meant for all, less what the engine's umask keeps from others.
const unmasked = 0o755;

type Who = keyof typeof shifts;

/** The four digits that a mode comes to. */
export function settledMode(mode: string, base: ModeBase): string {
  if (isDigits(mode)) return canonicalMode(mode);
  const before = Number.parseInt(base.mode, 8);
  const bits = mode
    .split(',')
    .reduce((value, clause) => applied(clause, {value, before, isFolder: base.isFolder}), before);
  return bits.toString(8).padStart(4, '0');
}

function applied(
  clause: string,
  {value, before, isFolder}: {readonly value: number; readonly before: number; readonly isFolder: boolean},
): number {
  const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
  if (match === null) refuse(`'${clause}' is no mode in letters`, 'write it like u=rwX,g=rX,o= or in digits');
  const [, named = '', operations = ''] = match;
  const all = named === '' || named.includes('a');
  const whom = (['u', 'g', 'o'] as const).filter((who) => all || named.includes(who));
  const mask = named === '' ? unmasked : 0o7777;
  let bits = value;
  for (const [, operator = '', letters = ''] of operations.matchAll(/([-+=])([rwxXstugo]*)/g)) {
    for (const who of whom) {
      const wanted = lettersBits(letters, {who, value: bits, before, isFolder}) & (mask | 0o7000);
      const own = (0o7 << shifts[who]) | special[who];
      if (operator === '+') bits |= wanted;
      else if (operator === '-') bits &= ~wanted;
      else bits = (bits & ~own) | wanted;
    }
  }
  return bits;
}

function lettersBits(
  letters: string,
  {
    who,
    value,
    before,
    isFolder,
  }: {readonly who: Who; readonly value: number; readonly before: number; readonly isFolder: boolean},
): number {
  const shift = shifts[who];
  let bits = 0;
  for (const letter of letters) {
    if (letter === 'r') bits |= 0o4 << shift;
    else if (letter === 'w') bits |= 0o2 << shift;
    else if (letter === 'x' || (letter === 'X' && (isFolder || (before & 0o111) !== 0))) bits |= 0o1 << shift;
    else if (letter === 's' && who !== 'o') bits |= special[who];
    else if (letter === 't' && who === 'o') bits |= special.o;
    else if (letter === 'u' || letter === 'g' || letter === 'o') bits |= ((value >> shifts[letter]) & 0o7) << shift;
  }
  return bits;
}
