import {expect} from 'chai';
import {jsonLinesRenderer} from '../../engine/render/json-lines.js';
import {ended, finished, node, written} from './feed.js';

describe('the JSON lines renderer', () => {
  it('writes each event as it is, one a line', async () => {
    const events = [ended(node('w1', 'Say'), {status: 'ok', message: 'two\nlines'}), finished({})];
    const text = await written((page) => jsonLinesRenderer(page.write), events);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal(events);
  });
});
