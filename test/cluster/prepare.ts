import {haveBundle} from '../lab/bundle/build.js';
import {reasonWithoutLab} from '../lab/requirements.js';

// The bundle takes its time, once; no test's clock runs meanwhile. Where no lab can run, the suites say so themselves.
if ((await reasonWithoutLab()) === undefined)
  await haveBundle((line) => {
    console.error(line);
  });
