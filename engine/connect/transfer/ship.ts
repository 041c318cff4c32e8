import {pieces, quote, sh} from '../../host.js';
import type {Shipment} from './shipment.js';

/*
 * Everything is unpacked and looked at before the first file is put in its place. Where a step fails, its last line tells at what: `folder N`,
 * `outfit N`, `left N I` (the I-th file of folder N is still waiting), or `arrived` with the sizes of what has come.
 */

/** A script that unpacks an archive from its input and puts what is in it in place. */
export function shipScript(shipment: Shipment): string {
  const {top, parcels, staged, folders, outfits, keepsTimes} = shipment;
  const sizes = parcels.map(({content}) => content.size).join('\n');
  const stages = folders.map(({stage}) => stage);
  return `cd -- ${quote(top)} || exit 1
tell() { printf '%s\\n' "$*"; exit 1; }
first() { # the number of the first that is there, or is not
is=$1; i=0; shift
for p do if [ -e "$p" ]; then [ "$is" = no ] || break; else [ "$is" = yes ] || break; fi; i=$((i+1)); done
echo "$i"
}
stages() {
${lines('"$@"', stages)}
}
all() {
${lines('"$@"', staged)}
}
sizes() { all stat -c %s --; }
arrived() { { echo arrived; sizes; } 2>/dev/null; exit 1; }
trap 'stages rm -rf --' EXIT
trap 'exit 143' HUP INT TERM
umask 077
stages mkdir -- || tell folder "$(stages first no)"
tar -x${keepsTimes ? '' : 'm'}of - >&2 || arrived
[ "$(sizes)" = ${quote(sizes)} ] || arrived
${outfits.map((outfit, index) => outfitScript(shipment, {...outfit, index})).join('')}${folders
    .map((folder, index) => placeScript(shipment, {...folder, index}))
    .join('')}exit 0`;
}

/** One line for each piece of the words. */
function lines(command: string, words: readonly string[]): string {
  return pieces(words)
    .map((some) => `${command} ${sh`${some}`}`)
    .join(' &&\n');
}

function outfitScript(
  {staged}: Shipment,
  {mode, owner, group, mayKeepGroup, files, index}: Shipment['outfits'][number] & {readonly index: number},
): string {
  const names = files.map((file) => staged[file] ?? '');
  const all = files.length === staged.length;
  const each = (command: string): string => (all ? `all ${command}` : `{ ${lines(command, names)}; }`);
  const failed = ` || tell outfit ${index}\n`;
  const change = sh`chown -- ${owner ?? ''}${group === undefined ? '' : `:${group}`}`;
  const changed =
    owner !== undefined
      ? `${each(change)}${failed}`
      : group === undefined
        ? ''
        : mayKeepGroup
          ? `${each(sh`chgrp -- ${group}`)} 2>/dev/null || :\n`
          : `${each(sh`chgrp -- ${group}`)}${failed}`;
  return `${changed}${each(sh`chmod -- ${mode}`)}${failed}`;
}

function placeScript(
  {staged, parcels}: Shipment,
  {path, files, index}: Shipment['folders'][number] & {readonly index: number},
): string {
  // Over a link to a folder, mv would move into the folder.
  const links = files.flatMap((file) => {
    const parcel = parcels[file];
    return parcel?.standing.type === 'link to folder' ? [`${path}/${parcel.name}`] : [];
  });
  let before = 0;
  const moves = pieces(files.map((file) => staged[file] ?? '')).map((some) => {
    const move = sh`set -- ${some}\nmv -f -- "$@" ${path}/ || tell left ${index} $(( $(first yes "$@") + ${before} ))\n`;
    before += some.length;
    return move;
  });
  return `${links.length === 0 ? '' : `${lines('rm -f --', links)} || tell left ${index} 0\n`}${moves.join('')}`;
}
