//go:build unix

package drive

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// BuildProcess builds the tools with the given build tags and returns a wallet
// that they run, in a folder of its own and with further environment variables.
// It is started already and ends with the test.
func BuildProcess(t testing.TB, tags string, env ...string) *Process {
	t.Helper()
	path := filepath.Join(t.TempDir(), "build")
	if out, err := exec.Command("go", "build", "-tags", tags, "-o", path, "satchel/build").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return newProcess(t, path, env)
}

// Fresh returns another wallet, of the same program.
func (p *Process) Fresh(t testing.TB) *Process { return newProcess(t, p.path, p.env) }

func newProcess(t testing.TB, path string, env []string) *Process {
	p := &Process{t: t, path: path, dir: t.TempDir(), env: env}
	p.Start()
	t.Cleanup(func() { p.Kill(); <-p.dead })
	return p
}

// A Process is the wallet of build rpc.
type Process struct {
	t    testing.TB
	path string // of the program
	dir  string
	env  []string

	mu    sync.Mutex
	next  uint64
	calls map[uint64]chan response
	cmd   *exec.Cmd
	in    io.WriteCloser
	dead  chan struct{}
}

type response struct {
	ID    uint64          `json:"request_id"`
	Type  string          `json:"type"`
	Data  json.RawMessage `json:"data"`
	Error string          `json:"error"`
	Code  string          `json:"code"`
}

// Start implements [Wallet].
func (p *Process) Start() {
	p.t.Helper()
	cmd := exec.Command(p.path, "rpc", "--dir", p.dir)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cmd, p.in, p.dead, p.calls = cmd, in, make(chan struct{}), map[uint64]chan response{}
	go p.read(cmd, out, p.dead)
}

// read hands out the answers of one run, until that has ended.
func (p *Process) read(cmd *exec.Cmd, out io.Reader, dead chan struct{}) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 32<<20)
	for lines.Scan() {
		var r response
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			continue // cut off by the kill
		}
		p.mu.Lock()
		answers := p.calls[r.ID]
		p.mu.Unlock()
		if answers != nil {
			answers <- r
		}
	}
	cmd.Wait()
	close(dead)
}

// Kill implements [Wallet].
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cmd.Process.Kill()
}

// ask sends a request and gives its answers to on, until that has enough.
func (p *Process) ask(verb string, fields map[string]any, on func(json.RawMessage) (enough bool, err error)) error {
	request := map[string]any{}
	for k, v := range fields {
		request[k] = v
	}
	p.mu.Lock()
	p.next++
	id := p.next
	answers := make(chan response, 1000)
	p.calls[id] = answers
	in, dead := p.in, p.dead
	p.mu.Unlock()
	request["request_id"], request["type"] = id, verb
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := in.Write(append(line, '\n')); err != nil {
		return ErrDied
	}
	for {
		select {
		case r := <-answers:
			switch r.Type {
			case "error":
				return fmt.Errorf("%s: %s (%s)", verb, r.Error, r.Code)
			case "end", "aborted":
				return nil
			}
			enough, err := on(r.Data)
			if err != nil {
				return err
			}
			if enough {
				p.cancel(id)
				return nil
			}
		case <-dead:
			return ErrDied
		}
	}
}

func (p *Process) cancel(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, id)
	p.next++
	fmt.Fprintf(p.in, "{\"request_id\":%d,\"type\":\"cancel_rpc\",\"cancel_request_id\":%d}\n", p.next, id)
}

// Call implements [Wallet].
func (p *Process) Call(verb string, fields map[string]any, out any) error {
	return p.ask(verb, fields, func(data json.RawMessage) (bool, error) {
		if out == nil {
			return false, nil
		}
		return true, json.Unmarshal(data, out)
	})
}

// Rest implements [Wallet].
func (p *Process) Rest(fields map[string]any, final bool, out any) error {
	return p.ask("subscribe_operation", fields, func(data json.RawMessage) (bool, error) {
		rest, err := atRest(data, final)
		if err != nil || !rest {
			return false, err
		}
		return true, json.Unmarshal(data, out)
	})
}
