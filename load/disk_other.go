//go:build !linux

package load

import "os"

// beginSync is a hint that other systems do not take.
func beginSync(*os.File) {}
