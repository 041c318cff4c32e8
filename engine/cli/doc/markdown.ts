import type {DocEntry, Member} from './entry.js';

/** A page of Markdown with a table of contents and a section for each module or role. */
export function markdownPage(
  heading: {readonly title: string; readonly text: string},
  entries: readonly DocEntry[],
): string {
  const contents = entries.map(({name, title}) => `| [\`${name}\`](#${name}) | ${cell(title)} |\n`).join('');
  return `# ${heading.title}\n\n${heading.text}\n\n| Name | What it does |\n| --- | --- |\n${contents}\n${entries.map(sectionText).join('\n')}`;
}

function sectionText(entry: DocEntry): string {
  const parts = [
    `## ${entry.name}`,
    entry.kind === 'role' ? entry.description : [`${entry.title}.`, entry.description].join(' ').trim(),
    entry.freeForm === undefined
      ? ''
      : `\`${entry.name}: TEXT\` is short for \`${entry.name}: {${entry.freeForm}: TEXT}\`.`,
    table('Argument', entry.arguments),
    entry.returns.length === 0 ? '' : `It registers:\n\n${table('Member', entry.returns)}`,
    ...entry.examples.map((example) => `\`\`\`yaml\n${example.trimEnd()}\n\`\`\``),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function table(name: string, members: readonly Member[]): string {
  if (members.length === 0) return '';
  return `| ${name} | Type | Default | What it says |\n| --- | --- | --- | --- |\n${members.map((member) => rows(member)).join('\n')}`;
}

/** A line for a member and for each of what it is made of: `list[].name`, `dict.name`. */
function rows(member: Member, within = ''): string {
  const path = `${within}${member.name}`;
  const inside = `${path}${member.type === 'dict' ? '' : '[]'}.`;
  return [row(member, path), ...member.members.map((each) => rows(each, inside))].join('\n');
}

function row(member: Member, path: string): string {
  const byDefault = member.required ? '**required**' : member.byDefault === undefined ? '' : code(member.byDefault);
  const example = member.examples.length === 0 ? '' : ` For example ${member.examples.map(code).join(', ')}.`;
  return `| \`${path}\` | ${cell(member.type)}${member.secret ? ', secret' : ''} | ${byDefault} | ${cell(member.description)}${example} |`;
}

function code(text: string): string {
  return `\`${cell(text).replaceAll('`', "'")}\``;
}

function cell(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}
