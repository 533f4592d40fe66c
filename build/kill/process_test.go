package kill

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"satchel/build/devfed"
)

// A process is the wallet of build rpc.
type process struct {
	t    *testing.T
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

func (p *process) start() {
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
	go p.read(out, p.dead)
}

func (p *process) read(out io.Reader, dead chan struct{}) {
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
	p.cmd.Wait()
	close(dead)
}

func (p *process) kill() { p.cmd.Process.Kill() }

// ask sends a request and gives its answers to on, until that has enough.
func (p *process) ask(verb string, fields map[string]any, on func(json.RawMessage) (enough bool, err error)) error {
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
		return errDied
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
			return errDied
		}
	}
}

func (p *process) cancel(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, id)
	p.next++
	fmt.Fprintf(p.in, "{\"request_id\":%d,\"type\":\"cancel_rpc\",\"cancel_request_id\":%d}\n", p.next, id)
}

func (p *process) call(verb string, fields map[string]any, out any) error {
	return p.ask(verb, fields, func(data json.RawMessage) (bool, error) {
		if out == nil {
			return false, nil
		}
		return true, json.Unmarshal(data, out)
	})
}

func (p *process) rest(fields map[string]any, final bool, out any) error {
	return p.ask("subscribe_operation", fields, func(data json.RawMessage) (bool, error) {
		var d detail
		if err := json.Unmarshal(data, &d); err != nil {
			return false, err
		}
		for _, m := range d.Machines {
			if m.Stuck == "" && !m.Final && (final || m.Current != "given") {
				return false, nil
			}
		}
		return true, json.Unmarshal(data, out)
	})
}

// TestProcess kills the native wallet, by SIGKILL.
func TestProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "build")
	if out, err := exec.Command("go", "build", "-tags", "announce", "-o", path, "satchel/build").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	everyCommit(t, func(t *testing.T, ann *announcer) (wallet, *devfed.Federation) {
		server := httptest.NewServer(http.HandlerFunc(ann.ServeHTTP))
		t.Cleanup(server.Close)
		p := &process{t: t, path: path, dir: t.TempDir(), env: []string{"SATCHEL_ANNOUNCE=" + server.URL}}
		p.start()
		t.Cleanup(func() { p.kill(); <-p.dead })
		return p, federation(t, nil)
	})
}
