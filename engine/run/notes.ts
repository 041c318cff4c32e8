/** What a recap says beside its counts. */
export interface Notes {
  /** A command of undeclared effects was planned. */
  readonly addUndeclared: (label: string) => void;
  texts(how: {readonly check: boolean}): readonly string[];
}

const named = 3;

/** No notes yet. */
export function createNotes(): Notes {
  const undeclared: string[] = [];
  return {
    addUndeclared: (label) => void undeclared.push(label),
    texts({check}) {
      if (!check || undeclared.length === 0) return [];
      const more = undeclared.length > named ? `, and ${undeclared.length - named} more` : '';
      const count = undeclared.length === 1 ? '1 command' : `${undeclared.length} commands`;
      return [`${count} with undeclared effects: what follows assumes that they leave it alone (${undeclared.slice(0, named).join(', ')}${more})`];
    },
  };
}
