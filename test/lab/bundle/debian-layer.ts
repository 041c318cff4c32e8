import {createReadStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {findMirror, mirrorSettings} from '../mirror.js';
import {command} from '../process.js';
import {compressLayer, type Layer} from './image-archive.js';
import {debianPackages} from './recipe.js';

const unneeded = [
  '/usr/share/doc/*',
  '/usr/share/man/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/zoneinfo/*',
];

/**
 * Makes the layer that images with network tools stand on, and takes the static busybox out of it.
 * `folder` gets `debian.tar.gz` and `busybox`.
 */
export async function makeDebianLayer(folder: string): Promise<Layer> {
  const tar = join(folder, 'debian.tar');
  const {archive} = await findMirror();
  const sources = `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive} trixie main`;
  await command(
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=essential',
      `--include=${debianPackages.join(',')}`,
      '--aptopt=APT::Install-Recommends "false";',
      ...(await mirrorSettings()).map((line) => `--aptopt=${line}`),
      ...unneeded.map((path) => `--dpkgopt=path-exclude=${path}`),
      // Images are told by their digests: nothing of the moment or of the machine may be in them.
      '--customize-hook=rm -rf "$1"/var/log/* "$1"/var/cache/* "$1"/etc/hostname "$1"/etc/resolv.conf',
      `--customize-hook=cp "$1"/usr/bin/busybox ${join(folder, 'busybox')}`,
      'trixie',
      tar,
      sources,
    ],
    {environment: {SOURCE_DATE_EPOCH: '0'}, timeout: 1800},
  );
  const layer = await compressLayer(createReadStream(tar), join(folder, 'debian.tar.gz'));
  await rm(tar);
  return layer;
}
