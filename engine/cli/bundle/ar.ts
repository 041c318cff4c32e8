import {createReadStream} from 'node:fs';
import {open, stat, type FileHandle} from 'node:fs/promises';

const magic = '!<arch>\n';
const headerSize = 60;

/** A member of an archive of ar: where its content begins, and how long it is. */
export interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

function headerOf(name: string, size: number): string {
  const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8)];
  return `${fields.join('')}${String(size).padEnd(10)}\`\n`;
}

/** Writes an archive of ar: members by name, each from a file; the bytes are the same for the same content. */
export async function writeArchive(
  file: string,
  members: readonly (readonly [name: string, from: string])[],
): Promise<void> {
  const archive = await open(file, 'w');
  try {
    await archive.write(magic);
    for (const [name, from] of members) {
      const {size} = await stat(from);
      await archive.write(headerOf(name, size));
      for await (const chunk of createReadStream(from)) await archive.write(chunk as Buffer);
      if (size % 2 === 1) await archive.write('\n');
    }
  } finally {
    await archive.close();
  }
}

async function bytes(archive: FileHandle, offset: number, size: number): Promise<string> {
  const {buffer, bytesRead} = await archive.read(Buffer.alloc(size), 0, size, offset);
  return buffer.toString('latin1', 0, bytesRead);
}

/** The members of an archive of ar. Rejects where a file is none. */
export async function membersOf(file: string): Promise<readonly Member[]> {
  const archive = await open(file);
  try {
    if ((await bytes(archive, 0, magic.length)) !== magic) throw new Error('it is no archive of ar');
    const {size: end} = await archive.stat();
    const members: Member[] = [];
    for (let offset = magic.length; offset < end;) {
      const header = await bytes(archive, offset, headerSize);
      const size = Number(header.slice(48, 58));
      if (header.slice(58) !== '`\n' || !Number.isInteger(size)) throw new Error('it is cut or broken');
      const name = header.slice(0, 16).trim().replace(/\/$/, '');
      members.push({name, offset: offset + headerSize, size});
      offset += headerSize + size + (size % 2);
    }
    return members;
  } finally {
    await archive.close();
  }
}
