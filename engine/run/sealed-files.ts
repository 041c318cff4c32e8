import {isUtf8} from 'node:buffer';
import {closeSync, openSync, readSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import type {Content, Host} from '../host.js';
import type {Secrets} from '../secrets.js';

/** What knows the passwords of encrypted files. */
export interface Unsealing {
  /** Whether a file that begins so is encrypted. */
  isSealed(start: Uint8Array): boolean;
  /** What is in an encrypted file; throws `Refused` where it cannot be opened. */
  open(bytes: Uint8Array, path: string): Uint8Array;
}

/** Files of the controller that are encrypted there, and sent as what is in them. */
export interface SealedFiles {
  /** Opens a file (`bytes`: it was read already), which is a secret from here on: its content, and the path under which `host` knows it. Undefined where it is not encrypted. */
  open(path: string, bytes?: Buffer): Promise<{readonly path: string; readonly bytes: Buffer} | undefined>;
  /** The path of a folder some files of which were opened. */
  folder(path: string): string;
  /** A host that writes the content of opened files where it is told their paths. */
  host(host: Host): Host;
}

/** So begin the paths of opened files: what is in them stays in memory and is written to no disk of the controller. */
const opened = 'opened:';
/** More bytes of a file are not needed to see that it is encrypted. */
const start = 32;

/** The path on the disk of a file or folder that was opened, or of any other. */
export function onDisk(path: string): string {
  return path.startsWith(opened) ? path.slice(opened.length) : path;
}

/** Knows no file yet; without `unsealing` all are sent as they are. */
export function createSealedFiles(unsealing: Unsealing | undefined, secrets: Pick<Secrets, 'add'>): SealedFiles {
  const contents = new Map<string, Buffer>();
  return {
    async open(path, present) {
      if (unsealing?.isSealed(present?.subarray(0, start) ?? startOf(path)) !== true) return undefined;
      const bytes = Buffer.from(unsealing.open(present ?? (await readFile(path)), path));
      contents.set(opened + path, bytes);
      if (isUtf8(bytes)) secrets.add(bytes.toString('utf8'));
      return {path: opened + path, bytes};
    },
    folder: (path) => opened + path,
    host: (host) =>
      contents.size === 0
        ? host
        : {
            ...plainHost(host),
            put: (path, content, options) => host.put(path, unsealed(content), options),
            putAll: (files) => host.putAll(files.map((file) => ({...file, content: unsealed(file.content)}))),
          },
  };

  function unsealed(content: Content): Content {
    const isOpened = typeof content === 'object' && 'local' in content && content.local.startsWith(opened);
    return isOpened ? (contents.get(content.local) ?? {...content, local: onDisk(content.local)}) : content;
  }
}

function plainHost(host: Host): Host {
  return {
    name: host.name,
    exec: (...words) => host.exec(...words),
    run: (...words) => host.run(...words),
    until: (...words) => host.until(...words),
    put: (...words) => host.put(...words),
    putAll: (files) => host.putAll(files),
    fetch: (...words) => host.fetch(...words),
  };
}

/** So few bytes are read in less time than it takes to wait for them. */
function startOf(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(start);
    return bytes.subarray(0, readSync(file, bytes, 0, start, 0));
  } finally {
    closeSync(file);
  }
}
