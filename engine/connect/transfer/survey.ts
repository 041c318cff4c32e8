import {pieces, sh} from '../../host.js';

/** What stands where a file is to be written; a regular file with its attributes, the end of a link to one with that one's. */
export type Standing =
  | {readonly type: 'nothing' | 'folder' | 'link to folder' | 'other'}
  | {readonly type: 'file'; readonly mode: string; readonly uid: string; readonly gid: string};

/** What must be known of a machine before many files are written there. */
export interface Survey {
  readonly hasTar: boolean;
  /** The number of the user who writes. */
  readonly uid: string;
  /** Where the folders really are, in order; undefined where one is not there, or not to be told in a line. */
  readonly folders: readonly (string | undefined)[];
  readonly places: readonly Standing[];
}

const letters: Readonly<Record<string, Standing['type']>> = {
  n: 'nothing',
  d: 'folder',
  l: 'link to folder',
  o: 'other',
  f: 'file',
};

/** A script that looks at folders and at what stands at paths. */
export function surveyScript(folders: readonly string[], paths: readonly string[]): string {
  return `n='
'
command -v tar >/dev/null 2>&1 && echo yes || echo no
id -u || exit 1
real() {
for d do
r=$(cd -P -- "$d" 2>/dev/null && pwd -P && echo .) || r=
r=\${r%??}
case $r in *"$n"*) r= ;; esac
printf '=%s\\n' "$r"
done
}
look() {
f=
for p do
if [ ! -e "$p" ]; then w=n
elif [ -f "$p" ]; then w=f
elif [ ! -d "$p" ]; then w=o
elif [ -L "$p" ]; then w=l
else w=d
fi
f=$f$w
done
echo "$f"
case $f in *[dflo]*) stat -L -c '%a %u %g' -- "$@" 2>/dev/null ;; esac
}
${pieces(folders)
  .map((some) => sh`real ${some}\n`)
  .join('')}${pieces(paths)
    .map((some) => sh`look ${some}\n`)
    .join('')}echo end
`;
}

/** Reads the script's answer; undefined where it makes no sense, as when files come or go meanwhile. */
export function readSurvey(
  {folders, paths}: {readonly folders: readonly string[]; readonly paths: readonly string[]},
  answer: string,
): Survey | undefined {
  const lines = answer.split('\n');
  let at = 0;
  const line = (): string => lines[at++] ?? '';
  const [hasTar, uid] = [line() === 'yes', line()];
  const real = folders.map(() => line().slice(1));
  const places: Standing[] = [];
  for (const some of pieces(paths)) {
    const words = line();
    if (words.length !== some.length) return undefined;
    for (const letter of words) {
      const type = letters[letter];
      if (type === undefined) return undefined;
      const told = letter === 'n' ? [] : line().split(' ');
      const [mode, user, group] = told;
      if (type !== 'file') places.push({type});
      else if (mode === undefined || user === undefined || group === undefined) return undefined;
      else places.push({type, mode, uid: user, gid: group});
    }
  }
  if (line() !== 'end' || !/^\d+$/.test(uid)) return undefined;
  return {hasTar, uid, folders: real.map((path) => (path === '' ? undefined : path)), places};
}
