import {expect} from 'chai';
import {listing, messagesWithoutExample} from './examples.js';
import {messages} from './messages.js';
import {toldOf} from './produce.js';

const examples = listing();

/** What is told in all examples, without places; the steps of trails by themselves. */
const said = [...examples.values()]
  .flat()
  .flatMap(({told}) => told.flatMap((each) => each.split('\n')))
  .map((line) => line.replace(/^ *(?:[^ ]+:\d+:\d+ )?(?:warning: )?/, ''));

describe('the listing of diagnostics', () => {
  for (const [name, members] of examples)
    describe(name.replace(/\.yml$/, ''), () => {
      for (const {told, ...example} of members)
        it(told.join(' and ').replaceAll('\n', ' ').slice(0, 160), async () => {
          expect(await toldOf(example)).to.deep.equal(told);
        });
    });

  it('holds every message that is told before the first connection', function () {
    // All sources are parsed.
    this.timeout(60_000);
    const known = messagesWithoutExample();
    const missing = messages().filter(({pattern}) => !said.some((line) => pattern.test(line)));
    const found = new Map<string, string[]>();
    for (const {path, text} of missing) found.set(path, [...(found.get(path) ?? []), text]);
    expect(Object.fromEntries(found), 'an example is wanted').to.deep.equal(known);
  });
});
