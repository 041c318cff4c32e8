/** What stands in the file of a source, in the words of the task. */
export interface RepositoryFields {
  readonly name: string;
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components?: readonly string[];
  readonly architectures?: readonly string[];
  readonly languages?: readonly string[];
  readonly targets?: readonly string[];
  /** A path, the text of a key, or a fingerprint. */
  readonly signed_by?: string;
  readonly enabled?: boolean;
  readonly trusted?: boolean;
  readonly by_hash?: boolean;
  readonly pdiffs?: boolean;
  readonly check_date?: boolean;
  readonly check_valid_until?: boolean;
  readonly date_max_future?: number;
  readonly inrelease_path?: string;
  readonly allow_downgrade_to_insecure?: boolean;
  readonly allow_insecure?: boolean;
  readonly allow_weak?: boolean;
}

const fields = [
  'allow_downgrade_to_insecure',
  'allow_insecure',
  'allow_weak',
  'architectures',
  'by_hash',
  'check_date',
  'check_valid_until',
  'components',
  'date_max_future',
  'enabled',
  'inrelease_path',
  'languages',
  'name',
  'pdiffs',
  'signed_by',
  'suites',
  'targets',
  'trusted',
  'types',
  'uris',
] as const satisfies readonly (keyof RepositoryFields)[];

/** The name of a source as that of its file. */
export function sourceSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9-_]+/g, '-')
    .replace(/_/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** The file of a source in apt's deb822 format; `signed` stands for the key. */
export function repositoryText(args: RepositoryFields, signed: string | undefined): string {
  const lines = fields.flatMap((field) => {
    const value = field === 'signed_by' ? signed : args[field];
    return value === undefined ? [] : [`${label(field)}: ${text(value)}`];
  });
  return `${lines.join('\n')}\n`;
}

function label(field: string): string {
  if (field === 'name') return 'X-Repolib-Name';
  if (field === 'uris') return 'URIs';
  return field
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('-');
}

function text(value: string | number | boolean | readonly string[]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'object') return value.join(' ');
  const lines = String(value).trim().split('\n');
  // The lines of a long value are indented, and an empty one is a dot.
  return lines.length === 1 ? (lines[0] ?? '') : `\n${lines.map((line) => `    ${line.trim() || '.'}`).join('\n')}`;
}
