import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  Scalar,
  type Document,
  type Node,
  type Pair,
  type ScalarTag,
} from '../yaml.js';
import type {DictEntry, Term} from '../language/term.js';
import {locatable, type Span} from '../span.js';
import {stringTerm} from './plain.js';
import type {Report} from './report.js';
import {placesOf, type ScalarSource} from './scalar-place.js';
import {sealedFile, sealedInJson, unsealedTerm, type Unsealing} from './sealed.js';
import {endOf, lineAt, nodeSpan, spanOf, startOf, tagSpan, type YamlText} from './yaml-place.js';
import {explainSyntax, numberProblem, tagProblem, tooDeep} from './yaml-problem.js';

const celTag: ScalarTag = {tag: '!cel', resolve: (text) => new Scalar(text)};

/** Aliases may stand for this many nodes of a file in all. */
const mostAliased = 100_000;

interface Reading extends YamlText {
  readonly report: Report;
  readonly unsealing: Unsealing;
  /** The whole file was encrypted. */
  readonly sealed: boolean;
  readonly scalars: Map<Span, ScalarSource> | undefined;
  readonly anchors: Map<string, Term | 'open'>;
  aliased: number;
}

/** What YAML is read with. */
export interface YamlOptions {
  readonly report: Report;
  /** Opens values tagged `!vault`. */
  readonly unsealing?: Unsealing;
  /** The whole file was encrypted: each of its values is marked so. */
  readonly sealed?: boolean;
  /** Takes where each text stands. */
  readonly scalars?: Map<Span, ScalarSource>;
}

const noVault: Unsealing = {vault: undefined, keepSealed: false};

/** Reads YAML 1.2 (JSON is a part of it) with the place of every key and value; undefined where the file is empty or its syntax broken, which is reported. */
export function parseYaml(file: string, text: string, options: YamlOptions): Term | undefined {
  const {report} = options;
  const deep = tooDeep(text);
  if (deep !== undefined) {
    report.error({file, line: text.slice(0, deep).split('\n').length, column: 1, length: 1}, nestedTooDeeply);
    return undefined;
  }
  try {
    return parse(file, text, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report.error({file, line: 1, column: 1, length: 1}, nestedTooDeeply);
    return undefined;
  }
}

const nestedTooDeeply = 'lists or maps are nested too deeply';

function parse(
  file: string,
  text: string,
  {report, unsealing = noVault, sealed = false, scalars}: YamlOptions,
): Term | undefined {
  const counter = new LineCounter();
  const documents = parseDocuments(text, counter);
  const reading: Reading = {
    file,
    text,
    lines: counter.lineStarts.length > 0 ? counter.lineStarts : [0],
    report,
    unsealing,
    sealed,
    scalars,
    anchors: new Map(),
    aliased: 0,
  };
  if (reportSyntax(reading, documents)) return undefined;
  const [first, second] = documents;
  if (second)
    report.error(
      spanOf(reading, second.range[0], second.range[0] + 3),
      'a second YAML document begins here; one file holds one',
      'remove the line "---" or make two files',
    );
  return first?.contents ? convert(reading, first.contents) : undefined;
}

function parseDocuments(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    lineCounter,
    prettyErrors: false,
    customTags: [celTag],
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return Array.isArray(parsed) ? parsed : [];
}

function reportSyntax(reading: Reading, documents: readonly Document[]): boolean {
  // One broken line makes the parser stumble over what follows: the first error is the one that helps.
  const [error] = documents.flatMap((document) => document.errors);
  if (!error) return false;
  const {message, hint, from, to} = explainSyntax(reading.text, {
    code: error.code,
    message: error.message,
    pos: error.pos,
  });
  reading.report.error(spanOf(reading, from, to), message, hint);
  return true;
}

function convert(reading: Reading, node: Node): Term {
  if (isAlias(node)) return convertAlias(reading, node);
  const anchor = 'anchor' in node ? node.anchor : undefined;
  if (anchor !== undefined) reading.anchors.set(anchor, 'open');
  const term = isScalar(node)
    ? markedScalar(reading, convertScalar(reading, node))
    : isMap(node)
      ? convertMap(reading, node)
      : convertList(reading, node);
  if (anchor !== undefined) reading.anchors.set(anchor, term);
  return term;
}

function convertAlias(reading: Reading, node: Extract<Node, {source: string}>): Term {
  const at = nodeSpan(reading, node);
  const target = reading.anchors.get(node.source);
  const nothing: Term = {kind: 'literal', at, value: null};
  if (target === undefined) {
    reading.report.error(
      at,
      `"*${node.source}" is a YAML alias of an anchor that is not there`,
      `quote it where text is meant: "*${node.source}"`,
    );
    return {kind: 'text', at, source: ''};
  }
  if (target === 'open') {
    reading.report.error(at, `"*${node.source}" stands inside of what it stands for`);
    return nothing;
  }
  reading.aliased += sizeOf(target);
  if (reading.aliased <= mostAliased) return target;
  reading.report.error(at, `aliases make more than ${mostAliased} values of this file`);
  return nothing;
}

function markedScalar({sealed, unsealing}: Reading, term: Term): Term {
  if (!sealed || unsealing.unmarked || (term.kind !== 'literal' && term.kind !== 'text')) return term;
  return {...term, vault: term.vault ?? sealedFile};
}

function convertScalar(reading: Reading, node: Scalar): Term {
  const at = nodeSpan(reading, node);
  if (node.tag === '!cel') return {kind: 'expression', at: located(reading, node, at), source: String(node.value)};
  if (node.tag === '!vault' || node.tag === '!vault-encrypted')
    return unsealedTerm(String(node.value), reading.unsealing, {at: tagSpan(reading, node), report: reading.report});
  if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
    const span = tagSpan(reading, node);
    const foreign = tagProblem(node.tag, lineAt(reading, span));
    reading.report.error(span, foreign.message, foreign.hint);
    const source = foreign.expression ?? '';
    return {kind: source === '' ? 'text' : 'expression', at: span, source};
  }
  const {value} = node;
  if (typeof value === 'string') return stringTerm(value, located(reading, node, at));
  if (typeof value === 'number' || typeof value === 'bigint')
    return convertNumber(reading, node, {at, value: Number(value)});
  if (typeof value === 'boolean' || value === null || value === undefined)
    return {kind: 'literal', at, value: value ?? null};
  throw new Error(`Internal error: a YAML scalar of type ${typeof value}`);
}

function convertNumber(reading: Reading, node: Scalar, {at, value}: {at: Span; value: number}): Term {
  const source = reading.text.slice(startOf(node), endOf(node));
  const problem = numberProblem(source, value);
  if (!problem) return {kind: 'literal', at, value};
  reading.report.error(at, problem.message, problem.hint);
  return {kind: 'literal', at, value: source};
}

function convertList(reading: Reading, node: Extract<Node, {items: unknown[]}>): Term {
  reportCollectionTag(reading, node);
  return {kind: 'list', at: nodeSpan(reading, node), items: node.items.map((item) => convert(reading, item as Node))};
}

function convertMap(reading: Reading, node: Extract<Node, {items: Pair[]}>): Term {
  const at = nodeSpan(reading, node);
  reportCollectionTag(reading, node);
  const mustache =
    node.flow === true && node.items.length === 1 && isMap(node.items[0]?.key) && node.items[0].key.flow === true;
  if (mustache) {
    const source = reading.text.slice(startOf(node), endOf(node));
    reading.report.error(at, 'these braces make a YAML map, not a template', `quote it: "${source}"`);
    return {kind: 'text', at, source: ''};
  }
  const entries = new Map<string, DictEntry>();
  const merged: DictEntry[] = [];
  for (const pair of node.items) {
    const keyNode = pair.key as Node;
    const value: Term = pair.value
      ? convert(reading, pair.value as Node)
      : {kind: 'literal', at: nodeSpan(reading, keyNode), value: null};
    if (isScalar(keyNode) && keyNode.value === '<<' && keyNode.type === 'PLAIN')
      merged.push(...mergedEntries(reading, value));
    else addEntry(reading, entries, {keyNode, value});
  }
  for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  const dict: Term = {kind: 'dict', at, entries: [...entries.values()]};
  const sealed = sealedInJson(dict);
  return sealed === undefined ? dict : unsealedTerm(sealed, reading.unsealing, {at, report: reading.report});
}

function addEntry(
  reading: Reading,
  entries: Map<string, DictEntry>,
  {keyNode, value}: {keyNode: Node; value: Term},
): void {
  const keyAt = nodeSpan(reading, keyNode);
  if (!isScalar(keyNode) || keyNode.value === null) {
    const isMustache = isMap(keyNode) && keyNode.flow === true;
    const hint = isMustache ? 'names are not templated: write the name as it is' : 'quote it where text is meant';
    reading.report.error(keyAt, isMustache ? 'a key cannot be a template' : 'a key must be a word', hint);
    return;
  }
  const key = typeof keyNode.value === 'string' ? keyNode.value : reading.text.slice(startOf(keyNode), endOf(keyNode));
  const before = entries.get(key);
  if (before) {
    const trail = [{at: before.keyAt, message: 'it stands here first'}];
    reading.report.add({
      severity: 'error',
      at: keyAt,
      message: `key "${key}" stands twice in this map`,
      hint: 'remove one of them',
      trail,
    });
    return;
  }
  entries.set(key, {key, keyAt, value});
}

/** YAML's merge key: `<<: *defaults`, or a list of such; what is written beside it wins. */
function mergedEntries(reading: Reading, value: Term): readonly DictEntry[] {
  if (value.kind === 'dict') return value.entries;
  if (value.kind === 'list') return value.items.flatMap((item) => mergedEntries(reading, item));
  reading.report.error(value.at, '"<<" wants a map, or a list of maps', 'write the alias of an anchor: "<<: *name"');
  return [];
}

function reportCollectionTag(reading: Reading, node: Node): void {
  if (node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:')) return;
  reading.report.error(
    tagSpan(reading, node),
    `"${node.tag}" is a YAML tag that means nothing here`,
    node.tag === '!cel' ? 'an expression is one text: quote it' : 'remove it',
  );
}

function sizeOf(term: Term): number {
  if (term.kind === 'list') return term.items.reduce((sum, item) => sum + sizeOf(item), 1);
  if (term.kind === 'dict') return term.entries.reduce((sum, entry) => sum + sizeOf(entry.value), 1);
  return 1;
}

function located(reading: Reading, node: Scalar, at: Span): Span {
  const style =
    ({QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double', BLOCK_LITERAL: 'block', BLOCK_FOLDED: 'block'} as const)[
      node.type as string
    ] ?? 'plain';
  const source: ScalarSource = {text: reading.text, start: startOf(node), end: endOf(node), style};
  reading.scalars?.set(at, source);
  return locatable(at, placesOf(String(node.value), source, reading.lines));
}
