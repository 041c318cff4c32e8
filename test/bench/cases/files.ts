import {randomBytes} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {command, tryCommand} from '../../lab/process.js';
import type {Lab} from '../../lab/lab.js';
import type {BenchCase, BenchOptions} from '../bench.js';
import {median, type Figure, type Row} from '../figure.js';
import {haveOnAll, onAll, sameState} from '../hosts.js';
import {interleaved, measured, type Side} from '../measure.js';
import {ourSide} from '../ours.js';

const target = '/srv/bench-files';

/** Copies a file, or a folder with all in it, to all hosts of a lab at once. */
function sides(lab: Lab, {folder, name}: {readonly folder: string; readonly name: string}): readonly Side[] {
  const config = lab.files.config;
  const onEach = (words: string): string =>
    `for host in ${lab.hosts.map((host) => host.name).join(' ')}; do { ${words} || touch failed; } </dev/null & done; wait; ! [ -e failed ]`;
  const shell = (side: string, words: string): Side => ({
    name: side,
    run: () => measured(['sh', '-c', `cd ${folder} && rm -f failed && ${onEach(words)}`]),
  });
  const site = join(folder, `${name}.yml`);
  writeFileSync(
    site,
    `- hosts: all\n  tasks:\n    - copy: {src: ${join(folder, name)}, dest: ${target}/, mode: preserve}\n`,
  );
  return [
    ourSide('u7s-play', [site, '-i', lab.inventory()]),
    shell('scp', `scp -q -r -F ${config} ${name} "$host:${target}/"`),
    shell('rsync', `rsync -a -e "ssh -F ${config}" ${name} "$host:${target}/"`),
    shell('tar over ssh', `tar -cf - ${name} | ssh -F ${config} "$host" tar -xf - -C ${target}`),
  ];
}

async function row(
  title: string,
  name: string,
  {lab, ...options}: Omit<BenchOptions, 'lab'> & {readonly lab: Lab},
): Promise<Row> {
  const here = await command(['sh', '-c', `cd ${options.folder} && find ${name} -type f | sort | xargs sha256sum`]);
  const compared = sides(lab, {folder: options.folder, name}).map((side) => ({
    ...side,
    before: async () => {
      await onAll(lab, `rm -rf ${target}; mkdir ${target}`);
    },
    check: async () => {
      const states = await onAll(lab, `cd ${target} && find ${name} -type f | sort | xargs sha256sum`);
      sameState(states, {expected: here, side: side.name});
    },
  }));
  const figures = await interleaved(compared, options);
  const [, ...others] = figures;
  const [best] = others.toSorted((a: Figure, b: Figure) => median(a.times) - median(b.times));
  return {
    case: `${title} to ${lab.hosts.length} hosts`,
    figures,
    reaches: best ? [{kind: 'at-most', times: 1.1, of: best.side}] : [],
    compared: 'the digest of every file on every host',
  };
}

/** A large file, and many small ones. */
export const files: BenchCase = {
  name: 'files',
  run: async (options) => {
    const lab = await options.lab();
    if ((await tryCommand(['rsync', '--version']).catch(() => undefined)) === undefined)
      await command(['apt-get', '-qq', 'install', '-y', 'rsync'], {timeout: 300});
    await haveOnAll(lab, ['rsync']);
    const folder = join(options.folder, 'files');
    mkdirSync(join(folder, 'small'), {recursive: true});
    writeFileSync(join(folder, 'large.bin'), randomBytes(64 * 1024 * 1024));
    for (let index = 0; index < 2000; index++) {
      const within = join(folder, 'small', `part${index % 20}`);
      mkdirSync(within, {recursive: true});
      writeFileSync(join(within, `file${index}`), randomBytes(512 + (index % 4) * 1024));
    }
    const around = {...options, lab, folder};
    return [await row('64 MiB', 'large.bin', around), await row('2000 small files', 'small', around)];
  },
};
