import fc from 'fast-check';
import {quote} from '../../engine/host.js';

/** Everything that random plays are about lies under this folder, or bears one of these names. Few of them, so that tasks meet. */
export const base = '/srv/exact';
export const paths = ['a', 'b', 'l', 'd', 'd/x', 'd/y', 'd/e', 'd/e/z', "o'dd", 'é $(x)'].map(
  (path) => `${base}/${path}`,
);
export const users = ['exact1', 'exact2'];
export const groups = ['exactg1', 'exactg2'];
export const units = ['exact-a.service', 'exact-b.service'];
export const packageName = 'tree';
export const contents = ['', 'one\n', 'one\ntwo\nthree\n', 'one\ntwo', 'key=value\nother=1\n', 'tab\there $HOME `x`\n'];
export const modes = ['0644', '0600', '0755', '2750'];

/** The text of a unit; the second is another one. */
export const unitTexts = ['10000', '20000'].map(
  (seconds) => `[Service]\nExecStart=/bin/sleep ${seconds}\n[Install]\nWantedBy=multi-user.target\n`,
);

const sh = (strings: TemplateStringsArray, ...values: readonly string[]): string =>
  String.raw({raw: strings.raw}, ...values.map(quote));

const path = fc.constantFrom(...paths);
const content = fc.constantFrom(...contents);

/** One step towards a start state; steps that make no sense after others do nothing. */
const step: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(path, content).map(([to, text]) => sh`mkdir -p "$(dirname ${to})"; printf %s ${text} >${to}`),
  },
  {weight: 3, arbitrary: path.map((folder) => sh`mkdir -p ${folder}`)},
  {weight: 2, arbitrary: fc.tuple(path, path).map(([from, to]) => sh`ln -s ${to} ${from}`)},
  {weight: 2, arbitrary: fc.tuple(fc.constantFrom(...modes), path).map(([mode, of]) => sh`chmod ${mode} ${of}`)},
  {weight: 1, arbitrary: fc.constantFrom(...users).map((user) => sh`useradd -m ${user}`)},
  {weight: 1, arbitrary: fc.constantFrom(...groups).map((group) => sh`groupadd ${group}`)},
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('daemon', ...users), path).map(([user, of]) => sh`chown ${user} ${of}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...units),
        fc.constantFrom(...unitTexts),
        fc.constantFrom('start', 'enable', 'daemon-reload', 'mask --runtime'),
      )
      .map(
        ([unit, text, verb]) =>
          `${sh`printf %s ${text} >/etc/systemd/system/${unit}`}; systemctl daemon-reload; systemctl ${verb}${verb === 'daemon-reload' ? '' : ` ${unit}`}`,
      ),
  },
);

/** A start state, as the lines of a script. */
export const startState = fc.array(step, {maxLength: 6});

/** Brings a host back to nothing, then to a start state. */
export function resetScript(steps: readonly string[]): string {
  return `
for unit in ${units.join(' ')}; do
  [ ! -e /etc/systemd/system/$unit ] && [ ! -e /run/systemd/system/$unit ] && continue
  systemctl unmask --runtime $unit; systemctl disable --now $unit; systemctl unmask $unit; rm -f /etc/systemd/system/$unit /run/systemd/system/$unit; reload=1
done 2>/dev/null
[ -z "\${reload-}" ] || { systemctl daemon-reload; systemctl reset-failed; }
for user in ${users.join(' ')}; do ! getent passwd $user || userdel -rf $user; done >/dev/null 2>&1
for group in ${[...groups, ...users].join(' ')}; do ! getent group $group || groupdel -f $group; done >/dev/null 2>&1
! dpkg-query -W -f '\${db:Status-Status}' ${packageName} 2>/dev/null | grep -q installed || dpkg --purge ${packageName} >/dev/null 2>&1
rm -rf ${base}; mkdir -p ${base}
${steps.map((line) => `{ ${line}; } >/dev/null 2>&1 </dev/null`).join('\n')}
true`;
}

/** Tells everything that a run could change, contents by their hash, with the times of change: two equal answers mean that nothing was touched. */
export const snapshotScript = `
export LC_ALL=C
find ${base} -printf '%p %y %m %u %g %l %s %T@ %C@\\n' | sort
find ${base} -type f -exec sha256sum {} + | sort
{ find /etc /home /run/systemd/system /var/spool/cron /var/lib/systemd/linger -printf '%p %y %m %u %g %l %s %T@ %C@\\n' 2>/dev/null; sha256sum /var/lib/dpkg/status; } | sort | sha256sum
systemctl show -p Id,ActiveState,UnitFileState,InvocationID,NeedDaemonReload ${units.join(' ')}`;
