import type {Range} from './reference.js';

/** A value in a template. */
export type TemplateValue =
  | {readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly range: Range}
  | TemplatePath
  | TemplateCall;

/** `a.b`, `../a`, `this.a`, `@index`. */
export interface TemplatePath {
  readonly kind: 'path';
  readonly parts: readonly string[];
  /** How many `../` lead it. */
  readonly up: number;
  /** `@index` and the like. */
  readonly data: boolean;
  /** It starts with `this` or `.`. */
  readonly here: boolean;
  readonly text: string;
  readonly range: Range;
}

/** A helper with its arguments. */
export interface TemplateCall {
  readonly kind: 'call';
  readonly helper: string;
  readonly arguments: readonly TemplateValue[];
  readonly named: ReadonlyMap<string, TemplateValue>;
  readonly range: Range;
}

/** A piece of a template. */
export type TemplateNode =
  | {readonly kind: 'content'; readonly text: string}
  | {readonly kind: 'value'; readonly value: TemplateValue}
  | {
      readonly kind: 'if';
      readonly negated: boolean;
      readonly condition: TemplateValue;
      readonly body: TemplateBody;
      readonly otherwise: TemplateBody;
    }
  | {
      readonly kind: 'each' | 'with';
      readonly subject: TemplateValue;
      /** `as |item index|`. */
      readonly names: readonly string[];
      readonly body: TemplateBody;
      readonly otherwise: TemplateBody;
    };

export type TemplateBody = readonly TemplateNode[];
