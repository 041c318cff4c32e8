import {reasonWithoutLab} from '../lab/requirements.js';
import {Fleet, labSite, type Site} from './fleet.js';

/**
 * Starts the bare hosts of a site around the tests of a suite; skips them, loudly, where none can run. What it returns is of use inside the tests.
 * What the hosts logged is gathered after each test that fails, and kept after the suite.
 */
export function withFleet(site: Site = labSite): {readonly fleet: Fleet} {
  let fleet: Fleet | undefined;
  let failed = false;
  before(async function () {
    const reason = await reasonWithoutLab();
    if (reason !== undefined) {
      process.stderr.write(`SKIPPED, no real hosts: ${reason}\n`);
      this.skip();
    }
    fleet = await Fleet.start(site);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    failed = true;
    process.stderr.write(`    what the hosts logged: ${(await fleet?.gatherLogs()) ?? ''}\n`);
  });
  after(() => fleet?.end(failed));
  return {
    get fleet() {
      if (fleet === undefined) throw new Error('Internal error: there are no hosts yet');
      return fleet;
    },
  };
}
