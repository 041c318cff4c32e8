import {raw, sh} from '../../engine/host.js';
import {isUnknown, unknown, type DiffLine, type FactKind} from '../../engine/task.js';
import {followsFile} from './unit/follows.js';
import {holdsMembers} from './holds.js';
import {mayBring} from './packaged.js';

export type Scope = 'system' | 'user';

/** A unit of the system's manager or of the asking user's; the name `*` asks only whether any loaded unit's file has changed. */
export interface UnitKey {
  readonly name: string;
  readonly scope?: Scope;
}

export interface UnitState {
  readonly name: string;
  /** systemd's words: `loaded`, `not-found`, `masked`, …; `no-manager` where no such manager answers. */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
  /** Of the unit file: `enabled`, `disabled`, `static`, `masked`, …; empty where there is no file. */
  readonly enabled: string;
  /** The unit file has changed since it was loaded. */
  readonly needsReload: boolean;
  /** The service ends by itself and is then inactive. */
  readonly oneshot: boolean;
  /** Path of the unit file; empty where there is none. */
  readonly fragment: string;
}

/** The unit's full name: a name without a suffix is a service. */
export function unitName(name: string): string {
  return name === '*' || /\.(service|socket|target|timer|mount|automount|path|slice|scope|swap|device)$/.test(name)
    ? name
    : `${name}.service`;
}

/** A unit of systemd: loaded, active, enabled, and whether its manager must read it again. */
export const unitFact: FactKind<UnitKey, UnitState> = {
  name: 'unit',
  id: (key) => (key.scope === 'user' ? `user/${unitName(key.name)}` : unitName(key.name)),
  script: (keys) =>
    (['system', 'user'] as const)
      .map((scope) => {
        const names = namesOf(keys, scope);
        if (names.length === 0) return '';
        const show = (words: readonly string[]): string =>
          words.length === 0
            ? ''
            : sh`systemctl ${`--${scope}`} show -p Id,LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,Type,RemainAfterExit,FragmentPath -- ${words} 2>/dev/null || echo =none`;
        // A pattern beside names would take the units that it matches out of the names' order.
        return sh`echo ${scope}
if command -v systemctl >/dev/null 2>&1; then
  [ ${scope} = system ] || [ -n "\${XDG_RUNTIME_DIR-}" ] || { XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; }
  ${raw(show(names.filter((name) => name !== '*')))}
  echo =all
  ${raw(show(names.filter((name) => name === '*')))}
else echo =none; echo =all; echo =none; fi
echo =end`;
      })
      .join('\n'),
  parse(keys, result) {
    const found = new Map<string, Map<string, readonly Properties[] | undefined>>();
    const parts = result.stdout.split('=end\n');
    for (const scope of ['system', 'user'] as const) {
      const names = namesOf(keys, scope);
      const part = parts.find((text) => text.startsWith(`${scope}\n`));
      if (names.length > 0 && part === undefined) throw new Error(`cannot ask for units: ${result.stderr.trim()}`);
      found.set(
        scope,
        part === undefined ? new Map<string, undefined>() : answers(names, part.slice(scope.length + 1)),
      );
    }
    return keys.map((key): UnitState => {
      const name = unitName(key.name);
      const units = found.get(key.scope ?? 'system')?.get(name);
      const nothing = {
        name,
        load: 'not-found',
        active: 'inactive',
        sub: 'dead',
        enabled: '',
        needsReload: false,
        oneshot: false,
        fragment: '',
      };
      if (units === undefined) return {...nothing, load: 'no-manager'};
      if (name === '*')
        return {...nothing, load: 'loaded', needsReload: units.some((unit) => unit['NeedDaemonReload'] === 'yes')};
      const unit = units[0] ?? {};
      return {
        name,
        load: unit['LoadState'] ?? 'not-found',
        active: unit['ActiveState'] ?? 'inactive',
        sub: unit['SubState'] ?? 'dead',
        enabled: unit['UnitFileState'] ?? '',
        needsReload: unit['NeedDaemonReload'] === 'yes',
        oneshot: unit['Type'] === 'oneshot' && unit['RemainAfterExit'] !== 'yes',
        fragment: unit['FragmentPath'] ?? '',
      };
    });
  },
  follows(key, before, promised) {
    switch (promised.kind) {
      case 'file':
        return followsFile(key, before, promised);
      case 'package':
        return before.load === 'not-found' ? mayBring(promised, before.name) : undefined;
      case 'linger':
        return before.load === 'no-manager' && key.scope === 'user' ? unknown('the manager of the user') : undefined;
      default:
        return undefined;
    }
  },
  // A service that is being started (or started again and again) was started.
  holds(promised, read) {
    const {active, ...rest} = promised as Partial<UnitState>;
    const asPromised =
      active === undefined || isUnknown(active) || (active === 'active' ? isStarted(read) : read.active !== 'active');
    return asPromised && holdsMembers(rest, read);
  },
  show(before, after) {
    if (isUnknown(after)) return [{what: 'unit', before: before?.load, after: `(needs ${after.$unknown})`}];
    const lines: DiffLine[] = [];
    for (const member of ['load', 'active', 'enabled'] as const) {
      const wanted: unknown = after[member];
      if (before?.[member] !== wanted && typeof wanted === 'string')
        lines.push({what: `${after.name} ${member}`, before: before?.[member], after: wanted});
    }
    if (before?.needsReload === true && !after.needsReload)
      lines.push({what: `${after.name} unit file`, before: 'changed', after: 'loaded'});
    return lines;
  },
  absent: (value) => value.load === 'not-found',
  volatile: true,
  perUser: (key) => key.scope === 'user',
};

/** Whether a unit runs or is on its way. */
export function isStarted(unit: UnitState): boolean {
  return unit.active === 'active' || unit.active === 'activating' || unit.active === 'reloading';
}

type Properties = Readonly<Record<string, string>>;

function namesOf(keys: readonly UnitKey[], scope: Scope): readonly string[] {
  return [...new Set(keys.filter((key) => (key.scope ?? 'system') === scope).map((key) => unitName(key.name)))].sort();
}

/** The blocks of `systemctl show` stand in the order of the names; behind `=all`, `*` gives any number of them. */
function answers(names: readonly string[], text: string): Map<string, readonly Properties[] | undefined> {
  const found = new Map<string, readonly Properties[] | undefined>();
  const [plain = '', all = ''] = text.split('=all\n');
  const blocks = blocksOf(plain);
  for (const [index, name] of names.filter((each) => each !== '*').entries()) {
    const block = blocks?.[index];
    if (blocks !== undefined && block === undefined)
      throw new Error(`cannot ask for units: systemctl tells nothing of ${name}`);
    found.set(name, block === undefined ? undefined : [block]);
  }
  if (names.includes('*')) found.set('*', blocksOf(all));
  return found;
}

function blocksOf(text: string): readonly Properties[] | undefined {
  if (text.endsWith('=none\n')) return undefined;
  return text
    .trim()
    .split('\n\n')
    .map((block): Properties =>
      Object.fromEntries(
        block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    );
}
