import {compileExpression} from './expression.js';
import type {Problem} from './reference.js';
import {compileTemplate} from './template.js';

/** What a text is written in. */
export type Language = 'template' | 'expression';

const sound: Readonly<Record<Language, Set<string>>> = {template: new Set(), expression: new Set()};

/** What is wrong with a text; one in which nothing was found is not parsed again for it, even by a later command. */
export function problemsIn(language: Language, source: string): readonly Problem[] {
  if (isSound(language, source)) return [];
  const {problems} = language === 'template' ? compileTemplate(source) : compileExpression(source);
  if (problems.length === 0) takeAsSound(language, source);
  return problems;
}

/** Whether a text was looked at, and nothing found. */
export function isSound(language: Language, source: string): boolean {
  return sound[language].has(source);
}

/** Believes what an earlier command of the same build found. */
export function takeAsSound(language: Language, source: string): void {
  sound[language].add(source);
}
