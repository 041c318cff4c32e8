import {createHash} from 'node:crypto';
import {extract, type Header} from 'tar-stream';

/** What stands at a path, as far as two machines can agree on it. */
export interface Entry {
  readonly type: string;
  /** Four octal digits. */
  readonly mode: string;
  /** `name:group`. */
  readonly owner: string;
  /** Seconds since 1970. */
  readonly modified: number;
  /** What a symbolic link says, or the first name of the same file. */
  readonly link: string;
  readonly sha256: string;
  readonly text: string;
}

/** All below a folder, by path. */
export type Tree = ReadonlyMap<string, Entry>;

function nameOr(name: string | undefined, id: number | undefined): string {
  return name === undefined || name === '' ? String(id) : name;
}

function entryOf(header: Header, content: Buffer): Entry {
  return {
    type: header.type,
    mode: header.mode.toString(8).padStart(4, '0'),
    owner: `${nameOr(header.uname, header.uid)}:${nameOr(header.gname, header.gid)}`,
    modified: header.mtime.getTime() / 1000,
    link: header.linkname,
    sha256: content.length === 0 ? '' : createHash('sha256').update(content).digest('hex'),
    text: content.length > 4096 ? '' : content.toString(),
  };
}

/** Reads a tar archive: its entries by path, without the slash at a folder's end. */
export async function readTree(archive: Buffer): Promise<Tree> {
  const tree = new Map<string, Entry>();
  const parser = extract();
  parser.end(archive);
  for await (const entry of parser) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    tree.set(entry.header.name.replace(/\/+$/, ''), entryOf(entry.header, Buffer.concat(chunks)));
  }
  return tree;
}
