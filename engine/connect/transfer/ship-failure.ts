import type {ExecResult} from '../../host.js';
import type {Shipment} from './shipment.js';

/** More lines of what the programs said only repeat it for other files. */
const mostLines = 5;

/** Which file a failed shipment is about, and what is said of it; undefined where that cannot be told. */
export function failureOf(
  shipment: Shipment,
  result: ExecResult,
): {readonly path: string; readonly result: ExecResult} | undefined {
  const {parcels, folders, outfits} = shipment;
  const [step, ...lines] = result.stdout.trimEnd().split('\n');
  const [word = '', ...numbers] = (step ?? '').split(' ');
  const [index = 0, nth = 0] = [...numbers, ...lines].map(Number);
  const about = (file: number | undefined, message?: string) => {
    const parcel = file === undefined ? undefined : parcels[file];
    if (parcel === undefined) return undefined;
    const {path} = parcel.file;
    const said = result.stderr.trimEnd().split('\n').slice(0, mostLines);
    const stderr = [...(message === undefined ? [] : [`${path}: ${message}`]), ...said].join('\n');
    return {path, result: {code: result.code, stdout: '', stderr}};
  };
  switch (word) {
    case 'folder':
      // Each piece of a long list gives the number within it.
      return about(folders[sum(numbers, lines)]?.files[0]);
    case 'outfit':
      return about(outfits[index]?.files[0]);
    case 'left':
      return about(folders[index]?.files[nth]);
    case 'arrived': {
      const short = parcels.findIndex(({content}, at) => Number(lines[at]) !== content.size);
      return about(
        short < 0 ? undefined : short,
        `only ${lines[short] ?? 0} of ${parcels[short]?.content.size ?? 0} bytes arrived`,
      );
    }
    default:
      return undefined;
  }
}

function sum(...lists: readonly (readonly string[])[]): number {
  return lists.flat().reduce((total, text) => total + Number(text), 0);
}
