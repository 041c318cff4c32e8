import {writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {BadInput, problem} from '../../diagnostic.js';
import {didYouMean} from '../../language/near.js';
import {roleFolders} from '../../load/role-search.js';
import {packageRoot} from '../../root.js';
import {generatedPages} from './pages.js';
import {readModules, readRoles, roleNamed, rolesIn} from './read.js';
import {entryText, listText} from './text.js';
import {topics} from './topics.js';

/** Carries out `u7s-play doc`: gives the text to print. Roles are found as by a playbook in the working folder or in its `playbooks/`: by name, by path, or in a package. */
export function documentation(names: readonly string[], rolesPath: readonly string[] = []): string {
  const modules = readModules(packageRoot);
  const folders = [
    ...roleFolders(
      rolesPath.map((path) => resolve(path)),
      {folder: process.cwd(), within: undefined},
    ),
    resolve('playbooks', 'roles'),
  ];
  const roles = [...names.flatMap((name) => roleNamed(name, rolesPath)), ...folders.flatMap(rolesIn)];
  const distinct = roles.filter((role, index) => roles.findIndex(({name}) => name === role.name) === index);
  if (names.length === 0) {
    const lists = [
      listText('Modules:', modules),
      listText('Roles:', readRoles(distinct)),
      listText('Further:', topics),
    ];
    return lists.join('\n');
  }
  const all = [
    ...modules.map((entry) => ({name: entry.name, text: () => entryText(entry)})),
    ...distinct.map((role) => ({name: role.name, text: () => readRoles([role]).map(entryText).join('\n')})),
    ...topics,
  ];
  const unknown = names.filter((name) => !all.some((entry) => entry.name === name));
  if (unknown.length > 0)
    throw new BadInput(
      unknown.map((name) =>
        unknownName(
          name,
          all.map((entry) => entry.name),
        ),
      ),
    );
  return names
    .flatMap((name) => all.filter((entry) => entry.name === name))
    .map(({text}) => text())
    .join('\n');
}

/** Carries out `u7s-play doc --write`: gives the paths written. */
export function writeDocumentation(root: string): readonly string[] {
  return generatedPages(root).map(({path, text}) => {
    writeFileSync(join(root, path), text);
    return path;
  });
}

function unknownName(name: string, known: readonly string[]): BadInput['diagnostics'][number] {
  const hint = didYouMean(name, known) ?? '"u7s-play doc" lists them all';
  return problem(`there is no module or role "${name}"`, hint);
}
