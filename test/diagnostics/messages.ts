import ts from 'typescript';
import {sourcesOf, type Source} from '../sources.js';
import {alternatives, type Alternative} from './alternatives.js';

/** A message that the engine can give: who tells it, how it is written, and what it looks like. */
export interface Message {
  readonly path: string;
  /** With `…` where a value stands. */
  readonly text: string;
  /** Matches what is told, without its place. */
  readonly pattern: RegExp;
}

/** What tells of input by its places, before the first connection; the rest of the engine tells a `problem`, or a diagnostic of its own. */
const readers =
  /^engine\/(load|graph|language|vault)\/|^engine\/connect\/(settings|variable-reader|ssh-arguments|jumps)\.ts$|^engine\/cli\/(machines|connection-variables)\.ts$/;

/** All messages of what is told of bad input, by the files that tell them. */
export function messages(): readonly Message[] {
  const found = sourcesOf('engine').flatMap(messagesOf);
  return [...new Map(found.map((message) => [`${message.path} ${message.text}`, message])).values()];
}

function messagesOf(source: Source): readonly Message[] {
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  const found: Message[] = [];
  const toldIn = readers.test(source.path) ? toldBy : refusedBy;
  const visit = (node: ts.Node): void => {
    const told = toldIn(node);
    if (told)
      for (const alternative of alternatives(told.words).filter(says))
        found.push({path: source.path, text: shown(alternative), pattern: told.pattern(body(alternative))});
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

interface Told {
  readonly words: ts.Expression;
  readonly pattern: (body: string) => RegExp;
}

const whole = (body: string): RegExp => new RegExp(`^(?:${body})(?=$|; |\\n)`, 'u');
const beginning = (body: string): RegExp => new RegExp(`^(?:${body})`, 'u');
const anywhere = (body: string): RegExp => new RegExp(body, 'u');

/** The words of a place in the source that tells something: a report, a diagnostic, or a part of one. */
function toldBy(node: ts.Node): Told | undefined {
  if (ts.isPropertyAssignment(node)) return member(node.name, node.initializer);
  if (ts.isShorthandPropertyAssignment(node)) return member(node.name, node.name);
  if (!ts.isCallExpression(node)) return undefined;
  const {expression, arguments: given} = node;
  const [first, second] = given;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if ((name === 'error' || name === 'warning') && second) return {words: second, pattern: whole};
  if (name === 'complain' && second) return {words: second, pattern: anywhere};
  return /^(badInput|problems\.push)$/.test(expression.getText()) && first
    ? {words: first, pattern: anywhere}
    : undefined;
}

/** The words of a problem without a line, or of a diagnostic that is written down as such. */
function refusedBy(node: ts.Node): Told | undefined {
  if (ts.isCallExpression(node)) {
    const [words] = node.arguments;
    return /^(badInput|problem)$/.test(node.expression.getText()) && words ? {words, pattern: whole} : undefined;
  }
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const named = (name: string): ts.ObjectLiteralElementLike | undefined =>
    node.properties.find((property) => property.name?.getText() === name);
  const message = named('message');
  if (!named('severity') || !message) return undefined;
  if (ts.isShorthandPropertyAssignment(message)) return {words: message.name, pattern: beginning};
  return ts.isPropertyAssignment(message) ? {words: message.initializer, pattern: beginning} : undefined;
}

function member(name: ts.PropertyName, words: ts.Expression): Told | undefined {
  if (name.getText() === 'message') return {words, pattern: beginning};
  return name.getText() === 'problem' ? {words, pattern: anywhere} : undefined;
}

/** Whether there are words in it; what has none passes on what others say. Bugs are told nowhere else. */
function says(alternative: Alternative): boolean {
  const words = alternative.filter((part) => part !== undefined).join(' ');
  return /\p{L}{2}/u.test(words) && !words.startsWith('Internal error');
}

function shown(alternative: Alternative): string {
  return alternative.map((part) => part ?? '…').join('');
}

function body(alternative: Alternative): string {
  return alternative
    .map((part) => (part === undefined ? '[^]*?' : part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')))
    .join('');
}
