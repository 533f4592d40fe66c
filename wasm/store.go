//go:build js && !announce

package main

import (
	"satchel/fsm/kv"
	"satchel/wasm/idb"
)

// store keeps a map in a database of its own.
func store(name string) kv.Store { return idb.Open("satchel/" + name) }
