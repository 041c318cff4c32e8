import type {Promised} from '../../engine/task.js';

const folders =
  /^\/(?:etc\/(?:apt\/(?:sources\.list|preferences|trusted|auth)|yum\.repos\.d|yum\.conf|dnf\/|zypp\/repos\.d|apk\/repositories))/;

/** Whether a promise is about a file that says where packages come from. */
export function repositoryFile(promised: Promised): boolean {
  return promised.kind === 'file' && folders.test('id' in promised ? promised.id : promised.under);
}
