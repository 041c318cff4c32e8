import {existsSync, writeFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {badInput} from '../diagnostic.js';
import {recordProfile, type ProfileRecord} from '../render/profile.js';
import {profileText} from '../render/profile-table.js';
import {traceText} from '../render/profile-trace.js';
import {endPhase, phasesSoFar} from './phases.js';
import {complain, secrets} from './speak.js';

/** A profile that is being made. */
export interface Profiling extends Pick<ProfileRecord, 'show' | 'told'> {
  /** Writes the trace into its file, and the tables to standard error. */
  readonly end: () => void;
}

/** Begins the profile that `--profile` asks for; throws `BadInput` where its file cannot be written. */
export function startProfile(file: string | undefined): Profiling | undefined {
  if (file === undefined) return undefined;
  if (!existsSync(dirname(resolve(file))))
    throw badInput(`the profile "${file}" cannot be written: its folder is not there`);
  const record = recordProfile({mask: (text) => secrets.mask(text)});
  return {
    show: record.show,
    told: record.told,
    end() {
      endPhase('end');
      const profile = record.profile(phasesSoFar());
      writeFileSync(file, traceText(profile));
      complain(profileText(profile));
    },
  };
}
