/** Writes plain data as YAML 1.2 block text without a final newline; every string survives a round trip. */
export function yamlText(value: unknown): string {
  return lines(value).join('\n');
}

function lines(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? ['[]'] : value.flatMap((item: unknown) => nested(item, '- '));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0 ? ['{}'] : entries.flatMap(([key, member]) => underKey(scalar(key), member));
  }
  return [scalar(value)];
}

function nested(item: unknown, lead: string): readonly string[] {
  return lines(item).map((line, index) => (index === 0 ? lead : '  ') + line);
}

/** The text of a value that ansible-vault encrypted, as plain data has it. */
export function sealedText(member: unknown): string | undefined {
  if (typeof member !== 'object' || member === null || Object.keys(member).length !== 1) return undefined;
  const text: unknown = Reflect.get(member, '__ansible_vault');
  return typeof text === 'string' ? text : undefined;
}

function underKey(key: string, member: unknown): readonly string[] {
  const sealed = sealedText(member);
  if (sealed !== undefined)
    return [
      `${key}: !vault |`,
      ...sealed
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ];
  const written = lines(member);
  const isBlock = typeof member === 'object' && member !== null && Object.keys(member).length > 0;
  return isBlock ? [`${key}:`, ...written.map((line) => `  ${line}`)] : [`${key}: ${written[0] ?? ''}`];
}

const ambiguous = /^(?:true|false|null|yes|no|on|off|y|n|~|[-+.\d].*|.*:\s.*|.*:$|.*\s#.*)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z0-9_./@%+-][\w ./:@%+=,~-]*$/.test(value) && !ambiguous.test(value) && value.trim() === value
    ? value
    : JSON.stringify(value);
}
