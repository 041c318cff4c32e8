import {randomBytes} from 'node:crypto';
import type {FileToPut} from '../../host.js';
import type {Sending} from './content.js';
import type {Standing, Survey} from './survey.js';

/** A file that goes with others in one stream, and what is known of its place. */
export interface Parcel {
  readonly file: FileToPut;
  readonly content: Sending;
  /** The real path of its folder. */
  readonly folder: string;
  readonly name: string;
  readonly standing: Standing;
}

/** Files with the same attributes to be set. */
export interface Outfit {
  readonly mode: string;
  /** What `chown` is told; undefined: nothing. */
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** The group was only found, and is kept where the user may give it. */
  readonly mayKeepGroup: boolean;
  /** Numbers of the files in the shipment. */
  readonly files: readonly number[];
}

/** All that one stream brings to one machine; paths are below `top`, numbers those of `parcels`. */
export interface Shipment {
  readonly top: string;
  readonly parcels: readonly Parcel[];
  /** Where each file waits. */
  readonly staged: readonly string[];
  /** The folders that files go to, each with the one in it in which they wait, and their numbers. */
  readonly folders: readonly {readonly path: string; readonly stage: string; readonly files: readonly number[]}[];
  readonly outfits: readonly Outfit[];
  readonly keepsTimes: boolean;
}

/** Makes a shipment. Files wait beside their places, so that each comes to its place by a rename, whatever is mounted there. */
export function shipmentOf(parcels: readonly Parcel[], {uid}: Pick<Survey, 'uid'>): Shipment {
  const top = commonFolder(parcels.map(({folder}) => folder));
  const stage = stageName();
  const below = (folder: string): string => folder.slice(top === '/' ? 1 : top.length + 1);
  const places = parcels.map(({folder}) => (below(folder) === '' ? '.' : below(folder)));
  const stageOf = (place: string): string => (place === '.' ? stage : `${place}/${stage}`);
  return {
    top,
    parcels,
    staged: parcels.map(({name}, index) => `${stageOf(places[index] ?? '.')}/${name}`),
    folders: [...grouped(places)].map(([path, files]) => ({path, stage: stageOf(path), files})),
    outfits: outfitsOf(parcels, uid),
    keepsTimes: parcels[0]?.file.options?.mtime !== undefined,
  };
}

/** A name for folders in which files wait, which nothing else has. */
export function stageName(): string {
  return `.u7s-${randomBytes(6).toString('hex')}`;
}

function outfitsOf(parcels: readonly Parcel[], uid: string): readonly Outfit[] {
  const outfits = parcels.map((parcel) => outfitOf(parcel, uid));
  const kinds = grouped(outfits.map((outfit) => JSON.stringify(outfit)));
  return [...kinds].map(([kind, files]) => ({...(JSON.parse(kind) as Omit<Outfit, 'files'>), files}));
}

function outfitOf({file: {options = {}}, standing}: Parcel, uid: string): Omit<Outfit, 'files'> {
  const present = standing.type === 'file' ? standing : undefined;
  const owner = options.owner ?? present?.uid;
  const group = options.group ?? present?.gid;
  return {
    mode: options.mode ?? present?.mode ?? '0644',
    owner: owner === uid ? undefined : owner,
    group,
    mayKeepGroup: options.group === undefined,
  };
}

/** The numbers of those that are alike. */
function grouped(words: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  words.forEach((word, index) => {
    const present = found.get(word);
    if (present) present.push(index);
    else found.set(word, [index]);
  });
  return found;
}

function commonFolder(folders: readonly string[]): string {
  const [first = '/', ...others] = folders;
  let steps = first.split('/');
  for (const folder of others) {
    const theirs = folder.split('/');
    const differs = steps.findIndex((step, index) => step !== theirs[index]);
    if (differs >= 0) steps = steps.slice(0, differs);
  }
  return steps.join('/') || '/';
}
