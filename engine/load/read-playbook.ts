import {dirname, resolve} from 'node:path';
import type {Span} from '../span.js';
import {inherit, membersOf} from './inherited.js';
import {readChecked, type LoadedPlay, type Loading} from './loading.js';
import {itemsOf} from './plain.js';
import {rank} from './project.js';
import {readPlay, type PlaySource} from './read-play.js';
import {knownText} from './known-value.js';

export interface PlaybookSource extends PlaySource {
  /** Where it is imported; undefined on the command line. */
  readonly at: Span | undefined;
  /** Playbooks that import it, absolute, outermost first, and where they do. */
  readonly importers: readonly {readonly file: string; readonly at: Span}[];
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
    const imported = members.get('import_playbook') ?? members.get('ansible.builtin.import_playbook');
    if (!imported) {
      const play = readPlay(term, source, loading);
      return play ? [play] : [];
    }
    const name = knownText(imported, {known: loading.extraVars.entries});
    if (name === undefined) {
      if (imported.kind !== 'literal')
        report.error(
          imported.at,
          'a playbook that is imported must be known before the run',
          'write its name without a template, or with what "-e" gives; decide with "when"',
        );
      return [];
    }
    const path = resolve(dirname(file), name);
    const around = [...importers, {file, at: imported.at}];
    if (around.some((importer) => importer.file === path)) {
      reportImportCycle(path, {around, at: imported.at, loading});
      return [];
    }
    const inner = inherit(keywords, members, {
      report,
      vars: {rank: rank.playVars, origin: `import at ${imported.at.file}:${imported.at.line}`},
    });
    return readPlaybook({file: path, at: imported.at, importers: around, keywords: inner, inventory}, loading);
  });
}

function reportImportCycle(
  path: string,
  {
    around,
    at,
    loading: {report, files},
  }: {readonly around: PlaybookSource['importers']; readonly at: Span; readonly loading: Loading},
): void {
  const cycle = around.slice(around.findIndex(({file}) => file === path));
  const trail = cycle.map((importer, index) => {
    const imported = cycle[index + 1]?.file ?? path;
    return {at: importer.at, message: `"${files.shown(imported)}" is imported here`};
  });
  report.add({severity: 'error', at, message: `playbook "${files.shown(path)}" imports itself`, trail});
}
