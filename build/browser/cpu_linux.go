package browser

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// peak returns the most that a process has had in memory so far, in bytes.
func peak(process int) (int64, error) {
	path := fmt.Sprintf("/proc/%d/status", process)
	status, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // it has ended meanwhile
	}
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kB int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kB); n == 1 {
			return kB << 10, nil
		}
	}
	return 0, fmt.Errorf("%s does not tell the peak of the memory", path)
}
