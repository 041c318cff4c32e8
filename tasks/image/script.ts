import {raw, sh, type Raw} from '../../engine/host.js';

/** What is asked of one image in a registry, and what judges its signatures. */
export interface SignedImageKey {
  /** Registry, path and tag. */
  readonly name: string;
  /** Folder of the signatures by OpenPGP, `PATH@sha256=HEX/signature-N` below it. */
  readonly signatures?: string;
  /** A public key of sigstore on the machine; signatures of that kind are looked for only with it. */
  readonly sigstorePublicKey?: string;
  readonly tls: boolean;
}

/** Registry and path of a name, its path alone, and its tag. */
export function partsOf(name: string): {readonly repository: string; readonly path: string; readonly tag: string} {
  const colon = name.lastIndexOf(':');
  const repository = name.slice(0, colon);
  return {repository, path: repository.slice(repository.indexOf('/') + 1), tag: name.slice(colon + 1)};
}

/** Functions of sh that both the question and the signing need; `$t` is a folder of their own, gone with the shell. */
export function imageFunctions({name, signatures, tls}: SignedImageKey): Raw {
  const {repository, path} = partsOf(name);
  // A session's folder may be another user's after sudo; passwords of registries are looked for in it.
  return raw(sh`[ -z "\${XDG_RUNTIME_DIR-}" ] || [ -O "$XDG_RUNTIME_DIR" ] || unset XDG_RUNTIME_DIR
umask 022
t=$(TMPDIR=/var/tmp mktemp -d) || exit
trap 'rm -rf "$t"' EXIT
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$t/policy"
raw_of() { skopeo inspect --raw --tls-verify=${String(tls)} -- "docker://$1"; }
at() { printf '%s@%s' ${repository} "$1"; }
digests() {
  printf 'sha256:%s\n' "$(sha256sum <"$1" | cut -d' ' -f1)"
  if grep -q '"manifests"' "$1"; then grep -o '"digest" *: *"sha256:[0-9a-f]\\{64\\}"' "$1" | grep -o 'sha256:[0-9a-f]*'; fi
}
folder_of() { printf '%s/%s@sha256=%s' ${signatures ?? ''} ${path} "\${1#sha256:}"; }
opened() { gpg --batch --no-tty --no-autostart --no-auto-check-trustdb --trust-model always --lock-never --status-fd 2 --decrypt "$1" 2>"$t/status" >"$t/payload"; }`);
}
