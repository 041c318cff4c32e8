// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g;

/** Text that cannot steer the terminal: control characters other than the tab are shown as `\xNN`. */
export function printable(text: string): string {
  return text.replace(control, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
