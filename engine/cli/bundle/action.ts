import type {RunOptions} from '../invocation.js';

/** What `u7s-play bundle` is asked to do. */
export type BundleAction =
  | {
      readonly action: 'create';
      /** The archive to write. */
      readonly file: string;
      /** The folder of a bundle. */
      readonly from: string;
      /** Further archives of images. */
      readonly images: readonly string[];
    }
  | {readonly action: 'verify'; readonly bundle: string; readonly digest: string | undefined}
  /** The playbook is that of `options`; the bundle becomes variables of it. */
  | {
      readonly action: 'push';
      readonly bundle: string;
      readonly digest: string | undefined;
      readonly options: RunOptions;
    };
