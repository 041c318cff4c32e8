import type {Event} from '../event.js';
import {duration} from './duration.js';
import {recapText} from './recap.js';
import type {Page} from './renderer.js';
import {tallyText, type Tally} from './tally.js';

/** What stands at the end of a run: the recap, what a check found, the notes, and how long it took. */
export function endingText(event: Extract<Event, {type: 'run-ended'}>, tally: Tally, page: Page): string {
  const notes = event.notes.map((note) => `${page.paint('warning', `note: ${note}`)}\n`);
  return `${recapText(event.hosts, page)}${tallyText(tally, event.hosts, page.paint)}${notes.join('')}${page.paint('dim', `${event.code === 99 ? 'interrupted' : 'done'} in ${duration(event.milliseconds)}`)}\n`;
}
