import {basename} from 'node:path/posix';
import {sh} from '../engine/host.js';
import {ask, promise, refuse, unknown, type Change} from '../engine/task.js';
import {fileFact} from './facts/file.js';
import {parentOf, type FileState} from './facts/file/state.js';
import {withAccounts} from './files/accounts.js';
import {
  demandFolder,
  demandReadable,
  misplaced,
  place,
  placedAnew,
  placementWords,
  settled,
  type Placement,
} from './files/placement.js';

export interface GetUrlArgs extends Placement {
  readonly url: string;
  readonly dest: string;
  readonly checksum?: string;
  readonly force: boolean;
  readonly timeout: number;
  readonly validate_certs: boolean;
}

interface Facts {
  readonly file: FileState;
  readonly parent: FileState;
}

interface GetUrlChange extends Change {
  readonly path: string;
  readonly placement: Placement;
  readonly download?: {
    readonly url: string;
    readonly sha256?: string;
    readonly timeout: number;
    readonly insecure: boolean;
  };
}

function destination(args: GetUrlArgs): string {
  return args.dest.endsWith('/') ? `${args.dest}${basename(new URL(args.url).pathname)}` : args.dest;
}

export const getUrl = withAccounts<GetUrlArgs, Facts, GetUrlChange>({
  name: 'get_url',
  reads: (args) => ({
    file: ask(fileFact, {path: destination(args)}),
    parent: ask(fileFact, {path: parentOf(destination(args)), digest: false}),
  }),
  plan(args, {file, parent}) {
    demandReadable(file);
    if (file.type === 'directory')
      refuse(`'${file.path}' is a folder`, `end 'dest' with a slash to download into it: ${file.path}/`);
    const wanted = args.checksum?.replace(/^sha256:/, '').toLowerCase();
    const path = file.path;
    const isRight = file.type === 'file' && (wanted === undefined || wanted === file.sha256);
    const base = {kind: 'state', path, placement: settled(args, file)} as const;
    if (isRight && !args.force) {
      const members = misplaced(file, args);
      if (Object.keys(members).length === 0) return undefined;
      return {...base, summary: `${path}: ${placementWords(members)}`, makes: [promise(fileFact, {path}, members)]};
    }
    demandFolder(parent, path);
    const anew = file.type === 'file' ? {} : {mode: '0644'};
    return {
      ...base,
      kind: args.force && wanted === undefined ? 'action' : 'state',
      placement: {...anew, ...base.placement},
      summary: `download ${path}`,
      makes: [
        promise(
          fileFact,
          {path},
          {
            exists: true,
            type: 'file',
            sha256: wanted ?? unknown(`what ${args.url} gives`),
            ...anew,
            ...placedAnew(base.placement),
          },
        ),
      ],
      download: {
        url: args.url,
        ...(wanted === undefined ? {} : {sha256: wanted}),
        timeout: args.timeout,
        insecure: !args.validate_certs,
      },
    };
  },
  async apply(host, {path, placement, download}) {
    if (download !== undefined) {
      const {url, sha256 = '', timeout, insecure} = download;
      const beside = `${path}.u7s-download`;
      await host.run(
        sh`trap 'rm -f -- "$f"' EXIT; f=${beside}
if command -v curl >/dev/null 2>&1; then curl -fsSL ${insecure ? ['-k'] : []} --max-time ${timeout} -o "$f" -- ${url}
elif command -v wget >/dev/null 2>&1; then wget -q ${insecure ? ['--no-check-certificate'] : []} -O "$f" -- ${url}
else echo 'neither curl nor wget is on this machine' >&2; exit 127; fi || exit
s=${sha256}; if [ -n "$s" ]; then h=$(sha256sum <"$f" | cut -c1-64); [ "$h" = "$s" ] || { echo "its sha256 is $h, expected $s" >&2; exit 1; }; fi
mv -f -- "$f" ${path}`,
        {timeout: timeout + 30, label: `download of ${url}`},
      );
    }
    await place(host, path, placement);
  },
  output: (args, {file}) => ({url: args.url, dest: file.path, checksum: file.sha256, size: file.size}),
});
