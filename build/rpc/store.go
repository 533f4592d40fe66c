//go:build !announce

package rpc

import (
	"satchel/fsm/kv"
	"satchel/fsm/kv/logfile"
)

// store keeps a map in a file.
func store(path string) kv.Store { return logfile.Open(path) }
