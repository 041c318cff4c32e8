/** The program without its command line's words: what `npm run build` packs into one file. */
export {main} from '../cli.js';
export {exitWith} from './exit.js';
