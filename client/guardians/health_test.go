package guardians

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/wire"
)

// TestStates takes a socket through all of its life.
func TestStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		dialing, hangUp := make(chan error), make(chan bool)
		board := newSwitchboard(func(_ int, l *line) error {
			if err := <-dialing; err != nil {
				return err
			}
			go func() {
				a, _ := l.next()
				l.answer(a.ID, "1")
				<-hangUp
				l.Close()
			}()
			return nil
		})
		socket := socketTo(t, board)
		var rose []time.Duration
		f := alone(t, socket, Options{
			Now: func() time.Time { return time.Unix(1000, 0).Add(time.Since(began)) },
			Up:  func(wire.PeerID) { rose = append(rose, time.Since(began)) },
		})
		expect := func(state State, since int64, lastError string) {
			t.Helper()
			synctest.Wait()
			h := f.Health()[0]
			if h.State != state || h.Since.Unix() != 1000+since {
				t.Errorf("state is %v since %v, want %v since %d", h.State, h.Since.Unix(), state, 1000+since)
			}
			if lastError == "" && h.LastError != nil || lastError != "" && (h.LastError == nil || !strings.Contains(h.LastError.Error(), lastError)) {
				t.Errorf("last error is %v, want %q", h.LastError, lastError)
			}
		}
		ask := func() chan string {
			done := make(chan string, 1)
			go func() { done <- call(t.Context(), f.Guardian(0), "version", nil) }()
			synctest.Wait()
			return done
		}
		expect(Idle, 0, "")
		time.Sleep(10 * time.Second)
		done := ask()
		expect(Connecting, 10, "")
		time.Sleep(time.Second)
		dialing <- errors.New("refused")
		<-done
		expect(Down, 11, "refused")
		done = ask()
		time.Sleep(time.Second)
		expect(Down, 11, "refused") // while it is tried again
		dialing <- nil
		if got := <-done; got != "1" {
			t.Errorf("call gives %s", got)
		}
		expect(Up, 12, "refused")
		time.Sleep(8 * time.Second)
		hangUp <- true
		expect(Down, 20, "hung up")
		if want := []time.Duration{12 * time.Second}; !slices.Equal(rose, want) {
			t.Errorf("came up at %v, want %v", rose, want)
		}
	})
}

// TestStatesOfOthers derives the state of a guardian that has no socket.
func TestStatesOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var err error
		g := guardianFunc(func(context.Context, string, any) (json.RawMessage, error) { return json.RawMessage("1"), err })
		rises := 0
		f := New(map[wire.PeerID]Member{0: {Guardian: g}}, Options{Up: func(wire.PeerID) { rises++ }})
		for _, c := range []struct {
			err  error
			want State
		}{
			{ErrUnreachable, Down}, {nil, Up}, {context.Canceled, Up}, {&AnswerError{400, "no"}, Up}, {ErrMisbehaved, Up},
			{ErrUnreachable, Down}, {&AnswerError{400, "no"}, Up}, {ErrScheme, Unsupported},
		} {
			err = c.err
			time.Sleep(time.Minute)
			f.Guardian(0).Call(t.Context(), "version", nil)
			if got := f.Health()[0].State; got != c.want {
				t.Errorf("after %v: %v, want %v", c.err, got, c.want)
			}
		}
		if rises != 2 {
			t.Errorf("came up %d times", rises)
		}
	})
}

// TestUpWhileFlapping has a guardian that hangs up every second for ten minutes, comes
// back for good, and is lost once more after an hour.
func TestUpWhileFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		flaps := true
		board := newSwitchboard(serving(func(l *line) {
			for a, ok := l.next(); ok; a, ok = l.next() {
				l.answer(a.ID, "1")
				if flaps {
					l.Close()
				}
			}
		}))
		var rose []time.Duration
		f := alone(t, socketTo(t, board), Options{Up: func(wire.PeerID) { rose = append(rose, time.Since(began)) }})
		ask := func() {
			time.Sleep(dialInterval)
			call(t.Context(), f.Guardian(0), "version", nil)
			synctest.Wait()
		}
		for time.Since(began) < 10*time.Minute {
			ask()
		}
		if len(rose) < 3 || rose[0] != time.Second || rose[1] > 4*time.Second {
			t.Errorf("came up at %v, and not at once", rose)
		}
		if n := len(board.times()); n < 100 || len(rose) > 10 {
			t.Errorf("told %d times of %d connections: %v", len(rose), n, rose)
		}
		ask() // takes up the connection that is lost in an hour
		flaps = false
		ask()
		time.Sleep(time.Hour)
		flaps = true
		ask()
		rose, began = nil, time.Now()
		ask()
		if len(rose) != 1 || rose[0] > 2*time.Second {
			t.Errorf("after an hour of quiet it came up at %v", rose)
		}
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds := 1.0
		f := federation(guardianFunc(func(ctx context.Context, method string, params any) (json.RawMessage, error) {
			return after(seconds, "1", nil)(ctx, method, params)
		}))
		expect := func(method string, want time.Duration) {
			t.Helper()
			f.Guardian(0).Call(t.Context(), method, nil)
			if got := f.Health()[0].Latency; got != want {
				t.Errorf("latency is %v, want %v", got, want)
			}
		}
		expect("version", 0) // it had to connect first
		expect("version", time.Second)
		seconds = 5
		expect("version", 2*time.Second)
		expect("await_transaction", 2*time.Second)
		expect("module_2_await_preimage", 2*time.Second)
		seconds = 2
		expect("version", 2*time.Second)
	})
}

func TestMisbehavioursAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	f := New(map[wire.PeerID]Member{3: {}}, Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	for i := range 20 {
		f.Report(3, "m", fmt.Sprint("lie ", i))
	}
	for range 5 {
		f.Report(3, "m", "lie 10")
	}
	f.Report(3, "m", strings.Repeat("é", 5000))
	f.Report(4, "m", "is of another federation")
	all := f.Health()[0].Misbehaviours
	if len(all) != 16 {
		t.Fatalf("%d misbehaviours are kept", len(all))
	}
	if m := all[14]; m.What != "lie 10" || m.Count != 6 || m.When.Unix() != 26 || m.Method != "m" {
		t.Errorf("the repeated one is %+v", m)
	}
	if m := all[15]; len(m.What) > 510 || m.Count != 1 {
		t.Errorf("the long one has %d bytes", len(m.What))
	}
	all[0].What = "changed"
	if f.Health()[0].Misbehaviours[0].What == "changed" {
		t.Error("a snapshot can be changed")
	}
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := federation(says("1"), says("1"))
		ctx, cancel := context.WithCancel(t.Context())
		seen := make(chan []Health)
		go func() {
			defer close(seen)
			for all := range f.Watch(ctx) {
				seen <- all
			}
		}()
		if all := <-seen; len(all) != 2 || all[0].State != Idle || all[1].Peer != 1 {
			t.Errorf("at first: %+v", all)
		}
		synctest.Wait()
		f.Report(1, "m", "a lie")
		if all := <-seen; len(all[1].Misbehaviours) != 1 {
			t.Errorf("after a change: %+v", all)
		}
		f.Report(1, "m", "a lie")
		synctest.Wait()
		f.Report(1, "m", "another")
		if all := <-seen; len(all[1].Misbehaviours) != 1 {
			t.Errorf("the change before: %+v", all)
		}
		if all := <-seen; len(all[1].Misbehaviours) != 2 {
			t.Errorf("the last change: %+v", all)
		}
		cancel()
		if _, more := <-seen; more {
			t.Error("Watch goes on after the end of its context")
		}
		for range f.Watch(t.Context()) {
			break
		}
	})
}

func TestSurvey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := federation(says(`"0.13.0"`), after(1, `"0.12.1"`, nil), fails(ErrUnreachable), says(`"`+strings.Repeat("9", 1000)+`"`))
		if err := f.Survey(t.Context()); err != nil {
			t.Error(err)
		}
		all := f.Health()
		if all[0].Version != "0.13.0" || all[1].Version != "0.12.1" || all[2].Version != "" || len(all[3].Version) > 70 {
			t.Errorf("health is %+v", all)
		}
		if all[2].State != Down || all[1].State != Up {
			t.Errorf("health is %+v", all)
		}
		if err := federation(fails(ErrUnreachable)).Survey(t.Context()); err == nil {
			t.Error("nobody answers, and nothing is wrong")
		}
	})
}

// TestMembers looks up guardians, and tells those that listen to wake and close.
func TestMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(serving((*line).echo))
		urls := map[wire.PeerID]wire.PeerURL{
			2: {URL: mustURL(t, "wss://c.example/"), Name: "C"},
			0: {URL: mustURL(t, "wss://a.example/"), Name: "A"},
			1: {URL: mustURL(t, "iroh://"+strings.Repeat("00", 32)), Name: "B"},
		}
		f := New(Sockets(urls, board.dial, SocketOptions{}), Options{})
		if got := f.Peers(); !slices.Equal(got, []wire.PeerID{0, 1, 2}) {
			t.Errorf("peers are %v", got)
		}
		if f.Guardian(3) != nil {
			t.Error("there is a guardian 3")
		}
		if got := call(t.Context(), f.Guardian(2), "version", 5); got != "5" {
			t.Errorf("guardian 2 says %s", got)
		}
		f.Wake()
		f.Close()
		if got := call(t.Context(), f.Guardian(2), "version", 5); got != "unreachable" {
			t.Errorf("after Close guardian 2 says %s", got)
		}
		var lines []string
		for _, h := range f.Health() {
			lines = append(lines, fmt.Sprintf("%d %s %v %v", h.Peer, h.Name, h.URL, h.State))
		}
		want := []string{"0 A wss://a.example/ idle", "1 B iroh://" + strings.Repeat("00", 32) + " unsupported", "2 C wss://c.example/ up"}
		if !slices.Equal(lines, want) {
			t.Errorf("health is %q", lines)
		}
	})
}
