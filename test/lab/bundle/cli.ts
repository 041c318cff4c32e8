import {haveBundle} from './build.js';
import {verifyBundle} from './manifest.js';

const bundle = await haveBundle((line) => {
  console.error(line);
});
const problems = process.argv.includes('--verify') ? await verifyBundle(bundle) : [];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(bundle);
