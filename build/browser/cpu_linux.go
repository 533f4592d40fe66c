package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// workers returns for how long the threads of a process that are dedicated
// workers have been on a CPU so far.
func workers(process int) (on time.Duration, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", process))
	if err != nil {
		return 0, err
	}
	for _, thread := range threads {
		name, err := os.ReadFile(filepath.Join(thread, "comm"))
		if err != nil || string(name) != "DedicatedWorker\n" {
			continue // also a thread that has ended meanwhile
		}
		// Nanoseconds on a CPU, nanoseconds waiting for one, turns.
		stat, err := os.ReadFile(filepath.Join(thread, "schedstat"))
		if err != nil {
			return 0, err
		}
		var ns time.Duration
		if _, err := fmt.Sscan(string(stat), &ns); err != nil {
			return 0, fmt.Errorf("%s/schedstat is %q: %w", thread, stat, err)
		}
		on += ns
	}
	return on, nil
}
