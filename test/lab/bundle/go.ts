import {join} from 'node:path';
import {packageRoot} from '../../../engine/root.js';
import {command, tryCommand} from '../process.js';
import type {Program} from './recipe.js';

/** Kubernetes' own requirement; from 1.21 on, Go fetches a newer toolchain as a module. */
const wanted = {direct: 24, fetching: 21};

/** Where this recipe's own sources lie. */
export const bundleFolder = join(packageRoot, 'test/lab/bundle');

/** One folder for each pinned Go module. */
export const modulesFolder = join(bundleFolder, 'modules');

/** A Go that can build the bundle, with what its environment needs. */
export interface GoToolchain {
  readonly environment: Readonly<Record<string, string>>;
}

async function minorVersion(): Promise<number | undefined> {
  const found = await tryCommand(['go', 'version']).catch(() => undefined);
  const minor = /go1\.(\d+)/.exec(found?.stdout ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** Finds Go on the PATH, else installs Debian's. Rejects where that is too old to fetch the toolchain that Kubernetes needs. */
export async function haveGo(report: (line: string) => void): Promise<GoToolchain> {
  let minor = await minorVersion();
  if (minor === undefined) {
    report('installing golang-go');
    const environment = {DEBIAN_FRONTEND: 'noninteractive'};
    await command(['apt-get', 'install', '-y', '--no-install-recommends', 'golang-go'], {environment, timeout: 600});
    minor = await minorVersion();
  }
  if (minor === undefined || minor < wanted.fetching) {
    throw new Error(
      `Go 1.${wanted.direct} or newer is needed to build Kubernetes, and 1.${minor ?? '?'} was found: put a newer one first in PATH`,
    );
  }
  const toolchain: Record<string, string> = minor < wanted.direct ? {GOTOOLCHAIN: 'auto'} : {};
  return {environment: {...toolchain, GOFLAGS: '-mod=readonly -buildvcs=false'}};
}

/** Builds one program from its pinned module (or a copy of that in `folder`) into `output`; Go's own cache makes it quick when nothing changed. */
export async function buildProgram(
  program: Program,
  {
    go,
    output,
    folder = join(modulesFolder, program.module),
  }: {readonly go: GoToolchain; readonly output: string; readonly folder?: string},
): Promise<void> {
  const ldflags = ['-s -w', program.ldflags ?? '', program.cgo === true ? '-extldflags "-static"' : '']
    .join(' ')
    .trim();
  const tags = program.tags === undefined ? [] : ['-tags', program.tags];
  await command(
    ['go', 'build', '-C', folder, '-trimpath', ...tags, '-ldflags', ldflags, '-o', output, program.package],
    {
      environment: {...go.environment, CGO_ENABLED: program.cgo === true ? '1' : '0'},
      timeout: 3600,
    },
  );
}
