import {quote, raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type FactKind} from '../../engine/task.js';
import {canonicalPath, isBelow} from './file/state.js';

export interface GitKey {
  readonly dest: string;
  readonly repo: string;
  /** Branch, tag or commit; HEAD: what the repository calls its own. */
  readonly version: string;
  readonly remote: string;
  /** Ask the repository where the version is now. */
  readonly ask: boolean;
  readonly bare: boolean;
  /** Words before git: settings of the connection. */
  readonly environment: Readonly<Record<string, string>>;
  readonly executable: string;
}

export interface GitState {
  readonly installed: boolean;
  /** What is at the destination: nothing, an empty folder, a clone, something else. */
  readonly there: 'absent' | 'empty' | 'clone' | 'other';
  /** The commit that is checked out (of a bare one: where the version is). */
  readonly head?: string;
  /** The branch that is checked out. */
  readonly branch?: string;
  readonly url?: string;
  /** Files under version control are changed and not committed. */
  readonly modified: boolean;
  /** The commit of the version, as the repository tells it, or a commit that is here already. */
  readonly wanted?: string;
  /** The version is a branch of this name. */
  readonly wantedBranch?: string;
  /** What the repository answered instead. */
  readonly error?: string;
}

/** A line of environment settings before a command of git. */
export function gitWords({executable, environment}: Pick<GitKey, 'executable' | 'environment'>): string {
  const settings = {GIT_TERMINAL_PROMPT: '0', ...environment};
  return [
    ...Object.entries(settings).map(([name, value]) => `${name}=${quote(value)}`),
    // Whose the folder is was decided by who asks for it.
    quote(executable),
    '-c',
    "safe.directory='*'",
  ].join(' ');
}

/** A clone of a repository, and where the repository's version is. */
export const gitFact: FactKind<GitKey, GitState> = {
  name: 'git',
  id: (key) => `${canonicalPath(key.dest)} ${JSON.stringify([key.repo, key.version, key.remote, key.ask])}`,
  script: (keys) => keys.map(look).join('\n'),
  parse(keys, result) {
    const parts = result.stdout.split(/^\.\n/m);
    if (parts.length !== keys.length + 1) throw new Error(`cannot ask git: ${result.stderr.trim()}`);
    return keys.map((key, index) => answer(key, parts[index] ?? ''));
  },
  follows(key, before, promised) {
    if (promised.kind === 'package') return before.installed ? undefined : unknown(`what package brings git`);
    if (promised.kind !== 'file') return undefined;
    const place = 'under' in promised ? promised.under : promised.id;
    const repo = key.repo.replace(/^file:\/\//, '');
    const dest = canonicalPath(key.dest);
    if (repo.startsWith('/') && (repo === place || isBelow(place, repo) || isBelow(repo, place)))
      return unknown(`what ${place} holds`);
    const {value} = promised;
    const type: unknown = isUnknown(value) ? value : Reflect.get(Object(value), 'type');
    const isAbove = dest === place || isBelow(dest, place);
    if (isAbove && type === 'absent') {
      const {head: _, branch: __, url: ___, ...rest} = before;
      return {...rest, there: 'absent', modified: false};
    }
    if (place === dest && type === 'directory')
      return before.there === 'absent' ? {...before, there: 'empty'} : undefined;
    return isAbove || isBelow(place, dest) ? (before.modified ? undefined : unknown(`what ${place} holds`)) : undefined;
  },
  show(before, after) {
    if (isUnknown(after)) return [{what: 'commit', before: before?.head, after: `(needs ${after.$unknown})`}];
    return [
      ...(before?.url === after.url || after.url === undefined
        ? []
        : [{what: 'url', before: before?.url, after: after.url}]),
      ...(before?.head === after.head ? [] : [{what: 'commit', before: before?.head, after: after.head}]),
    ];
  },
};

function look(key: GitKey): string {
  const git = gitWords(key);
  const {dest, version, remote, repo} = key;
  const inside = key.bare ? sh`--git-dir ${dest}` : sh`-C ${dest}`;
  const place = `${git} ${inside}`;
  const head = key.bare ? sh`rev-parse -q --verify ${`${version}^{commit}`}` : 'rev-parse -q --verify HEAD';
  const listed = sh`ls-remote -- ${repo} ${version === 'HEAD' ? ['HEAD', 'refs/heads/*'] : [`refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`]}`;
  const symbolic = sh`ls-remote --symref -- ${repo} HEAD`;
  return sh`( command -v ${key.executable} >/dev/null 2>&1 || { echo missing; exit; }
d=${dest}
if [ ! -e "$d" ]; then echo absent; elif [ ! -d "$d" ]; then echo other
elif ${raw(key.bare ? '[ -f "$d/HEAD" ] && [ -d "$d/objects" ]' : '[ -e "$d/.git" ]')}; then echo clone
  echo "head $(${raw(`${place} ${head}`)} 2>/dev/null)"
  echo "branch $(${raw(place)} symbolic-ref -q --short HEAD 2>/dev/null)"
  echo "url $(${raw(place)} config --get ${`remote.${remote}.url`} 2>/dev/null)"
  echo "here $(${raw(place)} rev-parse -q --verify ${`${version}^{commit}`} 2>/dev/null)"
  ${raw(key.bare ? ':' : `[ -z "$(${place} --no-optional-locks status --porcelain --untracked-files=no 2>/dev/null | head -n 1)" ] || echo modified`)}
elif [ -z "$(ls -A "$d" 2>/dev/null)" ]; then echo empty; else echo other; fi
${raw(
  key.ask
    ? `if r=$(${git} ${listed} 2>&1 </dev/null); then printf '%s\\n' "$r" | sed 's/^/ref /'; ${version === 'HEAD' ? `${git} ${symbolic} 2>/dev/null | sed -n 's/^ref: /symref /p'` : ':'}; else printf '%s\\n' "$r" | tail -n 3 | tr '\\n' ' ' | sed 's/^/error /'; echo; fi`
    : ':',
)} ); echo .`;
}

function answer(key: GitKey, text: string): GitState {
  const [first = '', ...lines] = text.split('\n');
  if (first === 'missing') return {installed: false, there: 'absent', modified: false};
  const said = (word: string): string | undefined => {
    const line = lines.find((each) => each.startsWith(`${word} `));
    return line === undefined || line.length <= word.length + 1 ? undefined : line.slice(word.length + 1).trim();
  };
  const refs = new Map(
    lines
      .filter((line) => line.startsWith('ref '))
      .map((line) => line.slice(4).split('\t'))
      .map(([commit = '', name = '']) => [name, commit]),
  );
  const {head, branch, url, error} = {
    head: said('head'),
    branch: said('branch'),
    url: said('url'),
    error: said('error'),
  };
  const isCommit = /^[0-9a-f]{40}$/.test(key.version);
  const own = said('symref')
    ?.split('\t')[0]
    ?.replace(/^refs\/heads\//, '');
  const name = key.version === 'HEAD' ? own : refs.has(`refs/heads/${key.version}`) ? key.version : undefined;
  const asked =
    key.version === 'HEAD'
      ? refs.get('HEAD')
      : (refs.get(`refs/heads/${key.version}`) ??
        refs.get(`refs/tags/${key.version}^{}`) ??
        refs.get(`refs/tags/${key.version}`));
  const wanted = asked ?? (isCommit ? key.version : key.ask ? undefined : said('here'));
  return {
    installed: true,
    there: first as GitState['there'],
    ...(head === undefined ? {} : {head}),
    ...(branch === undefined ? {} : {branch}),
    ...(url === undefined ? {} : {url}),
    modified: lines.includes('modified'),
    ...(wanted === undefined ? {} : {wanted}),
    ...(name === undefined ? {} : {wantedBranch: name}),
    ...(error === undefined ? {} : {error}),
  };
}
