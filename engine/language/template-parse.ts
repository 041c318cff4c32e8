import Handlebars from 'handlebars';
import {reasonOf} from '../reason.js';
import {jsonQuery} from './jinja-habits.js';
import {celFromJinja} from './jinja/to-cel.js';
import {helpers} from './template-helpers.js';
import {didYouMean} from './near.js';
import type {Problem, Range} from './reference.js';
import type {TemplateBody, TemplateNode, TemplatePath, TemplateValue} from './template-tree.js';

const blockNames: readonly string[] = ['if', 'unless', 'each', 'with'];

/** Parses Handlebars into a tree of what the engine supports; everything else is a problem. Throws nothing. */
export function parseTemplate(source: string): {readonly body: TemplateBody; readonly problems: readonly Problem[]} {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (error) {
    return {body: [], problems: [syntaxProblem(source, error)]};
  }
  const reading: Reading = {starts: lineStarts(source), problems: []};
  return {body: bodyOf(reading, program), problems: reading.problems};
}

function syntaxProblem(source: string, error: unknown): Problem {
  const message = reasonOf(error);
  const goFormat = /\{\{-?\s*\.[A-Za-z]/.exec(source);
  if (goFormat) {
    const hint = String.raw`a mustache that is not ours is written "\{{"; for example --format "\{{.Names}}"`;
    return {message: 'this mustache is not a path', hint, range: [goFormat.index, goFormat.index + goFormat[0].length]};
  }
  const jinja = jinjaProblem(source);
  if (jinja) return jinja;
  const expression = /\{\{[^}]*?(==|!=|&&|\|\||[<>+*?])[^}]*\}\}/.exec(source);
  if (expression) {
    const hint = 'a mustache holds a path or a helper; decide with an expression (`!cel`), or with {{#if (eq a b)}}';
    return {
      message: `"${expression[1] ?? ''}" cannot stand in a mustache`,
      hint,
      range: [expression.index, expression.index + expression[0].length],
    };
  }
  const index = /\{\{[^}]*?\.(\d+)/.exec(source);
  if (index) {
    return {
      message: 'an item of a list is written with brackets',
      hint: `write .[${index[1] ?? ''}]`,
      range: [index.index, index.index + index[0].length],
    };
  }
  const line = Number(/line (\d+)/.exec(message)?.[1] ?? '1');
  const starts = lineStarts(source);
  const start = starts[line - 1] ?? 0;
  const end = Math.max(start + 1, (starts[line] ?? source.length + 1) - 1);
  const mismatch = /^(\w+) doesn't match (\w+)/.exec(message);
  const said = mismatch
    ? `{{#${mismatch[1] ?? ''}}} is closed by {{/${mismatch[2] ?? ''}}}`
    : `this is not a template: ${expected(message)}`;
  return {
    message: said,
    hint: String.raw`mustaches are "{{name}}" and "{{#each list}}…{{/each}}"; a literal "{{" is written "\{{"`,
    range: [start, end],
  };
}

/** The first mustache that is an expression of Jinja and no template. */
function jinjaProblem(source: string): Problem | undefined {
  for (const {0: whole, 1: inner = '', index} of source.matchAll(/\{\{-?([^{}]*?)-?\}\}/g)) {
    if (jsonQuery.pattern.test(inner))
      return {message: jsonQuery.message, hint: jsonQuery.hint, range: [index, index + whole.length]};
    const cel = celFromJinja(inner);
    if (cel === undefined || parses(whole)) continue;
    const path = /^[A-Za-z_]\w*(?:\.\w+|\[\d+\])*$/.test(cel) ? cel.replaceAll('[', '.[') : undefined;
    const alone =
      source.trim() === whole
        ? `write !cel ${cel.includes('"') ? `'${cel.replaceAll("'", "''")}'` : `"${cel}"`}`
        : `set a variable: "name: !cel ${cel}", and name that`;
    return {
      message: `"${whole}" is not a path or a helper`,
      hint: path === undefined ? alone : `write {{${path}}}`,
      range: [index, index + whole.length],
    };
  }
  return undefined;
}

function parses(mustache: string): boolean {
  try {
    Handlebars.parse(mustache);
    return true;
  } catch {
    return false;
  }
}

function expected(message: string): string {
  const got = /got '(\w+)'/.exec(message)?.[1];
  if (got === 'EOF') return 'it ends too early (is a block or a mustache left open?)';
  return got === undefined
    ? message.replace(/\n[^]*$/, '')
    : `"${got.toLowerCase().replaceAll('_', ' ')}" is not expected here`;
}

function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** What the conversion of one source carries along. */
interface Reading {
  readonly starts: readonly number[];
  readonly problems: Problem[];
}

function bodyOf(reading: Reading, program: hbs.AST.Program | undefined): TemplateBody {
  return (program?.body ?? []).flatMap((statement) => nodesOf(reading, statement));
}

function nodesOf(reading: Reading, statement: hbs.AST.Statement): readonly TemplateNode[] {
  switch (statement.type) {
    case 'ContentStatement': {
      const text = (statement as hbs.AST.ContentStatement).value;
      return text === '' ? [] : [{kind: 'content', text}];
    }
    case 'CommentStatement':
      return [];
    case 'MustacheStatement':
      return [{kind: 'value', value: callOf(reading, statement as hbs.AST.MustacheStatement)}];
    case 'BlockStatement':
      return blockOf(reading, statement as hbs.AST.BlockStatement);
    default:
      problem(reading, statement, {
        message: 'partials and decorators are not supported',
        hint: 'write the text here, or keep it in a file of its own',
      });
      return [];
  }
}

function blockOf(reading: Reading, block: hbs.AST.BlockStatement): readonly TemplateNode[] {
  const name = block.path.original;
  // Handlebars gives an inverse-only block (`{{^…}}`) no program.
  const program = block.program as hbs.AST.Program | undefined;
  const body = bodyOf(reading, program);
  const otherwise = bodyOf(reading, block.inverse);
  const [subject, ...more] = block.params.map((parameter) => valueOf(reading, parameter));
  if (!blockNames.includes(name)) {
    const hint = didYouMean(name, blockNames) ?? 'blocks are {{#if}}, {{#unless}}, {{#each}} and {{#with}}';
    problem(reading, block.path, {message: `"{{#${name}}}" is not a block`, hint});
    return [];
  }
  if (subject === undefined || more.length > 0) {
    problem(reading, block.path, {
      message: `"{{#${name}}}" takes one value`,
      hint: 'put a call in parentheses: {{#if (eq a b)}}',
    });
    return [];
  }
  if (name === 'if' || name === 'unless')
    return [{kind: 'if', negated: name === 'unless', condition: subject, body, otherwise}];
  return [{kind: name === 'each' ? 'each' : 'with', subject, names: program?.blockParams ?? [], body, otherwise}];
}

function valueOf(reading: Reading, expression: hbs.AST.Expression): TemplateValue {
  const range = rangeOf(reading, expression);
  switch (expression.type) {
    case 'PathExpression':
      return pathOf(expression as hbs.AST.PathExpression, range);
    case 'SubExpression':
      return callOf(reading, expression as hbs.AST.SubExpression);
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral':
      return {kind: 'literal', value: (expression as hbs.AST.StringLiteral).value, range};
    case 'NullLiteral':
      return {kind: 'literal', value: null, range};
    default:
      problem(reading, expression, {
        message: 'this cannot stand in a mustache',
        hint: 'write a name, a text or a number',
      });
      return {kind: 'literal', value: null, range};
  }
}

function pathOf(path: hbs.AST.PathExpression, range: Range): TemplatePath {
  const here = /^(\.\.\/)*(this\b|\.(?!\.))/.test(path.original);
  return {kind: 'path', parts: path.parts, up: path.depth, data: path.data, here, text: path.original, range};
}

function callOf(reading: Reading, statement: hbs.AST.MustacheStatement | hbs.AST.SubExpression): TemplateValue {
  // A hash is missing where no named argument is given.
  const pairs = (statement.hash as hbs.AST.Hash | undefined)?.pairs ?? [];
  if (statement.type === 'MustacheStatement' && statement.params.length === 0 && pairs.length === 0)
    return valueOf(reading, statement.path);
  const name = statement.path.type === 'PathExpression' ? (statement.path as hbs.AST.PathExpression).original : '';
  const given = statement.params.map((parameter) => valueOf(reading, parameter));
  const named = new Map(pairs.map((pair) => [pair.key, valueOf(reading, pair.value)]));
  const helper = helpers.get(name);
  if (!helper) {
    const hint = didYouMean(name, helpers.keys()) ?? `helpers are ${[...helpers.keys()].join(', ')}`;
    problem(reading, statement.path, {message: `"${name}" is not a helper`, hint});
  } else {
    const hint = `write {{${helper.usage}}}`;
    const fits = given.length >= helper.least && given.length <= helper.most;
    if (!fits)
      problem(reading, statement.path, {
        message: `"${name}" takes ${counted(helper.least, helper.most)}, not ${given.length}`,
        hint,
      });
    for (const pair of pairs) {
      if (!helper.options.includes(pair.key))
        problem(reading, pair, {message: `"${name}" has no option "${pair.key}"`, hint});
    }
  }
  return {kind: 'call', helper: name, arguments: given, named, range: rangeOf(reading, statement)};
}

function rangeOf(reading: Reading, node: hbs.AST.Node): Range {
  const offset = (position: hbs.AST.Position): number => (reading.starts[position.line - 1] ?? 0) + position.column;
  return [offset(node.loc.start), offset(node.loc.end)];
}

function problem(reading: Reading, node: hbs.AST.Node, text: {readonly message: string; readonly hint: string}): void {
  reading.problems.push({...text, range: rangeOf(reading, node)});
}

function counted(least: number, most: number): string {
  const words = least === most ? String(least) : most === Infinity ? `${least} or more` : `${least} to ${most}`;
  return `${words} value${words === '1' ? '' : 's'}`;
}
