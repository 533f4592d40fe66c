package devtools

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// dieWithParent makes the kernel kill the child when this program ends in
// whatever way.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }

// awaitGroup waits until no process of the group runs. They have been sent a
// signal that they cannot refuse, but the kernel takes its time. Processes that
// ended and that nobody has waited for do not count: in a container, whoever
// inherits them may never do so.
func awaitGroup(group int) {
	for running(group) > 0 {
		time.Sleep(time.Millisecond)
	}
}

// running counts the living processes of a group.
func running(group int) (n int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		// "pid (name) state ppid pgrp …"; a name may hold spaces and brackets.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 3 || string(fields[2]) != strconv.Itoa(group) {
			continue
		}
		if state := string(fields[0]); state != "Z" && state != "X" {
			n++
		}
	}
	return n
}
