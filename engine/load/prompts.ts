import type {Term} from '../language/term.js';
import type {Secrets} from '../secrets.js';
import type {Span} from '../span.js';
import type {LoadedPlay} from './loading.js';
import {checkName} from './names.js';
import {entriesOf, itemsOf, memberOf, textOf} from './plain.js';
import {rank, type VarLayer} from './project.js';
import type {Report} from './report.js';

/** A variable of a play that is asked for. */
export interface Prompt {
  readonly name: string;
  readonly at: Span;
  /** What is asked. */
  readonly text: string;
  /** Not shown while it is typed, and hidden wherever it would be shown. */
  readonly isPrivate: boolean;
  readonly byDefault: string | number | boolean | undefined;
  /** It is typed twice. */
  readonly confirm: boolean;
}

/** Asks somebody; undefined where nobody is there to answer. */
export type Ask = (text: string, options: {readonly shown: boolean}) => Promise<string | undefined>;

/** Reads `vars_prompt`, whose schema was checked. */
export function readPrompts(term: Term | undefined, report: Report): readonly Prompt[] {
  return itemsOf(term).flatMap((each): readonly Prompt[] => {
    const nameTerm = memberOf(each, 'name');
    const name = textOf(nameTerm);
    if (name === undefined || !nameTerm) return [];
    if (!checkName(name, {at: nameTerm.at, what: 'a variable', report})) return [];
    const flag = (word: string): boolean | undefined => {
      const value = memberOf(each, word);
      return value?.kind === 'literal' && typeof value.value === 'boolean' ? value.value : undefined;
    };
    const byDefault = memberOf(each, 'default');
    const value = byDefault?.kind === 'literal' ? (byDefault.value ?? undefined) : undefined;
    for (const {value: inner} of entriesOf(each)) {
      if (inner.kind === 'text' || inner.kind === 'expression')
        report.error(inner.at, 'what is asked must be known before the run', 'write it without a template');
    }
    const text = textOf(memberOf(each, 'prompt')) ?? name;
    const isPrivate = flag('private') ?? true;
    return [{name, at: nameTerm.at, text, isPrivate, byDefault: value, confirm: flag('confirm') ?? false}];
  });
}

/** What answers are got with. */
export interface Asking {
  /** Undefined: nothing is asked; a default stands for the answer, or empty text. */
  readonly ask: Ask | undefined;
  readonly extraVars: VarLayer;
  readonly secrets: Pick<Secrets, 'add'> | undefined;
  readonly report: Report;
}

/** Asks for the variables of all plays, in order; what the command line gives is not asked. */
export async function answerPrompts(loaded: readonly LoadedPlay[], asking: Asking): Promise<readonly LoadedPlay[]> {
  const answered: LoadedPlay[] = [];
  for (const {play, demands, prompts} of loaded) {
    const entries = new Map<string, Term>();
    for (const prompt of prompts) {
      if (asking.extraVars.entries.has(prompt.name)) continue;
      const value = await answer(prompt, asking);
      if (prompt.isPrivate && asking.ask) asking.secrets?.add(value);
      entries.set(prompt.name, {kind: 'literal', at: prompt.at, value});
    }
    const layer: VarLayer = {rank: rank.playVarsPrompt, origin: 'the answer to vars_prompt', entries};
    answered.push({
      play: entries.size === 0 ? play : {...play, layers: [...play.layers, layer]},
      demands,
      prompts,
    });
  }
  return answered;
}

async function answer(prompt: Prompt, {ask, report}: Asking): Promise<string | number | boolean> {
  const {name, at, text, isPrivate, byDefault, confirm} = prompt;
  if (!ask) return byDefault ?? '';
  // A default that is not shown while it is typed is not shown here either.
  const offer = byDefault === undefined || isPrivate ? '' : ` [${String(byDefault)}]`;
  for (let again = ''; ; again = 'the two answers differ; ') {
    const given = await ask(again + text + offer, {shown: !isPrivate});
    if (given === undefined) {
      if (byDefault === undefined)
        report.error(
          at,
          `"${name}" is asked for, and nobody is there to answer`,
          `give it by "-e ${name}=…" or "-e @file"`,
        );
      return byDefault ?? '';
    }
    if (given === '' && byDefault !== undefined) return byDefault;
    if (!confirm || given === (await ask(`confirm ${text}`, {shown: !isPrivate}))) return given;
  }
}
