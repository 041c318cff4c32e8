package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// defaultCache lies beside containerd's own state: it belongs to the same user and lives as long.
const defaultCache = "/var/lib/containerd/image-verifier"

// cache remembers what was allowed, under the name, the digest and everything by which it was judged. Refusals are not remembered.
type cache struct{ folder string }

func (c cache) file(asked question, rules string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{asked.name, asked.digest, rules}, "\x00")))
	return filepath.Join(c.folder, hex.EncodeToString(sum[:]))
}

func (c cache) knows(asked question, rules string) bool {
	if c.folder == "" {
		return false
	}
	_, err := os.Stat(c.file(asked, rules))
	return err == nil
}

// remember may fail silently: the next question is then judged anew.
func (c cache) remember(asked question, rules string) {
	if c.folder == "" || os.MkdirAll(c.folder, 0o700) != nil {
		return
	}
	_ = os.WriteFile(c.file(asked, rules), nil, 0o600)
}

// rulesDigest changes with the policy, the places of signatures and the keys that the policy names.
func rulesDigest(asked question) (string, error) {
	policy, err := os.ReadFile(asked.policy)
	if err != nil {
		return "", fmt.Errorf("the policy cannot be read: %w", err)
	}
	var parsed any
	if err := json.Unmarshal(policy, &parsed); err != nil {
		return "", fmt.Errorf("the policy %s is no JSON: %w", asked.policy, err)
	}
	places, err := filepath.Glob(filepath.Join(asked.registries, "*.yaml"))
	if err != nil {
		return "", err
	}
	files := append(places, namedFiles(parsed)...)
	slices.Sort(files)
	hash := sha256.New()
	hash.Write(policy)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("what the policy names cannot be read: %w", err)
		}
		fmt.Fprintf(hash, "\x00%s\x00%d\x00", file, len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// namedFiles are the keys and certificates that a policy names by path.
func namedFiles(value any) []string {
	var files []string
	switch value := value.(type) {
	case []any:
		for _, member := range value {
			files = append(files, namedFiles(member)...)
		}
	case map[string]any:
		for name, member := range value {
			switch path := member.(type) {
			case string:
				if strings.HasSuffix(name, "Path") {
					files = append(files, path)
				}
			case []any:
				if strings.HasSuffix(name, "Paths") {
					for _, one := range path {
						if text, ok := one.(string); ok {
							files = append(files, text)
						}
					}
					continue
				}
			}
			files = append(files, namedFiles(member)...)
		}
	}
	return files
}
