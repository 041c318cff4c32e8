/** What a recap says beside its counts. */
export interface Notes {
  /** A command of undeclared effects was planned. */
  readonly addUndeclared: (label: string) => void;
  /** `pending`: handlers that had no turn. */
  texts(how: {readonly check: boolean; readonly pending: readonly string[]}): readonly string[];
}

const named = 3;

/** No notes yet. */
export function createNotes(): Notes {
  const undeclared: string[] = [];
  return {
    addUndeclared: (label) => void undeclared.push(label),
    texts({check, pending}) {
      const handlers = pending.length === 0 ? [] : [`handlers that are still to run: ${pending.join(', ')}`];
      if (!check || undeclared.length === 0) return handlers;
      const more = undeclared.length > named ? `, and ${undeclared.length - named} more` : '';
      const count = undeclared.length === 1 ? '1 command' : `${undeclared.length} commands`;
      const names = undeclared.slice(0, named).join(', ') + more;
      return [
        `${count} with undeclared effects: what follows assumes that they leave it alone (${names})`,
        ...handlers,
      ];
    },
  };
}
