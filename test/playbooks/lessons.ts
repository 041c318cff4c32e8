/** A command of the page, and the lines that it shows of its output. */
export interface Command {
  readonly line: string;
  readonly shows: readonly string[];
}

/** A chapter of the page: its playbook, the command that runs it, and all commands in their order. */
export interface Lesson {
  readonly title: string;
  readonly playbook: string;
  readonly run: string;
  readonly commands: readonly Command[];
}

/** Reads the lessons out of the text of `playbooks/README.md`. */
export function readLessons(page: string): readonly Lesson[] {
  return page
    .split(/^## (?=\d+\. )/m)
    .slice(1)
    .map((chapter) => {
      const title = chapter.split('\n', 1)[0] ?? '';
      const commands = [...chapter.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, text = '']) => readCommands(text));
      const runs = commands.map(({line}) => line).filter((line) => /^u7s-play \d+-\w+\.yml /.test(line));
      const run = runs.find((line) => !line.includes(' --check')) ?? '';
      return {title, playbook: run.split(' ')[1] ?? '', run, commands};
    });
}

function readCommands(text: string): readonly Command[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...shows] = part.split('\n');
      return {line, shows: shows.filter((each) => each !== '').map((each) => each.trimEnd())};
    });
}
