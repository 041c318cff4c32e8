import {raw} from '../../engine/host.js';

/**
 * Waits for a kubeadm that an earlier run may have left at work, and keeps others out: two at once would write the same files.
 * Its descriptor is inherited by kubeadm, so the lock ends with it and not with the connection.
 */
export const kubeadmLock = raw('flock -w 900 /run/lock/u7s-kubeadm.lock');
