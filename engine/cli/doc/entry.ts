/** One argument, or one member of a result. */
export interface Member {
  readonly name: string;
  /** In words: `string`, `list of string`, `one of a, b`. */
  readonly type: string;
  readonly description: string;
  readonly required: boolean;
  readonly secret: boolean;
  /** As YAML would have it in one line. */
  readonly byDefault: string | undefined;
  readonly examples: readonly string[];
  /** What a dict, or each dict of a list, is made of. */
  readonly members: readonly Member[];
}

/** What there is to say of a module or a role. */
export interface DocEntry {
  readonly kind: 'module' | 'role';
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The argument that a plain string stands for. */
  readonly freeForm: string | undefined;
  readonly arguments: readonly Member[];
  readonly returns: readonly Member[];
  /** YAML texts. */
  readonly examples: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

/** Makes the documentation of a module from its schema. */
export function moduleEntry(name: string, schema: Schema): DocEntry {
  return {
    kind: 'module',
    name,
    title: textOf(schema['title']),
    description: textOf(schema['description']),
    freeForm: typeof schema['x-free-form'] === 'string' ? schema['x-free-form'] : undefined,
    arguments: members(schema),
    returns: members(schemaOf(schema['returns'])),
    examples: textsOf(schema['examples']),
  };
}

/** Makes the documentation of a role from its `meta/main.yml` and the values of its `defaults/main.yml`, where one that is made up has its source. */
export function roleEntry(name: string, meta: Schema, defaults: Schema = {}): DocEntry {
  const description = textOf(meta['description']) || textOf(schemaOf(meta['galaxy_info'])['description']);
  return {
    kind: 'role',
    name,
    title: description.split(/(?<=[.:])\s/)[0]?.replace(/[.:]$/, '') ?? '',
    description,
    freeForm: undefined,
    arguments: members(schemaOf(meta['arguments'])).map((member) =>
      member.name in defaults ? {...member, byDefault: valueText(defaults[member.name])} : member,
    ),
    returns: [],
    examples: [],
  };
}

function members(schema: Schema): readonly Member[] {
  const required = textsOf(schema['required']);
  return Object.entries(schemaOf(schema['properties'])).map(([name, value]) => {
    const member = schemaOf(value);
    return {
      name,
      type: typeText(member),
      description: textOf(member['description']),
      required: required.includes(name),
      secret: member['writeOnly'] === true,
      byDefault: 'default' in member ? valueText(member['default']) : undefined,
      examples: Array.isArray(member['examples']) ? member['examples'].map(valueText) : [],
      members: members('properties' in member ? member : schemaOf(member['items'])),
    };
  });
}

function typeText(schema: Schema): string {
  const choices = schema['enum'];
  if (Array.isArray(choices)) return `one of ${choices.map(valueText).join(', ')}`;
  if ('const' in schema) return valueText(schema['const']);
  const alternatives = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(alternatives))
    return [...new Set(alternatives.map((each) => typeText(schemaOf(each))))].join(' or ');
  const types = Array.isArray(schema['type']) ? schema['type'].map(String) : [textOf(schema['type'])];
  return types
    .filter((type) => type !== '')
    .map((type) => oneType(type, schema))
    .join(' or ');
}

function oneType(type: string, schema: Schema): string {
  if (type !== 'array') return type === 'object' ? 'dict' : type;
  const items = typeText(schemaOf(schema['items']));
  return items === '' ? 'list' : `list of ${items}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}

function schemaOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
