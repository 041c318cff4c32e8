/** It is no expression of Jinja that can be told in CEL. */
export class NotJinja extends Error {
  override readonly name = 'NotJinja';
}

/** What is read so far, as CEL; `weight` says how tightly it binds (9: a value). */
export interface Piece {
  readonly cel: string;
  readonly weight: number;
}

/** A piece that needs no parentheses. */
export const value = (cel: string): Piece => ({cel, weight: 9});
/** A piece as an operand that must bind so tightly at least. */
export const tight = ({cel, weight}: Piece, least: number): string => (weight < least ? `(${cel})` : cel);

/** The opposite. */
export function not(piece: Piece): Piece {
  return {cel: piece.cel.startsWith('!') && piece.weight === 8 ? piece.cel.slice(1) : `!${tight(piece, 8)}`, weight: 8};
}
