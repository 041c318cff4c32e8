import {dnf} from './dnf.js';

/** `dnf` by its older name, which many roles use. */
export const yum: typeof dnf = {...dnf, name: 'yum'};
