import type {Term} from '../language/term.js';
import {checkLanguage, conditionsOf} from './check-language.js';
import type {TaskPlace} from './loading.js';
import {checkName} from './names.js';
import {memberOf, textOf} from './plain.js';
import type {LoopControl} from './project.js';

/** What holds without `loop_control`. */
export const plainLoop: LoopControl = {
  loopVar: 'item',
  indexVar: undefined,
  label: undefined,
  pause: undefined,
  extended: undefined,
  breakWhen: [],
};

/** Reads `loop_control`. */
export function readLoopControl(term: Term | undefined, {draft: {loading}}: TaskPlace): LoopControl {
  const {report} = loading;
  const name = (key: string): string | undefined => {
    const value = memberOf(term, key);
    const text = textOf(value);
    return value && text !== undefined && checkName(text, {at: value.at, what: 'a loop variable', report})
      ? text
      : undefined;
  };
  const [label, pause] = [memberOf(term, 'label'), memberOf(term, 'pause')];
  for (const each of [label, pause]) if (each) checkLanguage(each, report);
  const extended = memberOf(term, 'extended');
  const allitems = memberOf(term, 'extended_allitems');
  return {
    loopVar: name('loop_var') ?? plainLoop.loopVar,
    indexVar: name('index_var'),
    label,
    pause,
    extended: isLiteral(extended, true) ? {allitems: !isLiteral(allitems, false)} : undefined,
    breakWhen: conditionsOf(memberOf(term, 'break_when'), report),
  };
}

function isLiteral(term: Term | undefined, value: boolean): boolean {
  return term?.kind === 'literal' && term.value === value;
}
