import {systemdService} from './systemd_service.js';

/** `systemd_service` by its older name, which many roles use. */
export const systemd: typeof systemdService = {...systemdService, name: 'systemd'};
