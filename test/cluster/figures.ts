/** What was measured on the way, printed at the end. */
export const figures: string[] = [];

/** Milliseconds as `12.3 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
