import {join} from 'node:path';
import {markdownPage} from './markdown.js';
import {readModules, readRoles, rolesIn} from './read.js';

/** A file that is made from the schemas, and what it shall hold. */
export interface GeneratedPage {
  /** From the package's root. */
  readonly path: string;
  readonly text: string;
}

const modulesText =
  'Made by `npm run docs` from `schemas/tasks/`. Each module is a kind of task; `u7s-play doc NAME` prints the same. Every result also has `changed`, `failed` and `skipped`.';
const rolesText =
  "Made by `npm run docs` from each role's `meta/main.yml`. A role's arguments are variables: set them in the inventory, in a play or where the role is used. `u7s-play doc NAME` prints the same.";

/** The pages that `doc --write` writes below the package's root. */
export function generatedPages(root: string): readonly GeneratedPage[] {
  const roles = join(root, 'playbooks', 'roles');
  return [
    {path: join('tasks', 'README.md'), text: markdownPage({title: 'Modules', text: modulesText}, readModules(root))},
    {
      path: join('playbooks', 'roles', 'README.md'),
      text: markdownPage({title: 'Roles', text: rolesText}, readRoles(rolesIn(roles))),
    },
  ];
}
