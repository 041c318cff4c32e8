import type {InventoryGroup} from '../load/project.js';

type Values = Readonly<Record<string, unknown>>;

export interface DrawOptions {
  readonly tree: ReadonlyMap<string, InventoryGroup>;
  /** Gives what is shown below hosts and groups; undefined: nothing. */
  readonly variables:
    {readonly host: (name: string) => Values; readonly group: (group: InventoryGroup) => Values} | undefined;
}

/** A group with what is inside of it, as `ansible-inventory --graph` draws it: groups, then hosts, then variables. */
export function drawGroup(group: InventoryGroup, options: DrawOptions): string {
  return linesOf(group, options, 0)
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(group: InventoryGroup, options: DrawOptions, depth: number): readonly string[] {
  const {tree, variables} = options;
  const inside = depth + 1;
  const children = group.children.flatMap((name) => {
    const child = tree.get(name);
    return child === undefined ? [] : linesOf(child, options, inside);
  });
  const hosts = group.name === 'all' ? [] : group.hosts;
  return [
    lineOf(`@${group.name}:`, depth),
    ...children,
    ...hosts.flatMap((name) => [
      lineOf(name, inside),
      ...(variables ? valueLines(variables.host(name), inside + 1) : []),
    ]),
    ...(variables ? valueLines(variables.group(group), inside) : []),
  ];
}

function valueLines(values: Values, depth: number): readonly string[] {
  return Object.entries(values)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => lineOf(`{${name} = ${typeof value === 'string' ? value : pythonText(value)}}`, depth));
}

function lineOf(text: string, depth: number): string {
  return depth === 0 ? text : `${'  |'.repeat(depth)}--${text}`;
}

/** Data as Python writes it, which is what this form of Ansible shows. */
function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, member]) => `${pythonText(key)}: ${pythonText(member)}`)
      .join(', ')}}`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
