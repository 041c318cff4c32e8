import {expect} from 'chai';
import {playbookText} from '../../engine/cli/adhoc.js';
import {adhocRenderer} from '../../engine/render/adhoc.js';
import {ended, node, written} from './feed.js';

const said = {rc: 0, stdout: 'a\nb', stderr: 'c', changed: true};

describe('one task on hosts', () => {
  it('is told in one line for each host where that is wanted', async () => {
    const text = await written(
      (page) => adhocRenderer(page, {oneLine: true}),
      [
        ended(node('w1', 'Ask'), {status: 'changed', changes: []}, said),
        ended(node('w2', 'Ask'), {status: 'ok'}, {ping: 'pong', list: [1]}),
      ],
    );
    expect(text).to.equal(
      'w1 | CHANGED | rc=0 | (stdout) a\\nb | (stderr) c\nw2 | SUCCESS => { "list": [ 1 ], "ping": "pong" }\n',
    );
  });

  it('may go on by itself', () => {
    const task = {pattern: 'all', module: 'command', args: 'uptime'};
    expect(playbookText(task)).not.to.include('async');
    expect(playbookText({...task, background: 60})).to.match(/\n {6}async: 60\n {6}poll: 15\n$/);
    expect(playbookText({...task, background: 60, poll: 0})).to.match(/\n {6}async: 60\n {6}poll: 0\n$/);
  });
});
