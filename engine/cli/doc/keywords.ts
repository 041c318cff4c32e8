import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from '../../root.js';
import {listText} from './text.js';

interface Property {
  readonly description?: string;
  readonly enum?: readonly string[];
}

interface Definition {
  readonly properties?: Readonly<Record<string, Property>>;
}

/** The keywords of plays, of roles where they are used, and of tasks, from the schema of playbooks. */
export function keywordsText(): string {
  const path = join(packageRoot, 'schemas', 'playbook.schema.json');
  const {$defs} = JSON.parse(readFileSync(path, 'utf8')) as {readonly $defs: Readonly<Record<string, Definition>>};
  const play = keywordsOf($defs['play']);
  const role = keywordsOf($defs['role']);
  const task = keywordsOf($defs['task']);
  const shared = play.filter(({name}) => has(role, name) && has(task, name));
  const without = (all: readonly Keyword[]): readonly Keyword[] => all.filter(({name}) => !has(shared, name));
  return [
    listText('On plays, roles, blocks, imports and tasks; the inner one wins:', shared),
    listText('On plays:', without(play)),
    listText(
      'On the entries of "roles" and "dependencies", whose further keys are arguments of the role:',
      without(role),
    ),
    listText('On tasks, blocks, imports and handlers:', without(task)),
    listText('Of "import_playbook":', keywordsOf($defs['import_playbook'])),
  ].join('\n');
}

interface Keyword {
  readonly name: string;
  readonly title: string;
}

function keywordsOf(definition: Definition | undefined): readonly Keyword[] {
  return Object.entries(definition?.properties ?? {})
    .filter(([name]) => !name.includes('.'))
    .map(([name, {description = '', enum: words}]) => ({
      name,
      title: words ? `${description} One of ${words.join(', ')}.` : description,
    }));
}

function has(all: readonly Keyword[], name: string): boolean {
  return all.some((keyword) => keyword.name === name);
}
