import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'chai';
import {packageRoot} from '../../engine/root.js';
import {readLessons} from './lessons.js';

const folder = join(packageRoot, 'playbooks');
const page = readFileSync(join(folder, 'README.md'), 'utf8');

describe('the page of lessons', () => {
  it('shows files as they are', () => {
    const shown = [...page.matchAll(/^`(lessons\/\S+)`:\n\n```\w+\n(.*?\n)```$/gms)];
    expect(shown.map(([, name]) => name)).to.include('lessons/1-files.yml');
    for (const [, name = '', text] of shown) expect(text, name).to.equal(readFileSync(join(folder, name), 'utf8'));
  });

  it('has a lesson for each playbook, in their order', () => {
    const playbooks = readdirSync(join(folder, 'lessons'))
      .filter((name) => /^\d+-\w+\.yml$/.test(name))
      .sort((a, b) => parseInt(a) - parseInt(b));
    expect(readLessons(page).map(({playbook}) => playbook)).to.deep.equal(playbooks);
  });

  it('checks before it runs', () => {
    for (const {title, commands} of readLessons(page)) {
      const runs = commands.map(({line}) => line).filter((line) => /^u7s-play \d+-\w+\.yml /.test(line));
      expect(runs[0], title).to.include(' --check');
      expect(runs[1], title).not.to.include(' --check');
    }
  });
});
