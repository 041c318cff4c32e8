import {quote, raw, sh} from '../../engine/host.js';

/** What is taken out of an archive, and how. */
export interface Unpacking {
  /** The archive on the machine. */
  readonly archive: string;
  /** Its name, whose ending says how it is packed. */
  readonly name: string;
  readonly strip: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Words for tar or unzip as they are. */
  readonly extra: readonly string[];
}

/** A command that unpacks into a folder, which is a piece of script. */
export function unpackCommand(wish: Unpacking, folder: string): string {
  const {archive, name, strip, include, exclude, extra} = wish;
  if (/\.(?:zip|jar|war)$/i.test(name)) {
    const without = exclude.length === 0 ? '' : sh` -x ${exclude}`;
    return `${sh`unzip -o -q ${extra}`} -d ${folder} ${sh`${archive} ${include}`}${without}`;
  }
  const words = [
    ...compression(name),
    ...(strip === 0 ? [] : [`--strip-components=${strip}`]),
    ...exclude.map((each) => `--exclude=${each}`),
    ...extra,
  ];
  return `${sh`tar -x -o ${words} -f ${archive}`} -C ${folder}${include.length === 0 ? '' : sh` -- ${include}`}`;
}

/** How tar is told of the compression that busybox does not find out. */
function compression(name: string): readonly string[] {
  if (/\.(tgz|tar\.gz)$/i.test(name)) return ['-z'];
  if (/\.(txz|tar\.xz)$/i.test(name)) return ['-J'];
  return /\.(tbz2?|tar\.bz2)$/i.test(name) ? ['-j'] : [];
}

/** A command that unpacks beside, gives what was unpacked to its owner, and puts it into place. */
export function unpackPlaced(
  wish: Unpacking,
  {
    dest,
    owner,
    group,
    mode,
  }: {
    readonly dest: string;
    readonly owner?: string | undefined;
    readonly group?: string | undefined;
    readonly mode?: string | undefined;
  },
): string {
  const steps = [
    ...(owner === undefined ? [] : [sh`find . -mindepth 1 -exec chown -h -- ${owner} '{}' +`]),
    ...(group === undefined ? [] : [sh`find . -mindepth 1 -exec chgrp -h -- ${group} '{}' +`]),
    ...(mode === undefined ? [] : [sh`find . -mindepth 1 ! -type l -exec chmod -- ${mode} '{}' +`]),
  ];
  if (steps.length === 0) return unpackCommand(wish, quote(dest));
  return sh`t=$(mktemp -d -p ${dest} .u7s-XXXXXX) || exit 1
trap 'rm -rf -- "$t"' EXIT
${raw(unpackCommand(wish, '"$t"'))} && cd -- "$t" && ${raw(steps.join(' && '))} &&
find . -mindepth 1 -maxdepth 1 -exec sh -c 'd=$0; tar -cf - "$@" | tar -xpf - -C "$d"' ${dest} '{}' +`;
}
