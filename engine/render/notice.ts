import type {Event} from '../event.js';
import type {Paint} from './style.js';

/** A warning of the run, in Ansible's form. */
export function warningText(event: Extract<Event, {type: 'warning'}>, paint: Paint): string {
  const place = event.at === undefined ? '' : `${event.at.file}:${event.at.line}:${event.at.column} `;
  return `${paint('warning', `[WARNING]: ${place}${event.message}`)}\n`;
}

/** What is said when the user interrupts: `force` on the second time. */
export function interruptingText(force: boolean, paint: Paint): string {
  const text = force
    ? 'interrupted again: what runs is being cancelled'
    : 'interrupted: nothing new starts, what runs may finish; interrupt again to cancel it';
  return `${paint('warning', text)}\n`;
}
