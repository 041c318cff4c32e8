import {isUnknown, unknown, type Promised, type Unknown} from '../../engine/task.js';

/** What the arrival of a package does to something that is absent and bears this name: the package may bring it. Undefined where the promise is none of that. */
export function mayBring(promised: Promised, name: string): Unknown | undefined {
  if (promised.kind !== 'package' || isOurs(name)) return undefined;
  const installed: unknown = isUnknown(promised.value) ? true : Reflect.get(Object(promised.value), 'installed');
  if (installed === false) return undefined;
  return unknown(`what package ${'id' in promised ? promised.id : promised.under} brings`);
}

/** Whether a path or name is of this project: no distribution's package brings such. */
function isOurs(name: string): boolean {
  return /(?:^|[^a-z0-9])u7s(?:$|[^a-z0-9])/.test(name);
}
