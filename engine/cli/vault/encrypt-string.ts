import {badInput} from '../../diagnostic.js';
import {ask} from '../ask.js';
import {complain} from '../speak.js';
import type {VaultAction} from './action.js';
import type {Seal} from './keys.js';
import {readContent, standard} from './vault-files.js';

type EncryptString = Extract<VaultAction, {action: 'encrypt_string'}>;

interface Text {
  readonly name: string | undefined;
  readonly text: string;
  /** Where it comes from. */
  readonly from: string;
}

/** The texts that are to be encrypted: from the command line, typed in, or from standard input. */
export async function textsOf(action: EncryptString): Promise<readonly Text[]> {
  const names = [...action.names];
  const texts: Text[] = [];
  if (action.prompt) texts.push({name: names.shift(), text: await typed(action.showInput), from: 'the terminal'});
  const readsInput = action.strings.includes(standard) || (action.strings.length === 0 && !action.prompt);
  if (readsInput)
    texts.push({
      name: action.inputName ?? names.shift(),
      text: readContent(standard).toString('utf8'),
      from: 'standard input',
    });
  for (const text of action.strings)
    if (text !== standard) texts.push({name: names.shift(), text, from: 'the command line'});
  if (names.length > 0) throw badInput(`there is no text for the name "${names[0] ?? ''}"`);
  for (const {text, from} of texts) if (text === '') throw badInput(`the text from ${from} is empty`);
  return texts;
}

async function typed(shown: boolean): Promise<string> {
  const instead = 'give the text on standard input';
  const question = shown ? 'Text to encrypt' : 'Text to encrypt (hidden)';
  for (let again = ''; ; again = 'the two answers differ; ') {
    const text = await ask(again + question, {instead, shown});
    if (shown || text === (await ask('Confirm text to encrypt', {instead, shown}))) return text;
  }
}

/** Texts as YAML values; where there are several, standard error says which is which. */
export function yamlOf(texts: readonly Text[], seal: Seal): string {
  return texts
    .map(({name, text, from}, index) => {
      if (texts.length > 1) complain(`# text ${index + 1}, from ${from}: ${name ?? 'without a name'}\n`);
      const value = seal(Buffer.from(text)).trimEnd().replaceAll(/^/gm, ' '.repeat(10));
      return `${name === undefined ? '' : `${name}: `}!vault |\n${value}\n`;
    })
    .join('');
}
