import {dataFunctions, linearMatches, plainFunctions} from '../../language/expression-functions.js';
import {helpers} from '../../language/template-helpers.js';
import {magicNames, taskNames} from '../../load/names.js';
import {precedenceText} from './precedence.js';
import {keywordsText} from './keywords.js';
import {secretsText} from './secrets.js';
import {listText} from './text.js';

/** What is documented beside modules and roles: a name, a line, and the text. */
export interface Topic {
  readonly name: string;
  readonly title: string;
  readonly text: () => string;
}

/** The names in scope and the words of the two languages, from the tables that the engine itself uses. */
export const topics: readonly Topic[] = [
  {
    name: 'names',
    title: 'Names that are in scope by themselves',
    text: () =>
      listText(
        'Names that are in scope by themselves (load: known before the first connection; run: when the task has its turn):',
        [...magicNames, ...taskNames].map(({name, description, known}) => ({name, title: `${description} (${known})`})),
      ),
  },
  {name: 'keywords', title: 'Keywords of plays, roles and tasks', text: keywordsText},
  {
    name: 'templates',
    title: 'Helpers of templates, {{…}}',
    text: () =>
      listText(
        'Helpers of templates, as in {{join groups.workers ","}}; with #if, #unless, #each, #with of Handlebars:',
        [...helpers.values()].map(({usage, summary}) => ({name: usage, title: summary})),
      ),
  },
  {
    name: 'expressions',
    title: 'Functions of expressions, beside those of CEL',
    text: () =>
      listText(
        'Functions of expressions (when, until, changed_when, failed_when, loop, assert.that, !cel), beside those of CEL:',
        [...dataFunctions, ...plainFunctions].map(({signature, summary}) => ({
          name: signature.replace(linearMatches, 'matches'),
          title: summary,
        })),
      ),
  },
  {name: 'secrets', title: 'What is encrypted, with which passwords, and what is hidden', text: secretsText},
  {name: 'variables', title: 'Where variables may be set, and which one wins', text: precedenceText},
];
