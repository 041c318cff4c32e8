//go:build tools

// Package tools pins what the bundle builds from this module.
package tools

import (
	_ "github.com/traefik/traefik/v3/cmd/traefik"
)
