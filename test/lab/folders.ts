import {homedir} from 'node:os';
import {join} from 'node:path';

/** Where everything of all labs lies. Names that begin with a dot belong to no single lab. */
export function cacheFolder(): string {
  // Fixed, whatever XDG_CACHE_HOME says: `inventories/lab/hosts.yml` names files in it, and an inventory knows only `~`.
  return join(homedir(), '.cache', 'u7s-play', 'lab');
}

/** The folder of one lab: keys, ssh configuration, `hosts/`. */
export function labFolder(lab: string): string {
  return join(cacheFolder(), lab);
}

/** The folder of one host of a lab: what it wrote, and what it is started from. */
export function hostFolder(lab: string, host: string): string {
  return join(labFolder(lab), 'hosts', host);
}

/** Where hosts of a lab lie that were put aside, to be started from again. */
export function savedFolder(lab: string): string {
  return join(cacheFolder(), '.saved', lab);
}

/** The Debian packages that were downloaded by any host, kept over labs. */
export function archivesFolder(): string {
  return join(cacheFolder(), '.archives');
}
