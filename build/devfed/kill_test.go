package devfed_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"satchel/build/devfed"
	"satchel/client/wire"
)

// childArgs is the environment variable with which the test program is the verb
// devfed instead.
const childArgs = "DEVFED_TEST_ARGS"

func TestMain(m *testing.M) {
	if args := os.Getenv(childArgs); args != "" {
		if err := devfed.Verb(context.Background(), strings.Split(args, " "), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A child is the verb devfed in a process of its own.
type child struct {
	t       *testing.T
	process *exec.Cmd
	out     *bufio.Reader
	ready   struct {
		Invite    wire.InviteCode
		Guardians []string
		Faucet    string
	}
}

func spawn(t *testing.T, args string) *child {
	t.Helper()
	c := &child{t: t, process: exec.CommandContext(t.Context(), os.Args[0])}
	c.process.Env = append(os.Environ(), childArgs+"="+args)
	c.process.Stderr = os.Stderr
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	c.out = bufio.NewReader(out)
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("the verb ended with %q: %v", line, c.process.Wait())
	}
	if err := json.Unmarshal(line, &c.ready); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return c
}

// end sends a signal and waits for the end.
func (c *child) end(signal os.Signal) error {
	c.t.Helper()
	if err := c.process.Process.Signal(signal); err != nil {
		c.t.Fatal(err)
	}
	return c.process.Wait()
}

// post is one request to the faucet, which may fail at any point because the
// federation is being killed.
func (c *child) post(path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	response, err := http.Post(c.ready.Faucet+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %d %s", path, response.StatusCode, raw)
	}
	return json.Unmarshal(raw, answer)
}

// A ledger is what clients were told.
type ledger struct {
	mu                sync.Mutex
	spent, unspent    []wire.OOBNotes // each of one note of 1 msat; undecided ones are in neither
	issued, attempted wire.Amount
	sessions          uint64
}

// TestKills kills the federation again and again while clients draw notes from
// the faucet, give them back and complete sessions. Whatever was acknowledged is
// there afterwards, and nothing that was not even tried.
func TestKills(t *testing.T) {
	const kills = 15
	args := "--json --guardians 4 --listen 127.0.0.1:0 --session 1h --data " + t.TempDir()
	var book ledger
	var invite wire.InviteCode
	for round := range kills {
		c := spawn(t, args)
		if round == 0 {
			invite = c.ready.Invite
		}
		if c.ready.Invite.String() != invite.String() {
			t.Fatalf("it came back as %v", c.ready.Invite)
		}
		book.check(t, c)
		deadline := int32(1 + rand.IntN(20))
		var acknowledged atomic.Int32
		dead := make(chan struct{})
		var work sync.WaitGroup
		for range 3 {
			work.Go(func() {
				for book.act(c) == nil {
					if acknowledged.Add(1) == deadline {
						close(dead)
					}
				}
			})
		}
		idle := make(chan struct{})
		go func() { work.Wait(); close(idle) }()
		select {
		case <-dead:
		case <-idle:
			t.Fatal("the federation failed before it was killed")
		}
		var failed *exec.ExitError
		if err := c.end(os.Kill); !errors.As(err, &failed) {
			t.Errorf("killed: %v", err)
		}
		<-idle
	}
	last := spawn(t, args)
	book.check(t, last)
	if err := last.end(os.Interrupt); err != nil {
		t.Errorf("interrupted: %v", err)
	}
}

// act does one thing and writes down what was acknowledged.
func (l *ledger) act(c *child) error {
	switch rand.IntN(5) {
	case 0:
		var done struct {
			Count uint64 `json:"session_count"`
		}
		err := c.post("/session", struct{}{}, &done)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.sessions = max(l.sessions, done.Count)
		return err
	case 1, 2:
		return l.redeem(c)
	}
	return l.draw(c)
}

func (l *ledger) draw(c *child) error {
	l.mu.Lock()
	l.attempted++
	l.mu.Unlock()
	var got struct{ Notes wire.OOBNotes }
	if err := c.post("/ecash", map[string]int{"amount_msat": 1}, &got); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.issued++
	l.unspent = append(l.unspent, got.Notes)
	return nil
}

func (l *ledger) redeem(c *child) error {
	l.mu.Lock()
	if len(l.unspent) == 0 {
		l.mu.Unlock()
		return l.draw(c)
	}
	notes := l.unspent[0]
	l.unspent = l.unspent[1:] // until it is acknowledged it may be either
	l.mu.Unlock()
	var got struct {
		Amount wire.Amount `json:"amount_msat"`
	}
	if err := c.post("/redeem", map[string]any{"notes": notes}, &got); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spent = append(l.spent, notes)
	return nil
}

// check asks a guardian for everything that was acknowledged.
func (l *ledger) check(t *testing.T, c *child) {
	t.Helper()
	s := dial(t, c.ready.Guardians[1])
	config := ask[wire.ClientConfig](s, "client_config", nil)
	method := fmt.Sprintf("module_%d_note_spent", config.ModulesOf(wire.KindMint)[0])
	for want, all := range map[bool][]wire.OOBNotes{true: l.spent, false: l.unspent} {
		for _, notes := range all {
			nonce := notes.Notes()[1][0].SpendKey.PublicKey()
			if got := ask[bool](s, method, nonce); got != want {
				t.Errorf("note spent %v, %v was acknowledged", got, want)
			}
		}
	}
	var audit struct {
		Issued   wire.Amount `json:"issued_msat"`
		Redeemed wire.Amount `json:"redeemed_msat"`
	}
	response, err := http.Get(c.ready.Faucet + "/audit") // fails if value was made or lost
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&audit); err != nil {
		t.Fatal(err)
	}
	if audit.Issued < l.issued || audit.Issued > l.attempted || audit.Redeemed < wire.Amount(len(l.spent)) {
		t.Errorf("the audit has %+v; %v were acknowledged of %v, and %d back", audit, l.issued, l.attempted, len(l.spent))
	}
	count := ask[uint64](s, "session_count", nil)
	if count < l.sessions {
		t.Errorf("%d sessions are complete, %d were acknowledged", count, l.sessions)
	}
	for index := range count {
		signed := decode[wire.SignedSessionOutcome](t, ask[wire.Serde](s, "await_signed_session_outcome", index))
		if err := signed.Verify(index, config.BroadcastKeys); err != nil {
			t.Error(err)
		}
	}
	s.conn.CloseNow()
}
