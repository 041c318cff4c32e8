import type {Item, Play} from './project.js';

/** The names of the roles that a play's `roles` name, and of those that come as their dependencies; each once, in order. */
export function roleNamesOf(direct: readonly string[], roles: readonly Item[]): Play['roleNames'] {
  const all = new Set(roles.flatMap(namesIn));
  return {direct: [...new Set(direct)], dependent: [...all].filter((name) => !direct.includes(name))};
}

function namesIn(item: Item): readonly string[] {
  switch (item.kind) {
    case 'task':
      return item.role ? [item.role.name] : [];
    case 'block':
      return [...item.block, ...item.rescue, ...item.always].flatMap(namesIn);
    case 'meta':
      return [];
  }
}
