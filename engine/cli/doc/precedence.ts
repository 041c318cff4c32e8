import {precedence} from '../../load/precedence.js';
import {listText} from './text.js';

/** The order of precedence, weakest first, from the table that the engine itself goes by. */
export function precedenceText(): string {
  const rows = Object.values(precedence).map(({rank, what, where}) => ({
    name: `${String(rank).padStart(2)} ${what}`,
    title: where,
  }));
  return [
    listText('Where variables may be set, the weakest first; the numbers are those of Ansible:', rows),
    ...notes.map((note) => `${note}\n`),
  ].join('\n');
}

const notes = [
  'What is higher wins as a whole: maps are not merged. "u7s-play vars HOST [NAME] [PLAYBOOK…]" tells which one won, and what it overrides.',
  `A place is a file without an ending or with .yml, .yaml or .json, or a folder: the first of these that is there. A folder's files
are read in the order of their names, those of folders inside of it too.`,
  `Of Ansible's places facts of the host (11) are not here: they stand under names of their own (os, network). What include_vars
(18) reads is set as set_fact sets it. Loop variables, and the names that the engine sets ("u7s-play doc names"), win over
everything, and no variable may bear one of the latter.`,
];
