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
      /** Packages for dpkg that the hosts need besides. */
      readonly debs: readonly string[];
    }
  | {readonly action: 'verify'; readonly bundle: string; readonly digest: string | undefined}
  | {
      readonly action: 'repository';
      readonly bundle: string;
      readonly digest: string | undefined;
      /** The folder to write. */
      readonly folder: string;
      /** Further packages for dpkg. */
      readonly debs: readonly string[];
      /** The user's key that signs it. */
      readonly key: string | undefined;
    }
  /** The playbook is that of `options`; the bundle becomes variables of it. */
  | {
      readonly action: 'push';
      readonly bundle: string;
      readonly digest: string | undefined;
      readonly options: RunOptions;
    };
