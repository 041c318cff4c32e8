import {parseTemplate} from './template-parse.js';
import {templateReferences} from './template-references.js';
import {renderText, renderValue} from './template-render.js';
import type {Problem, Reference, Scope} from './reference.js';

/** Handlebars text, ready to be rendered again and again. */
export interface CompiledTemplate {
  readonly references: readonly Reference[];
  /** Not empty: it cannot be rendered. */
  readonly problems: readonly Problem[];
  /** Whether the source is one mustache alone, which keeps the type of its value. */
  readonly typed: boolean;
  /** Gives the value of a mustache alone, else text. Throws `SourceFailed`, or what a getter of the scope throws. */
  render(scope: Scope): unknown;
  /** Always gives text, as a `.hbs` file does. */
  renderText(scope: Scope): string;
}

const compiled = new Map<string, CompiledTemplate>();

/**
 * Compiles Handlebars: paths (`a.b`, `../a`, `@index`, `list.[0]`, `hostvars.[n.example.com]`), the blocks if, unless, each and with, and the helpers of `template-helpers.ts`.
 * Nothing is escaped; an undefined name, null or a list in text is an error. A literal `{{` is written `\{{`.
 */
export function compileTemplate(source: string): CompiledTemplate {
  const known = compiled.get(source);
  if (known) return known;
  const {body, problems} = parseTemplate(source);
  const [only] = body;
  const alone =
    body.length === 1 && only?.kind === 'value' && source.startsWith('{{') && source.endsWith('}}')
      ? only.value
      : undefined;
  const template: CompiledTemplate = {
    references: templateReferences(body),
    problems,
    typed: alone !== undefined,
    render: (scope) => (alone ? renderValue(alone, scope) : renderText(body, scope)),
    renderText: (scope) => renderText(body, scope),
  };
  compiled.set(source, template);
  return template;
}
