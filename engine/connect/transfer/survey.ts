import {pieces, raw, sh} from '../../host.js';

/** What stands where a file is to be written; a regular file with its attributes, the end of a link to one with that one's. */
export type Standing =
  | {readonly type: 'nothing' | 'folder' | 'link to folder' | 'other'}
  | {readonly type: 'file'; readonly mode: string; readonly uid: string; readonly gid: string};

/** Names of files in a folder. */
export interface Drawer {
  /** As it is named. */
  readonly folder: string;
  readonly names: readonly string[];
}

/** What must be known of a machine before many files are written there. */
export interface Survey {
  readonly hasTar: boolean;
  /** The number of the user who writes. */
  readonly uid: string;
  /** In order; undefined where the folder is not there, or not to be told in a line. */
  readonly drawers: readonly (SurveyedDrawer | undefined)[];
}

export interface SurveyedDrawer {
  /** Where the folder really is. */
  readonly real: string;
  /** In the order of the names. */
  readonly places: readonly Standing[];
}

const letters: Readonly<Record<string, Standing['type']>> = {
  n: 'nothing',
  d: 'folder',
  l: 'link to folder',
  o: 'other',
  f: 'file',
};

/** A script that looks at folders and at what stands in them. Names are looked at from within: they are short then, as is the script. */
export function surveyScript(drawers: readonly Drawer[]): string {
  const looks = drawers.map(
    ({folder, names}) =>
      sh`if enter ${folder}; then\n${raw(
        pieces(names)
          .map((some) => sh`look ${some}\n`)
          .join(''),
      )}fi\n`,
  );
  return `n='
'
command -v tar >/dev/null 2>&1 && echo yes || echo no
id -u || exit 1
h=$PWD
enter() {
case $1 in /*) ;; *) cd -- "$h" ;; esac
cd -P -- "$1" 2>/dev/null && r=$(pwd -P && echo .) || r=
r=\${r%??}
case $r in *"$n"*) r= ;; esac
printf '=%s\\n' "$r"
[ -n "$r" ]
}
look() {
f=
for p do
p=./$p
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
${looks.join('')}echo end
`;
}

/** Reads the script's answer; undefined where it makes no sense, as when files come or go meanwhile. */
export function readSurvey(drawers: readonly Drawer[], answer: string): Survey | undefined {
  const lines = answer.split('\n');
  let at = 0;
  const line = (): string => lines[at++] ?? '';
  const [hasTar, uid] = [line() === 'yes', line()];
  const found: Survey['drawers'][number][] = [];
  for (const {names} of drawers) {
    const real = line().slice(1);
    const places: Standing[] = [];
    for (const some of real === '' ? [] : pieces(names)) {
      const words = line();
      if (words.length !== some.length) return undefined;
      for (const letter of words) {
        const place = standing(letter, letter === 'n' ? '' : line());
        if (place === undefined) return undefined;
        places.push(place);
      }
    }
    found.push(real === '' ? undefined : {real, places});
  }
  return line() === 'end' && /^\d+$/.test(uid) ? {hasTar, uid, drawers: found} : undefined;
}

function standing(letter: string, told: string): Standing | undefined {
  const type = letters[letter];
  if (type !== 'file') return type && {type};
  const [mode, uid, gid] = told.split(' ');
  return mode === undefined || uid === undefined || gid === undefined ? undefined : {type, mode, uid, gid};
}
