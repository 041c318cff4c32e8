import {appendPath} from './option-values.js';

/** The folders in which roles are looked for: those of `--roles-path`, then those of `U7S_PLAY_ROLES_PATH`. */
export function rolesPath(given: readonly string[] = [], environment = process.env): readonly string[] {
  return appendPath(environment['U7S_PLAY_ROLES_PATH'] ?? '', given);
}
