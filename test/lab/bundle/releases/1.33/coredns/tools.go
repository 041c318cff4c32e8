//go:build tools

// Package tools pins what the bundle builds from this module.
package tools

import (
	_ "github.com/coredns/coredns"
)
