import {isUnknown, unknown, type Promised, type Unknown} from '../../../engine/task.js';
import type {UnitKey, UnitState} from '../unit.js';

const systemFolder = /^\/(?:etc|run|usr\/lib|lib|usr\/local\/lib)\/systemd\/system\/(.+)$/;
const userFolder =
  /^(?:\/(?:etc|run|usr\/lib|lib|usr\/local\/lib)\/systemd\/user|.*\/\.config\/systemd\/user|.*\/\.local\/share\/systemd\/user)\/(.+)$/;

/** What a file in a folder of unit files, made, changed or removed, does to a unit. */
export function followsFile(key: UnitKey, before: UnitState, promised: Promised): UnitState | Unknown | undefined {
  const path = 'under' in promised ? promised.under : promised.id;
  const inside = (key.scope === 'user' ? userFolder : systemFolder).exec(path)?.[1];
  if (inside === undefined) return undefined;
  const file = inside.split('/');
  const about = file[0] ?? '';
  const {value} = promised;
  const type: unknown = isUnknown(value) ? value : Reflect.get(Object(value), 'type');
  const content: unknown = isUnknown(value) ? value : Reflect.get(Object(value), 'content');
  if (type === 'directory') return undefined;
  const changesText = type !== undefined || content !== undefined;
  if (!changesText) return undefined;

  if (before.name === '*') return before.needsReload ? undefined : unknown(`whether ${path} is loaded`);
  const dropIn = about === `${before.name}.d` || about === `${before.name.slice(before.name.lastIndexOf('.') + 1)}.d`;
  if (dropIn) return before.load === 'loaded' ? {...before, needsReload: true} : undefined;
  if (file.length > 1 || !names(before.name).includes(about)) return undefined;

  if (isUnknown(type)) return unknown(`the unit file ${path}`);
  if (type === 'absent') {
    if (before.fragment !== path) return undefined;
    return before.active === 'inactive'
      ? {...before, load: 'not-found', enabled: '', fragment: '', needsReload: false}
      : unknown(`what becomes of ${before.name} without its unit file`);
  }
  if (type === 'link') return unknown(`what ${path} leads to`);
  const text = typeof content === 'string' ? content : undefined;
  const oneshot =
    text === undefined
      ? before.oneshot
      : /^Type=oneshot\s*$/m.test(text) && !/^RemainAfterExit=(yes|true|1|on)\s*$/m.test(text);
  if (before.load === 'loaded') return {...before, needsReload: true, oneshot};
  const cause = unknown(`the unit file ${path}`);
  const enabled = text === undefined ? cause : /^\[Install\]\s*$/m.test(text) ? 'disabled' : 'static';
  return {
    ...before,
    load: 'loaded',
    active: 'inactive',
    sub: 'dead',
    enabled,
    needsReload: false,
    oneshot,
    fragment: path,
  } as UnitState;
}

/** The names under which a unit's file may stand: its own, and its template's. */
function names(unit: string): readonly string[] {
  const instance = /^(.+@)[^@]+(\.[a-z]+)$/.exec(unit);
  return instance === null ? [unit] : [unit, `${instance[1] ?? ''}${instance[2] ?? ''}`];
}
