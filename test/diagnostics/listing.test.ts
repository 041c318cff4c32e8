import {expect} from 'chai';
import {listing} from './examples.js';
import {messages} from './messages.js';
import {toldOf} from './produce.js';

const examples = listing();

/** What is told in all examples, without places; the steps of trails by themselves. */
const said = [...examples.values()]
  .flat()
  .flatMap(({told}) => told.flatMap((each) => each.split('\n')))
  .map((line) => line.replace(/^ *(?:[^ ]+:\d+:\d+ )?(?:warning: )?/, ''));

/** Matches a text in which `…` stands for anything. */
function like(text: string): RegExp {
  const literal = text.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^]*')}$`);
}

describe('the listing of diagnostics', () => {
  for (const [name, members] of examples)
    describe(name.replace(/\.yml$/, ''), () => {
      for (const {told, ...example} of members)
        it(told.join(' and ').replaceAll('\n', ' ').slice(0, 160), async function () {
          if (example.script === undefined) return void expect(await toldOf(example)).to.deep.equal(told);
          // Whole programs are started.
          this.timeout(60_000);
          const said = (await toldOf(example)).join('\n\n');
          if (!like(told.join('\n\n')).test(said)) expect(said).to.equal(told.join('\n\n'));
        });
    });

  it('holds every message that is told of bad input', function () {
    // All sources are parsed.
    this.timeout(60_000);
    const missing = messages().filter(({pattern}) => !said.some((line) => pattern.test(line)));
    expect(missing.map(({path, text}) => `${path}: ${text}`)).to.deep.equal([]);
  });
});
