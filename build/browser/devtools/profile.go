//go:build unix

package devtools

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// profilePrefix begins the names of the folders that NewProfile makes.
const profilePrefix = "satchel-profile-"

// NewProfile makes an empty folder for a profile, among the temporary files. It
// belongs to this process until remove is called or the process ends, however it
// ends: then the next call, of any process, deletes it.
func NewProfile() (folder string, remove func() error, err error) {
	removeAbandoned()
	for {
		if folder, err = os.MkdirTemp("", profilePrefix); err != nil {
			return "", nil, err
		}
		owned, err := own(folder)
		if errors.Is(err, errOwned) {
			continue // another process took it for an abandoned one, and deletes it
		}
		if err != nil {
			return "", nil, errors.Join(err, os.Remove(folder))
		}
		return folder, func() error {
			defer owned.Close()
			return os.RemoveAll(folder)
		}, nil
	}
}

var errOwned = errors.New("devtools: the profile belongs to a process")

// own locks a folder until the file that it returns is closed, or this process
// ends. It fails with errOwned when another owner has it or has deleted it.
func own(folder string) (*os.File, error) {
	f, err := os.Open(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errOwned
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		if _, err = os.Stat(folder); err == nil {
			return f, nil
		}
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, os.ErrNotExist) {
		err = errOwned
	}
	return nil, err
}

// removeAbandoned deletes the profiles of processes that were killed. What it
// may not delete, such as another user's, it leaves.
func removeAbandoned() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*"))
	for _, folder := range folders {
		if f, err := own(folder); err == nil {
			os.RemoveAll(folder)
			f.Close()
		}
	}
}
