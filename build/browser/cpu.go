//go:build unix

package browser

import "time"

// A Usage is for how long a process, and its dedicated workers alone, have been
// on CPUs, and how much memory the process has needed.
type Usage struct {
	// Process is that of the whole process, in steps of 10 ms: with its workers,
	// the page itself, and the threads that compile WebAssembly to faster code
	// while it runs.
	Process time.Duration
	// Workers is that of its dedicated workers. Only Linux tells; elsewhere it
	// is 0.
	Workers time.Duration
	// Memory is the most that the whole process has had in memory since it began,
	// in bytes. Only Linux tells; elsewhere it is 0.
	Memory int64
}

// Work calls f and returns what the page that worked most has used meanwhile:
// beside the one that a test looks at there are only a spare one and one that
// draws the browser's own window.
func (b *Browser) Work(f func()) (most Usage) {
	b.t.Helper()
	before := b.usage()
	f()
	for id, now := range b.usage() {
		if used := now.Process - before[id].Process; used >= most.Process {
			most = Usage{used, now.Workers - before[id].Workers, now.Memory}
		}
	}
	return most
}

// usage returns what the processes of all pages have used so far, by process id.
func (b *Browser) usage() map[int]Usage {
	b.t.Helper()
	var answer struct {
		ProcessInfo []struct {
			Type    string
			ID      int
			CPUTime float64 // in seconds
		}
	}
	b.Call("SystemInfo.getProcessInfo", nil, &answer)
	used := make(map[int]Usage)
	for _, p := range answer.ProcessInfo {
		if p.Type != "renderer" {
			continue
		}
		on, err := workers(p.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		memory, err := peak(p.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		used[p.ID] = Usage{time.Duration(p.CPUTime * float64(time.Second)), on, memory}
	}
	return used
}
