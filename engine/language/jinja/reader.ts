import {NotJinja} from './piece.js';

/** A piece of an expression of Jinja: a name, a number, a quoted text, or a sign. */
interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
}

const signs = /^(?:==|!=|<=|>=|\/\/|\*\*|[-+*/%~<>()[\]{}.,:|=])/;

/** Takes an expression of Jinja apart; throws `NotJinja`. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let rest = source.trim(); rest !== ''; rest = rest.trimStart()) {
    const [name] = /^[A-Za-z_]\w*/.exec(rest) ?? [];
    const [number] = /^\d+(?:\.\d+)?/.exec(rest) ?? [];
    const [text] = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/s.exec(rest) ?? [];
    const [sign] = signs.exec(rest) ?? [];
    const found = name ?? number ?? text ?? sign;
    if (found === undefined) throw new NotJinja();
    const kind = name !== undefined ? 'name' : number !== undefined ? 'number' : text !== undefined ? 'text' : 'sign';
    tokens.push({kind, text: found});
    rest = rest.slice(found.length);
  }
  return tokens;
}

/** Goes through tokens. */
export interface Reader {
  peek(ahead?: number): Token;
  next(): Token;
  /** Takes a word or sign when it comes next. */
  take(text: string): boolean;
  want(text: string): void;
}

/** A reader at the first token. */
export function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? {kind: 'end', text: ''};
  const take = (text: string): boolean => {
    if (peek().kind === 'text' || peek().text !== text) return false;
    at++;
    return true;
  };
  return {
    peek,
    next: () => tokens[at++] ?? {kind: 'end', text: ''},
    take,
    want(text) {
      if (!take(text)) throw new NotJinja();
    },
  };
}
