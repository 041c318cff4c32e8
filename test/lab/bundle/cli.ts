import {haveBundle} from './build.js';
import {verifyBundle} from './manifest.js';
import {releases, usual, type Minor} from './releases.js';

const isMinor = (word: string): word is Minor => Object.hasOwn(releases, word);

const bundle = await haveBundle(
  (line) => {
    console.error(line);
  },
  process.argv.find(isMinor) ?? usual,
);
const problems = process.argv.includes('--verify') ? await verifyBundle(bundle) : [];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(bundle);
