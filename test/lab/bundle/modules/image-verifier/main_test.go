package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const someDigest = "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

const rejectAllButOurs = `{"default": [{"type": "reject"}],
  "transports": {"docker": {"registry.local/u7s": [{"type": "insecureAcceptAnything"}]}}}`

func asking(t *testing.T, name, policy string) question {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "policy.json")
	if err := os.WriteFile(file, []byte(policy), 0o644); err != nil {
		t.Fatal(err)
	}
	return question{name: name, digest: someDigest, policy: file, registries: folder}
}

func ask(t *testing.T, asked question, remembered cache) string {
	t.Helper()
	if err := answer(context.Background(), asked, remembered); err != nil {
		return err.Error()
	}
	return "allowed"
}

func TestAnImageThatThePolicyAcceptsIsAllowedWithoutItsRegistry(t *testing.T) {
	if said := ask(t, asking(t, "registry.local/u7s/web:1", rejectAllButOurs), cache{}); said != "allowed" {
		t.Error(said)
	}
}

func TestAnyOtherImageIsRefusedInThePolicysWords(t *testing.T) {
	for _, name := range []string{"docker.io/library/busybox:1", "busybox", "registry.local/other/web:1", "registry.local/u7sx/web:1"} {
		if said := ask(t, asking(t, name, rejectAllButOurs), cache{}); !strings.Contains(said, "rejected by policy") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestAPolicyThatIsMissingOrBrokenRefuses(t *testing.T) {
	for _, policy := range []string{"", "{}", `{"default": []}`, `{"default": [{"type": "acceptMaybe"}]}`} {
		if said := ask(t, asking(t, "registry.local/u7s/web:1", policy), cache{}); said == "allowed" {
			t.Errorf("policy %q allowed", policy)
		}
	}
	asked := asking(t, "registry.local/u7s/web:1", rejectAllButOurs)
	asked.policy += ".missing"
	if said := ask(t, asked, cache{}); !strings.Contains(said, "cannot be read") {
		t.Error(said)
	}
}

func TestANameWithAnotherDigestThanTheResolvedOneIsRefused(t *testing.T) {
	name := "registry.local/u7s/web@sha256:" + strings.Repeat("0", 64)
	if said := ask(t, asking(t, name, rejectAllButOurs), cache{}); !strings.Contains(said, "resolved to another digest") {
		t.Error(said)
	}
}

func TestAnAllowedImageIsRememberedUntilThePolicyChanges(t *testing.T) {
	asked := asking(t, "registry.local/u7s/web:1", rejectAllButOurs)
	remembered := cache{folder: filepath.Join(t.TempDir(), "cache")}
	if said := ask(t, asked, remembered); said != "allowed" {
		t.Fatal(said)
	}
	rules, err := rulesDigest(asked)
	if err != nil || !remembered.knows(asked, rules) {
		t.Fatalf("not remembered: %v", err)
	}
	if err := os.WriteFile(asked.policy, []byte(`{"default": [{"type": "reject"}]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := ask(t, asked, remembered); !strings.Contains(said, "rejected by policy") {
		t.Error(said)
	}
}

func TestAChangedKeyMakesAnotherAnswerNecessary(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.gpg")
	policy := `{"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "` + key + `"}]}`
	asked := asking(t, "registry.local/u7s/web:1", policy)
	if _, err := rulesDigest(asked); err == nil {
		t.Error("a key that is missing was taken")
	}
	var digests []string
	for _, content := range []string{"one", "two"} {
		if err := os.WriteFile(key, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		rules, err := rulesDigest(asked)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, rules)
	}
	if digests[0] == digests[1] {
		t.Error("the same answer for another key")
	}
}
