// Command image-verifier answers containerd's question before a pull: may this image, at this digest, run here?
//
// It is called by containerd's bindir plugin as `image-verifier -name NAME -digest DIGEST -stdin-media-type TYPE`, judges by
// the policy of containers (policy.json, registries.d, the keys that these name), and answers by its exit status: 0 allowed,
// 1 refused. The first line of its output is the reason, which `kubectl describe pod` shows. Anything unexpected refuses.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/containers/image/v5/docker"
	"github.com/containers/image/v5/docker/reference"
	"github.com/containers/image/v5/image"
	"github.com/containers/image/v5/signature"
	"github.com/containers/image/v5/types"
	"github.com/opencontainers/go-digest"
)

func main() {
	var question question
	var cacheFolder, mediaType string
	flag.StringVar(&question.name, "name", "", "the image as the pod names it")
	flag.StringVar(&question.digest, "digest", "", "the digest that the name was resolved to")
	flag.StringVar(&mediaType, "stdin-media-type", "", "media type of the descriptor on standard input (not used)")
	flag.StringVar(&question.policy, "policy", "/etc/containers/policy.json", "the policy")
	flag.StringVar(&question.registries, "registries", "/etc/containers/registries.d", "where signatures are looked for")
	flag.StringVar(&question.registriesConf, "registries-conf", "", "registries.conf, when it is not the system's")
	flag.StringVar(&cacheFolder, "cache", defaultCache, "folder of remembered answers; empty: none")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// containerd ends us after per_verifier_timeout; an answer of our own names the reason.
	ctx, cancel := context.WithTimeout(ctx, 25*time.Second)
	defer cancel()

	err := answer(ctx, question, cache{folder: cacheFolder})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("allowed by policy")
}

// question is what is asked, and by which files it is judged.
type question struct {
	name, digest       string
	policy, registries string
	registriesConf     string
}

// answer is nil when the image may run; else the reason why it may not.
func answer(ctx context.Context, asked question, remembered cache) error {
	_, _ = io.Copy(io.Discard, os.Stdin)
	rules, err := rulesDigest(asked)
	if err != nil {
		return err
	}
	if remembered.knows(asked, rules) {
		return nil
	}
	policy, err := signature.NewPolicyFromFile(asked.policy)
	if err != nil {
		return fmt.Errorf("the policy %s cannot be used: %w", asked.policy, err)
	}
	rule, err := signature.NewPolicyContext(policy)
	if err != nil {
		return err
	}
	defer func() { _ = rule.Destroy() }()

	named, resolved, err := parse(asked)
	if err != nil {
		return err
	}
	ref, err := docker.NewReference(named)
	if err != nil {
		return err
	}
	// Rules that ask for no signature are decided without the registry.
	allowed, err := rule.IsRunningImageAllowed(ctx, nameOnly{ref})
	if errors.Is(err, errRegistryNeeded) {
		allowed, err = judgeAtRegistry(ctx, judgement{rule: rule, ref: ref, digest: resolved, asked: asked})
	}
	if err != nil {
		return err
	}
	if !allowed {
		return fmt.Errorf("image %s is refused by policy", asked.name)
	}
	remembered.remember(asked, rules)
	return nil
}

// parse gives the name as it is judged (a digest in it must be the resolved one; its tag stays, since a signature is for a tag) and the digest.
func parse(asked question) (reference.Named, digest.Digest, error) {
	resolved, err := digest.Parse(asked.digest)
	if err != nil {
		return nil, "", fmt.Errorf("digest %q: %w", asked.digest, err)
	}
	named, err := reference.ParseDockerRef(asked.name)
	if err != nil {
		return nil, "", fmt.Errorf("name %q: %w", asked.name, err)
	}
	if digested, ok := named.(reference.Digested); ok && digested.Digest() != resolved {
		return nil, "", fmt.Errorf("image %s was resolved to another digest, %s", asked.name, resolved)
	}
	return reference.TagNameOnly(named), resolved, nil
}

type judgement struct {
	rule   *signature.PolicyContext
	ref    types.ImageReference
	digest digest.Digest
	asked  question
}

// judgeAtRegistry reads the manifest at the digest (the tag may have moved since) and its signatures; no layer is read.
func judgeAtRegistry(ctx context.Context, judged judgement) (bool, error) {
	system := &types.SystemContext{
		RegistriesDirPath:        judged.asked.registries,
		SystemRegistriesConfPath: judged.asked.registriesConf,
	}
	source, err := judged.ref.NewImageSource(ctx, system)
	if err != nil {
		return false, err
	}
	defer func() { _ = source.Close() }()
	return judged.rule.IsRunningImageAllowed(ctx, image.UnparsedInstance(source, &judged.digest))
}

var errRegistryNeeded = errors.New("the rule asks for a signature")

// nameOnly is an image of which only the name may be asked.
type nameOnly struct{ ref types.ImageReference }

func (named nameOnly) Reference() types.ImageReference { return named.ref }

func (named nameOnly) Manifest(context.Context) ([]byte, string, error) {
	return nil, "", errRegistryNeeded
}

func (named nameOnly) Signatures(context.Context) ([][]byte, error) { return nil, errRegistryNeeded }
