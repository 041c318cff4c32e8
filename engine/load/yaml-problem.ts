/** A problem of YAML in the user's words. */
export interface Explained {
  readonly message: string;
  readonly hint?: string;
}

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Says what a syntax error means to somebody who writes playbooks; `from` and `to` are offsets in the text. */
export function explainSyntax(
  text: string,
  {code, message, pos}: SyntaxError,
): Explained & {readonly from: number; readonly to: number} {
  const [from, to] = pos;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const value = /^(?<lead>\s*(?:- +)*(?:[\w.-]+:\s+)?)(?<value>\S.*?)\s*$/.exec(line);
  const written = value?.groups?.['value'] ?? '';
  const valueAt = lineStart + (value?.groups?.['lead']?.length ?? 0);
  const whole = {from: valueAt, to: valueAt + written.length};
  if (/^\{\{/.test(written))
    return {message: 'a value that begins with "{{" is a YAML map', hint: `quote it: ${quoted(written)}`, ...whole};
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a colon followed by a space makes a YAML map, and none may begin here',
        hint: `quote the text or the expression: ${quoted(written)}`,
        ...whole,
      };
    case 'UNEXPECTED_TOKEN':
      if (/^["']/.test(written))
        return {
          message: 'text goes on after the closing quote',
          hint: `quote the expression as a whole: ${quoted(written)}`,
          ...whole,
        };
      break;
    case 'BAD_SCALAR_START':
      return {
        message: `a plain value cannot begin with "${text[from] ?? ''}"`,
        hint: `quote it: ${quoted(written)}`,
        ...whole,
      };
    case 'TAB_AS_INDENT':
      return {message: 'a tab cannot indent YAML', hint: 'write spaces', from, to};
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'a line without a colon, or one indented otherwise than its neighbours',
        hint: 'write "key: value", and indent the keys of a map alike',
        from,
        to,
      };
    case 'MISSING_CHAR':
      if (message.includes('quote')) return {message: 'a quote is opened and never closed', from, to};
      break;
  }
  return {message: `broken YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`, from, to};
}

/** What is wrong with a scalar's tag; `written` begins with it, `expression` is what the user most likely meant. */
export function tagProblem(tag: string, written: string): Explained & {readonly expression?: string} {
  if (/^![\w(!]/.test(tag) && /[().=&|<>]|^!\w+$/.test(written)) {
    const hint = `quote the expression: ${quoted(written)}`;
    return {message: `"${tag}" is a YAML tag here`, hint, expression: written};
  }
  const hint = `quote it where text is meant: ${quoted(written)}`;
  return {message: `"${tag}" is a YAML tag that means nothing here`, hint};
}

/** What is wrong with a number as it is written, if anything. */
export function numberProblem(source: string, value: number): Explained | undefined {
  if (/^[-+]?0\d+$/.test(source))
    return {message: `${source} is the number ${value} in YAML 1.2`, hint: `quote it: "${source}"`};
  if (!Number.isFinite(value))
    return {
      message: `${source} is no number that can be worked with`,
      hint: `quote it where text is meant: "${source}"`,
    };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return {message: `${source} is too large to be kept exactly`, hint: `quote it: "${source}"`};
  return undefined;
}

/** In the quotes that need no escape where possible. */
function quoted(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

/** The offset of a line that begins hundreds of lists: the parser takes memory for them without end. */
export function tooDeep(text: string): number | undefined {
  return /^[ ]*(?:[-?] +){200}/m.exec(text)?.index;
}
