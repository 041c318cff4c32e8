import type {DictEntry} from '../language/term.js';
import type {JsonSchema} from './schema.js';

/** Gives arguments the names under which a module knows them: its schema's `x-aliases` tells what else they may be called. */
export function plainNames(entries: readonly DictEntry[], schema: JsonSchema | undefined): readonly DictEntry[] {
  const aliases = schema?.['x-aliases'] as Readonly<Record<string, string>> | undefined;
  if (aliases === undefined) return entries;
  const taken = new Set(entries.map(({key}) => key));
  return entries.map((entry) => {
    const name = Object.hasOwn(aliases, entry.key) ? aliases[entry.key] : undefined;
    // Said twice, the other word stays, and is reported as one that the module does not know.
    if (name === undefined || taken.has(name)) return entry;
    taken.add(name);
    return {...entry, key: name};
  });
}
