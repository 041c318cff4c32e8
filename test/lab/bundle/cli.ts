import {haveBundle} from './build.js';
import {verifyBundle} from './manifest.js';
import {haveOptional, optional, type OptionalName} from './optional.js';
import {releases, usual, type Minor} from './releases.js';

const isMinor = (word: string): word is Minor => Object.hasOwn(releases, word);
const isOptional = (word: string): word is OptionalName => Object.hasOwn(optional, word);
const report = (line: string): void => {
  console.error(line);
};

const words = process.argv.slice(2);
const bundle = await haveBundle(report, words.find(isMinor) ?? usual);
const problems = words.includes('--verify') ? await verifyBundle(bundle) : [];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(bundle);

for (const [index, word] of words.entries()) {
  if (words[index - 1] !== '--with') continue;
  if (isOptional(word)) console.log(await haveOptional(word, report));
  else
    throw new Error(`there is no part '${word}' to build besides: expected one of ${Object.keys(optional).join(', ')}`);
}
