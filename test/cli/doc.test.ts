import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'chai';
import {documentation} from '../../engine/cli/doc/command.js';
import {moduleEntry, roleEntry} from '../../engine/cli/doc/entry.js';
import {markdownPage} from '../../engine/cli/doc/markdown.js';
import {generatedPages} from '../../engine/cli/doc/pages.js';
import {entryText} from '../../engine/cli/doc/text.js';
import {BadInput} from '../../engine/diagnostic.js';
import {packageRoot} from '../../engine/root.js';

const schema = {
  title: 'Have a door',
  description: 'Makes a door, open or shut.',
  'x-free-form': 'where',
  properties: {
    where: {type: 'string', description: 'The wall | the place.', examples: ['north']},
    state: {enum: ['open', 'shut'], description: 'How it is.', default: 'shut'},
    keys: {type: 'array', items: {type: 'string'}, writeOnly: true, description: 'Secrets.'},
  },
  required: ['where'],
  returns: {properties: {width: {type: 'integer', description: 'Millimetres.'}}},
  examples: ['- door: north\n'],
};

describe('documentation', function () {
  // Whole folders of roles and schemas are read, on however busy a machine.
  this.timeout(60_000);

  it('of a module is made from its schema', () => {
    expect(entryText(moduleEntry('door', schema))).to.equal(
      [
        'door (module): Have a door',
        '',
        'Makes a door, open or shut.',
        '',
        'Arguments:',
        '  where (string, required)',
        '      The wall | the place.',
        '      for example: north',
        '  state (one of open, shut)',
        '      How it is.',
        '      default: shut',
        '  keys (list of string, secret)',
        '      Secrets.',
        '',
        '"door: TEXT" is short for "door: {where: TEXT}".',
        '',
        'What "register" records, beside changed, failed and skipped:',
        '  width (integer)',
        '      Millimetres.',
        '',
        'Examples:',
        '  - door: north',
        '',
      ].join('\n'),
    );
  });

  it('of a role is made from its meta file', () => {
    const meta = {
      description: 'Has a house. With rooms.',
      arguments: {properties: {rooms: {type: 'integer', default: 3, description: 'How many.'}}},
    };
    const entry = roleEntry('house', meta);
    expect(entry.title).to.equal('Has a house');
    expect(entryText(entry)).to.include('rooms (integer)\n      How many.\n      default: 3\n');
  });

  it('of a role has what a dict is made of, and the defaults that are made up', () => {
    const door = {
      type: 'object',
      properties: {width: {type: 'integer', description: 'Millimetres.'}},
      required: ['width'],
    };
    const entry = roleEntry(
      'house',
      {
        arguments: {
          properties: {
            doors: {type: 'array', items: door, description: 'Ways in.'},
            gate: {...door, description: 'The way to it.'},
            name: {type: 'string', description: 'Whose it is.'},
          },
        },
      },
      {name: '{{inventory_hostname}}'},
    );
    expect(entryText(entry)).to.include(
      [
        '  doors (list of dict)',
        '      Ways in.',
        '      each made of:',
        '        width (integer, required)',
        '            Millimetres.',
        '  gate (dict)',
        '      The way to it.',
        '      made of:',
        '        width (integer, required)',
        '            Millimetres.',
        '  name (string)',
        '      Whose it is.',
        '      default: {{inventory_hostname}}',
      ].join('\n'),
    );
    const page = markdownPage({title: 'Roles', text: 'All.'}, [entry]);
    expect(page).to.include('| `doors[].width` | integer | **required** | Millimetres. |');
    expect(page).to.include('| `gate.width` | integer | **required** | Millimetres. |');
    expect(page).to.include('| `name` | string | `{{inventory_hostname}}` | Whose it is. |');
  });

  it('as Markdown has a table that holds whatever is in the schema', () => {
    const page = markdownPage({title: 'Modules', text: 'All.'}, [moduleEntry('door', schema)]);
    expect(page).to.include('| [`door`](#door) | Have a door |');
    expect(page).to.include('| `where` | string | **required** | The wall \\| the place. For example `north`. |');
    expect(page)
      .to.include('| `state` | one of open, shut | `shut` | How it is. |')
      .and.include('```yaml\n- door: north\n```');
  });

  it('lists what there is, and says what a misspelt name may have meant', () => {
    expect(documentation([]))
      .to.match(/^Modules:\n/)
      .and.match(/^ {2}copy +Copy/m);
    expect(() => documentation(['coppy']))
      .to.throw(BadInput)
      .with.nested.property('diagnostics[0].hint', 'did you mean "copy"?');
  });

  it('tells the names in scope and the words of both languages', () => {
    expect(documentation(['names'])).to.match(/^ {2}inventory_hostname +The name of the host/m);
    expect(documentation(['templates'])).to.match(/^ {2}default value other +/m);
    expect(documentation(['expressions'])).to.match(/^ {2}version\(string\): Version +/m);
  });

  for (const path of ['tasks/README.md', 'playbooks/roles/README.md']) {
    it(`in ${path} is what the schemas say`, () => {
      const page = generatedPages(packageRoot).find((each) => each.path === path);
      const file = join(packageRoot, path);
      const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
      expect(present === page?.text, `${path} is stale: run "npm run docs"`).to.equal(true);
    });
  }

  it('lists the keywords of plays and tasks, those of both once', () => {
    const text = documentation(['keywords']);
    expect(text.match(/^ {2}become_user /gm)).to.have.length(1);
    expect(text).to.match(/^ {2}order .*One of inventory, reverse_inventory, /m);
    expect(text).to.match(/^On tasks, .*\n(?: {2}.*\n)* {2}register /m);
  });

  it('finds roles in the roles path and by their path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'u7s-doc-'));
    after(() => rmSync(folder, {recursive: true}));
    mkdirSync(join(folder, 'lib', 'web', 'meta'), {recursive: true});
    writeFileSync(join(folder, 'lib', 'web', 'meta', 'main.yml'), 'galaxy_info: {description: A web server.}\n');
    expect(documentation([], [join(folder, 'lib')])).to.match(/^ {2}web +A web server$/m);
    const path = join(folder, 'lib', 'web');
    expect(documentation([path])).to.include(`${path} (role): A web server`);
  });
});
