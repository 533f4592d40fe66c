//go:build unix && !linux

package devtools

import (
	"syscall"
	"time"
)

// dieWithParent has no equivalent here; the closed pipe ends the browser.
func dieWithParent(*syscall.SysProcAttr) {}

// awaitGroup waits until the group has no process left.
func awaitGroup(group int) {
	for syscall.Kill(-group, 0) == nil {
		time.Sleep(time.Millisecond)
	}
}
