/** An argument that is a list, or one text of words between commas (`a,b`). */
export type Listed = string | readonly string[];

/** The items of such an argument. */
export function listOf(value: Listed | undefined): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
