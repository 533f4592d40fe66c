//go:build unix && !linux

package browser

import "time"

// workers returns 0: only Linux tells how long a thread was on a CPU.
func workers(process int) (time.Duration, error) { return 0, nil }

// peak returns 0: only Linux tells how much memory a process has needed.
func peak(process int) (int64, error) { return 0, nil }
