import type {DocEntry, Member} from './entry.js';

const width = 100;

/** The documentation of one module or role as text. */
export function entryText(entry: DocEntry): string {
  const parts = [
    `${entry.name} (${entry.kind}): ${entry.title}`,
    entry.description === '' ? '' : wrapped(entry.description, ''),
    section(entry.kind === 'role' ? 'Arguments (variables of the role):' : 'Arguments:', entry.arguments),
    entry.freeForm === undefined
      ? ''
      : `"${entry.name}: TEXT" is short for "${entry.name}: {${entry.freeForm}: TEXT}".`,
    section('What "register" records, beside changed, failed and skipped:', entry.returns),
    entry.examples.length === 0
      ? ''
      : `Examples:\n${entry.examples.map((example) => indented(example.trimEnd(), '  ')).join('\n')}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** One line for each thing that has a name and a title. */
export function listText(heading: string, entries: readonly Pick<DocEntry, 'name' | 'title'>[]): string {
  const column = Math.max(0, ...entries.map(({name}) => name.length));
  return `${heading}\n${entries.map(({name, title}) => `  ${name.padEnd(column)}  ${title}\n`).join('')}`;
}

function section(heading: string, members: readonly Member[]): string {
  return members.length === 0 ? '' : `${heading}\n${members.map(memberText).join('\n')}`;
}

function memberText(member: Member): string {
  const marks = [member.type, ...(member.required ? ['required'] : []), ...(member.secret ? ['secret'] : [])].filter(
    (mark) => mark !== '',
  );
  const more = [
    ...(member.byDefault === undefined ? [] : [`default: ${member.byDefault}`]),
    ...(member.examples.length === 0
      ? []
      : [`for example: ${member.examples.map((example) => example.trimEnd()).join(' | ')}`]),
    ...(member.members.length === 0 ? [] : [`${member.type === 'dict' ? 'made' : 'each made'} of:`]),
    ...member.members.map(memberText),
  ];
  const head = `  ${member.name}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}`;
  return [head, wrapped(member.description, '      '), ...more.map((line) => indented(line, '      '))]
    .filter((line) => line !== '')
    .join('\n');
}

function wrapped(text: string, margin: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last === undefined || margin.length + last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => margin + line).join('\n');
}

function indented(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : margin + line))
    .join('\n');
}
