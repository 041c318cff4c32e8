import {dirname, join} from 'node:path';
import type {Span} from '../span.js';
import {inherit, membersOf} from './inherited.js';
import {readChecked, type LoadedPlay, type Loading} from './loading.js';
import {itemsOf, textOf} from './plain.js';
import {rank} from './project.js';
import {readPlay, type PlaySource} from './read-play.js';

export interface PlaybookSource extends PlaySource {
  /** Where it is imported; undefined on the command line. */
  readonly at: Span | undefined;
  /** Playbooks that import it, absolute, outermost first. */
  readonly importers: readonly string[];
}

/** Reads all plays of a playbook and of those that it imports, in order. */
export function readPlaybook(source: PlaybookSource, loading: Loading): readonly LoadedPlay[] {
  const {file, at, importers, keywords, inventory} = source;
  const {report, files} = loading;
  const list = readChecked(loading, file, {part: 'playbook', at, what: 'playbook', subject: 'a playbook'});
  if (!list && files.isFile(file) && report.diagnostics.length === 0)
    report.error(
      {file: files.shown(file), line: 1, column: 1, length: 1},
      'this playbook is empty',
      'write a play: "- hosts: all" and its tasks',
    );
  return itemsOf(list).flatMap((term): readonly LoadedPlay[] => {
    if (term.kind !== 'dict') return [];
    const members = membersOf(term.entries);
    const imported = members.get('import_playbook');
    if (!imported) {
      const play = readPlay(term, source, loading);
      return play ? [play] : [];
    }
    const name = textOf(imported);
    if (name === undefined) return [];
    const path = join(dirname(file), name);
    if (path === file || importers.includes(path)) {
      report.error(imported.at, `playbook "${files.shown(path)}" imports itself`);
      return [];
    }
    const inner = inherit(keywords, members, {
      report,
      vars: {rank: rank.playVars, origin: `import at ${imported.at.file}:${imported.at.line}`},
    });
    return readPlaybook(
      {file: path, at: imported.at, importers: [...importers, file], keywords: inner, inventory},
      loading,
    );
  });
}
