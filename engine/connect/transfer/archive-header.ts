/** An archive is made of blocks of so many bytes. */
export const blockSize = 512;

/** Whether every `tar` reads a file of this name, or of an end of it that begins with a folder: busybox knows no extended headers. */
export function isMemberName(path: string): boolean {
  return /^(?=[ -~]*$)(?:.{0,155}\/)?.{1,100}$/.test(path);
}

/** Whether a member can have such a time, in seconds since 1970. */
export function isMemberTime(mtime: number): boolean {
  return mtime >= 0 && mtime < 2 ** 31;
}

/** Whether a member can be so large, in bytes. */
export function isMemberSize(size: number): boolean {
  return size < 8 ** 11;
}

/** What fills the last block of a member of so many bytes. */
export function paddingOf(size: number): Buffer {
  return zeros.subarray(0, -size & (blockSize - 1));
}

const zeros = Buffer.alloc(blockSize);

/** The header of a regular file that only its owner may read, in POSIX's `ustar` format. */
export function headerOf({
  name,
  size,
  mtime,
}: {
  readonly name: string;
  readonly size: number;
  readonly mtime: number;
}): Buffer {
  // The name ends after a hundred bytes; what is before a slash may stand in a place of its own.
  const cut = name.length <= 100 ? -1 : name.indexOf('/', name.length - 101);
  const header = Buffer.alloc(blockSize);
  header.write(name.slice(cut + 1), 0, 'latin1');
  header.write(`0000600\x000000000\x000000000\0${octal(size, 11)}\0${octal(Math.floor(mtime), 11)}\0`, 100, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  if (cut > 0) header.write(name.slice(0, cut), 345, 'latin1');
  let sum = 0;
  // Byte by byte an iterator would take several times as long.
  for (let at = 0; at < blockSize; at++) sum += header[at] ?? 0;
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
