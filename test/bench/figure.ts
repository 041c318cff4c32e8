/** What one side of a case took, over all its runs. */
export interface Figure {
  readonly side: string;
  /** Milliseconds of each run. */
  readonly times: readonly number[];
  /** Milliseconds of this machine's processor in the middle run, where they were measured: they tell more than the times where others work on it, too. */
  readonly processor?: number;
  /** Bytes of memory at the most, where they were measured. */
  readonly memory?: number;
  /** Where the time of one more run went. */
  readonly profile?: string;
}

/** What is to be reached: our median against another side's, or against a number of milliseconds (`over` what the floor takes). */
export type Reach =
  | {readonly kind: 'at-most'; readonly times: number; readonly of: string}
  | {readonly kind: 'faster'; readonly times: number; readonly than: string}
  | {readonly kind: 'over'; readonly milliseconds: number; readonly floor: string}
  | {readonly kind: 'within'; readonly milliseconds: number}
  | {readonly kind: 'memory'; readonly bytes: number};

/** A row of the table: a case with what all its sides took. The first side is ours. */
export interface Row {
  readonly case: string;
  readonly figures: readonly Figure[];
  readonly reaches: readonly Reach[];
  /** What was compared before a time counted. */
  readonly compared?: string;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

/** Whether a row reaches what it shall, and the number that says by how much: a ratio, or milliseconds. */
export function judge({figures}: Row, reach: Reach): {readonly text: string; readonly isReached: boolean} {
  const [ours] = figures;
  const of = (side: string): number => median(figures.find((figure) => figure.side === side)?.times ?? []);
  const own = median(ours?.times ?? []);
  switch (reach.kind) {
    case 'at-most': {
      const ratio = own / of(reach.of);
      return {
        text: `${ratio.toFixed(2)}× of ${reach.of} (≤ ${Number(reach.times.toFixed(2))}×)`,
        isReached: ratio <= reach.times,
      };
    }
    case 'faster': {
      const ratio = of(reach.than) / own;
      return {
        text: `${ratio.toFixed(1)}× faster than ${reach.than} (≥ ${reach.times}×)`,
        isReached: ratio >= reach.times,
      };
    }
    case 'over': {
      const over = own - of(reach.floor);
      return {
        text: `${Math.round(over)} ms over ${reach.floor} (≤ ${reach.milliseconds})`,
        isReached: over <= reach.milliseconds,
      };
    }
    case 'within':
      return {text: `${Math.round(own)} ms (≤ ${reach.milliseconds})`, isReached: own <= reach.milliseconds};
    case 'memory': {
      const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
      const memory = ours?.memory ?? Infinity;
      return {text: `${megabytes(memory)} MB (≤ ${megabytes(reach.bytes)})`, isReached: memory <= reach.bytes};
    }
  }
}

/** A row as lines: each side's median and spread, then what was to be reached, and where the time goes of what is missed. */
export function rowText(row: Row): string {
  const lines = row.figures.map(({side, times, processor, memory}) => {
    const spread = `${ms(Math.min(...times))} – ${ms(Math.max(...times))}`;
    const more = [
      ...(processor === undefined ? [] : [`processor ${ms(processor)}`]),
      ...(memory === undefined ? [] : [`${Math.round(memory / 1e6)} MB`]),
    ];
    return `  ${side.padEnd(28)}${ms(median(times)).padStart(10)}  (${[spread, `${times.length} runs`, ...more].join(', ')})`;
  });
  const judged = row.reaches.map((reach) => judge(row, reach));
  const reached = judged.map(({text, isReached}) => `  ${isReached ? 'reached' : 'MISSED '}  ${text}`);
  const profile = judged.every(({isReached}) => isReached) ? undefined : row.figures[0]?.profile;
  return [
    row.case,
    ...lines,
    ...reached,
    ...(row.compared === undefined ? [] : [`  compared: ${row.compared}`]),
    ...(profile === undefined ? [] : [`\n${profile.replaceAll(/^(?=.)/gm, '  ')}`]),
    '',
  ].join('\n');
}

/** The rows as a table in Markdown, with a line for each side that u7s-play is compared with. */
export function tableText(rows: readonly Row[]): string {
  const cell = ({side, times}: Figure): string => `${side}: ${ms(median(times))}`;
  const lines = rows.map((row) => {
    const [ours, ...others] = row.figures;
    const judged = row.reaches.map((reach) => judge(row, reach));
    const verdicts = judged.map(({text, isReached}) => (isReached ? text : `**missed**: ${text}`));
    return [
      row.case,
      ours === undefined ? '' : ms(median(ours.times)),
      others.map(cell).join('<br>'),
      verdicts.join('<br>'),
    ];
  });
  const all = [['case', 'u7s-play', 'others', 'reach'], ['---', '---', '---', '---'], ...lines];
  return all.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function ms(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
