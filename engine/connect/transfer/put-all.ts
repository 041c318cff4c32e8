import {CommandFailed, type FileToPut, type Host} from '../../host.js';
import {archive, type Member} from './archive.js';
import {isMemberName, isMemberSize, isMemberTime} from './archive-header.js';
import {notReadable, sending, watched} from './content.js';
import {asText, transferTimeout, type Execute} from '../execution.js';
import {labelOf, notWritten} from './put.js';
import {failureOf} from './ship-failure.js';
import {shipScript} from './ship.js';
import {shipmentOf, stageName, type Parcel, type Shipment} from './shipment.js';
import {readSurvey, surveyScript, type Drawer, type Survey} from './survey.js';

/** How files come to the machine. */
interface Ways {
  readonly execute: Execute;
  /** Writes one file by itself. */
  readonly put: Host['put'];
}

// Both bound what the machine must have room for twice.
const mostFiles = 4096;
const mostBytes = 256 * 1024 * 1024;

/** Writes many files, as few streams as can be; where there is no `tar`, or the names are odd, each by itself. */
export async function putAll(files: readonly FileToPut[], ways: Ways): Promise<void> {
  const parcels = files.length < 2 ? [] : await parcelsOf(files, ways);
  const packed = new Set(parcels.map(({file}) => file));
  // What is odd about a place is told first, while nothing has been written.
  for (const file of files) if (!packed.has(file)) await ways.put(file.path, file.content, file.options);
  for (const load of loads(parcels)) await ship(load, ways.execute);
}

/** The files that can go together. */
async function parcelsOf(files: readonly FileToPut[], {execute}: Ways): Promise<readonly PlacedParcel[]> {
  const plain = files.filter(
    ({path, options: {unsafeWrites = false, mtime = 0} = {}}) =>
      !/[\n\r\\\0]|\/$/.test(path) && !unsafeWrites && isMemberTime(mtime),
  );
  const drawers = drawersOf(plain);
  const script = surveyScript(drawers);
  const raw = await execute(script, {timeout: transferTimeout(script.length), label: 'looking where files are to be'});
  const survey = raw.code === 0 ? readSurvey(drawers, raw.stdout.toString()) : undefined;
  if (survey?.hasTar !== true) return [];
  const found: PlacedParcel[] = [];
  for (const [index, {names, files: inside}] of drawers.entries()) {
    const {real: folder, places} = survey.drawers[index] ?? {};
    if (folder === undefined || places === undefined) continue;
    for (const [nth, file] of inside.entries()) {
      const [name, standing] = [names[nth], places[nth]];
      if (name === undefined || standing === undefined || standing.type === 'folder') continue;
      if (!canBeStaged(folder, name)) continue;
      const content = await sending(file.content).catch(notReadable(labelOf(file.path)));
      if (isMemberSize(content.size)) found.push({file, content, folder, name, standing, survey});
    }
  }
  return found;
}

/** Files by their folders. */
function drawersOf(files: readonly FileToPut[]): readonly (Drawer & {readonly files: readonly FileToPut[]})[] {
  const drawers = new Map<string, {folder: string; names: string[]; files: FileToPut[]}>();
  for (const file of files) {
    const named = file.path.startsWith('-') ? `./${file.path}` : file.path;
    const slash = named.lastIndexOf('/');
    const [folder, name] = [slash < 0 ? '.' : named.slice(0, slash + 1), named.slice(slash + 1)];
    const present = drawers.get(folder);
    if (present === undefined) drawers.set(folder, {folder, names: [name], files: [file]});
    else {
      present.names.push(name);
      present.files.push(file);
    }
  }
  return [...drawers.values()];
}

/** As long as any. */
const someStage = stageName();

/** Whether an archive can carry it in the folder in which it waits. */
function canBeStaged(folder: string, name: string): boolean {
  return !folder.includes('\\') && isMemberName(`${folder}/${someStage}/${name}`);
}

interface PlacedParcel extends Parcel {
  readonly survey: Survey;
}

/** What goes in one stream; files whose time is kept go apart from others. */
function loads(parcels: readonly PlacedParcel[]): readonly (readonly PlacedParcel[])[] {
  const found: PlacedParcel[][] = [];
  for (const keepsTimes of [false, true]) {
    let room = {files: 0, bytes: 0};
    for (const parcel of parcels) {
      if ((parcel.file.options?.mtime !== undefined) !== keepsTimes) continue;
      if (room.files === 0 || room.bytes < parcel.content.size) {
        found.push([]);
        room = {files: mostFiles, bytes: mostBytes};
      }
      found.at(-1)?.push(parcel);
      room = {files: room.files - 1, bytes: room.bytes - parcel.content.size};
    }
  }
  return found;
}

async function ship(load: readonly PlacedParcel[], execute: Execute): Promise<void> {
  const [first] = load;
  if (first === undefined) return;
  const shipment = shipmentOf(load, first.survey);
  const label = `writing ${load.length} files below ${shipment.top}`;
  const size = load.reduce((sum, {content}) => sum + content.size + 4096, 0);
  const sent = watched(archive(membersOf(shipment)));
  const raw = await execute(shipScript(shipment), {timeout: transferTimeout(size), label, ...sent});
  sent.check(label);
  if (raw.code === 0) return;
  const result = asText(raw);
  const told = failureOf(shipment, result);
  throw told === undefined ? new CommandFailed(label, result) : notWritten(told.path, told.result);
}

function* membersOf({parcels, staged}: Shipment): Generator<Member> {
  for (const [index, {content, file}] of parcels.entries())
    yield {name: staged[index] ?? '', content, mtime: file.options?.mtime};
}
