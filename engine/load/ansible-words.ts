import type {Term} from '../language/term.js';
import {loopFor} from './with-loops.js';

/** What to say of a keyword that Ansible has and u7s-play has not. */
export interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const here = (word: string, hint: string): Explanation => ({message: `"${word}" is not a keyword here`, hint});
const later = (word: string, hint: string): Explanation => ({message: `"${word}" is not supported`, hint});

const words: Readonly<Record<string, (word: string) => Explanation>> = {
  include: (word) => here(word, 'write "import_tasks", or "import_playbook" among plays'),
  import_vars: (word) => here(word, 'name the file in "vars_files" of the play'),
  become_flags: (word) =>
    later(word, 'remove it: sudo gets what it needs; what else it shall allow is said in sudoers'),
  become_exe: (word) => later(word, 'remove it: sudo is found by the PATH of the host'),
  gather_facts: (word) => here(word, 'remove it: facts are read when something asks for them'),
  gather_subset: (word) => later(word, 'remove it: facts are read when something asks for them'),
  gather_timeout: (word) => later(word, 'remove it: facts are read when something asks for them'),
  fact_path: (word) => later(word, 'remove it: facts are read when something asks for them'),
  debugger: (word) => later(word, 'use -vv, and --start-at-task to go on'),
  collections: (word) =>
    later(word, 'remove it: modules have one name each, and roles are found by their folder or package'),
  encrypt: (word) => later(word, 'let the module hash what it gets, or ask for the hash'),
  salt: (word) => later(word, 'let the module hash what it gets, or ask for the hash'),
  salt_size: (word) => later(word, 'let the module hash what it gets, or ask for the hash'),
  public: (word) => later(word, 'remove it: what an imported role sets by its vars is known inside of it'),
  apply: (word) => later(word, 'write the keywords on the import itself'),
  rolespec_validate: (word) => later(word, 'remove it: arguments are always checked'),
  allow_duplicates: (word) => later(word, 'remove it: "import_role" puts the role there each time'),
};

/** Words of which only imports, prompts and the like know: elsewhere they are names like any other. */
export const importWords: ReadonlySet<string> = new Set([
  'allow_duplicates',
  'apply',
  'encrypt',
  'public',
  'rolespec_validate',
  'salt',
  'salt_size',
]);

/** Explains a keyword of Ansible that is written otherwise here; undefined for any other word. */
export function explainWord(word: string, value?: Term): Explanation | undefined {
  const short = word.replace(/^ansible\.(?:builtin|legacy)\./, '');
  if (short.startsWith('with_'))
    return {
      message: `"${word}" is written "loop" here`,
      hint: loopFor(short, value),
    };
  if (short === 'tags' || !Object.hasOwn(words, short)) return undefined;
  return words[short]?.(word);
}
