//go:build unix

package logfile

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// ErrLocked reports that a folder belongs to another process.
var ErrLocked = errors.New("logfile: in use by another process")

// lockedFile opens the file for reading and writing and locks it until it is
// closed. The lock is taken again when the file was replaced meanwhile.
func lockedFile(path string, create bool) (*os.File, error) {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	for {
		f, err := os.OpenFile(path, flags, 0o600)
		if err != nil {
			return nil, err
		}
		if err := flock(f, syscall.LOCK_EX); err != nil {
			f.Close()
			return nil, err
		}
		mine, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if now, err := os.Stat(path); err == nil && os.SameFile(mine, now) {
			return f, nil
		}
		f.Close()
	}
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			return err
		}
	}
}

// Lock takes the lock file at path for as long as the process lives or until
// the returned function is called. It fails with [ErrLocked] at once when
// another process has it. The fence of the stores does not need it; it spares
// the person a surprise.
func Lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if err == syscall.EWOULDBLOCK {
			return nil, fmt.Errorf("%s: %w", path, ErrLocked)
		}
		return nil, err
	}
	return f.Close, nil
}
