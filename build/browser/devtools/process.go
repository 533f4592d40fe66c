//go:build unix

package devtools

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
)

// flags make a browser that shows no window, asks nothing and reaches nothing
// but loopback.
var flags = []string{
	"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync",
	"--disable-dev-shm-usage", "--disable-breakpad",
	"--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
	"--remote-debugging-pipe", "--no-startup-window",
}

// A process is a running Chromium with all that it started, as one process
// group, and its two pipes.
type process struct {
	cmd    *exec.Cmd
	stderr tail
	done   chan struct{} // closed when the first process has ended
	in     *os.File      // what the browser says
	out    *os.File      // what it hears
}

// startProcess starts the browser at path with the profile folder.
func startProcess(path, profile string, more []string) (*process, error) {
	// A browser that was killed leaves the lock of its profile behind.
	for _, name := range []string{"SingletonLock", "SingletonSocket", "SingletonCookie"} {
		os.Remove(filepath.Join(profile, name))
	}
	env, err := environment(profile)
	if err != nil {
		return nil, err
	}
	hear, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in, say, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &process{done: make(chan struct{}), in: in, out: out}
	args := append(append([]string{}, flags...), more...)
	p.cmd = exec.Command(path, append(args, "--user-data-dir="+profile)...)
	p.cmd.ExtraFiles = []*os.File{hear, say} // its descriptors 3 and 4
	p.cmd.Env = env
	p.cmd.Stderr = &p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(p.cmd.SysProcAttr)
	started := make(chan error)
	go func() {
		// The kernel ends the child together with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		hear.Close()
		say.Close()
		started <- err
		if err == nil {
			p.cmd.Wait()
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		in.Close()
		out.Close()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return p, nil
}

// longestProfile is the length in bytes of the longest path of a profile that can
// hold temporary files: one of them is a socket, at a path almost 50 bytes longer,
// and macOS has sockets at paths of 103 bytes at most.
const longestProfile = 103 - 50

// environment returns that of a browser. A browser that is killed leaves its
// temporary files behind, so they are in its profile and go with that.
func environment(profile string) ([]string, error) {
	if len(profile) > longestProfile {
		return os.Environ(), nil
	}
	temporary := filepath.Join(profile, "t")
	if err := os.RemoveAll(temporary); err != nil {
		return nil, err
	}
	return append(os.Environ(), "TMPDIR="+temporary), os.Mkdir(temporary, 0o700)
}

// kill ends the whole group at once, as a power cut would, and returns when
// none of it is left.
func (p *process) kill() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	awaitGroup(p.cmd.Process.Pid)
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, b...)
	if over := len(t.data) - 1<<14; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.data))
}
