import {sh} from '../../engine/host.js';

/** Lets a user's manager run without a login (it is up when the script ends), or no longer. */
export function lingerScript(user: string, enabled: boolean): string {
  return enabled
    ? sh`loginctl enable-linger ${user} && systemctl start "user@$(id -u ${user}).service"`
    : sh`loginctl disable-linger ${user}`;
}
