import {createSecrets} from '../secrets.js';

/** What the program has met that must not be shown: what is read adds to it, and everything that is said passes it. */
export const secrets = createSecrets();
