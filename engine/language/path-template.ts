import type {TemplateBody, TemplateNode} from './template-tree.js';

const mustache = /\{\{( *)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*) *\}\}(?!\})/y;

/** Words that mean something else than a name. */
const notNames: ReadonlySet<string> = new Set(['this', 'else', 'true', 'false', 'null', 'undefined']);

/** The tree of a text whose mustaches are nothing but paths, as most are; undefined where there is anything else in one. */
export function bodyOfPaths(source: string): TemplateBody | undefined {
  const body: TemplateNode[] = [];
  let kept = 0;
  for (let at = source.indexOf('{{'); at !== -1; at = source.indexOf('{{', kept)) {
    mustache.lastIndex = at;
    const [whole, spaces = '', text = ''] = mustache.exec(source) ?? [];
    const parts = text.split('.');
    if (whole === undefined || source[at - 1] === '\\' || parts.some((part) => notNames.has(part))) return undefined;
    if (at > kept) body.push({kind: 'content', text: source.slice(kept, at)});
    const from = at + 2 + spaces.length;
    body.push({
      kind: 'value',
      value: {kind: 'path', parts, up: 0, data: false, here: false, text, range: [from, from + text.length]},
    });
    kept = at + whole.length;
  }
  if (kept < source.length) body.push({kind: 'content', text: source.slice(kept)});
  return body;
}
