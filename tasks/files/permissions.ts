import {isUnknown, type Values} from '../../engine/task.js';

const bits = [
  ['isuid', 0o4000],
  ['isgid', 0o2000],
  ['rusr', 0o400],
  ['wusr', 0o200],
  ['xusr', 0o100],
  ['rgrp', 0o040],
  ['wgrp', 0o020],
  ['xgrp', 0o010],
  ['roth', 0o004],
  ['woth', 0o002],
  ['xoth', 0o001],
] as const;

/** What the octal digits of a mode allow, bit by bit: `rusr`, `xoth`, …; unknowns where the mode is one. */
export function permissions(mode: unknown): Values {
  if (isUnknown(mode)) return Object.fromEntries(bits.map(([name]) => [name, mode]));
  if (typeof mode !== 'string') return {};
  const value = Number.parseInt(mode, 8);
  return Object.fromEntries(bits.map(([name, bit]) => [name, (value & bit) !== 0]));
}
