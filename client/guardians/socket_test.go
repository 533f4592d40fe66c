package guardians

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"satchel/client/wire"
)

func TestCallsShareOneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(serving((*line).echo))
		socket := socketTo(t, board)
		synctest.Wait()
		if n := len(board.times()); n != 0 {
			t.Fatalf("%d dials before the first call", n)
		}
		var calls sync.WaitGroup
		for i := range 100 {
			calls.Go(func() {
				if got := call(t.Context(), socket, "session_status", i); got != fmt.Sprint(i) {
					t.Errorf("call %d gives %s", i, got)
				}
			})
		}
		calls.Wait()
		if n := len(board.times()); n != 1 {
			t.Errorf("%d dials", n)
		}
	})
}

func TestRequestsAreNumberedOnEachConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ids []uint64
		socket := socketTo(t, newSwitchboard(serving(func(l *line) {
			for range 3 {
				a, _ := l.next()
				ids = append(ids, a.ID)
				l.answer(a.ID, "null")
			}
			l.Close()
		})))
		for range 6 {
			call(t.Context(), socket, "version", nil)
			synctest.Wait()
		}
		if want := []uint64{0, 1, 2, 0, 1, 2}; !slices.Equal(ids, want) {
			t.Errorf("ids %v, want %v", ids, want)
		}
	})
}

func TestAnswersComeInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 50
		socket := socketTo(t, newSwitchboard(serving(func(l *line) {
			var all []asked
			for range n {
				a, _ := l.next()
				all = append(all, a)
			}
			slices.Reverse(all)
			for _, a := range all {
				l.answer(a.ID, string(a.Params[0].Params))
			}
		})))
		var calls sync.WaitGroup
		for i := range n {
			calls.Go(func() {
				if got := call(t.Context(), socket, "session_status", i); got != fmt.Sprint(i) {
					t.Errorf("call %d gives %s", i, got)
				}
			})
		}
		calls.Wait()
	})
}

// TestFullHouse has as many requests in flight as there may be.
func TestFullHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := socketTo(t, newSwitchboard(serving((*line).echo)))
		if got := call(t.Context(), socket, "session_count", 1); got != "1" {
			t.Fatalf("a call gives %s", got)
		}
		for range maxInFlight {
			id, _, err := socket.conn.register("await_transaction")
			if err != nil {
				t.Fatal(err)
			}
			socket.conn.desert(id) // which leaves it in flight
		}
		if got := call(t.Context(), socket, "session_count", 1); got != "unreachable" {
			t.Errorf("one call more gives %s", got)
		}
		time.Sleep(requestTimeout + time.Second)
		if got := call(t.Context(), socket, "session_count", 1); got != "1" {
			t.Errorf("a call afterwards gives %s", got)
		}
	})
}

// TestForeignAnswers answers with other ids first: of calls never made, of
// calls answered already, and of none.
func TestForeignAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := socketTo(t, newSwitchboard(serving(func(l *line) {
			for a, ok := l.next(); ok; a, ok = l.next() {
				l.answer(a.ID+1, `"of the next"`)
				l.say(`{"jsonrpc":"2.0","id":"%d","result":"as a text"}`, a.ID)
				l.say(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}`)
				l.say(`{"jsonrpc":"2.0","method":"news","params":[]}`)
				l.answer(a.ID, `"right"`)
				l.answer(a.ID, `"once more"`)
			}
		})))
		for range 3 {
			if got := call(t.Context(), socket, "version", nil); got != `"right"` {
				t.Errorf("call gives %s", got)
			}
		}
	})
}

func TestFloodOfForeignAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := socketTo(t, newSwitchboard(serving(func(l *line) {
			l.next()
			for range maxUnasked + 1 {
				l.answer(7, "0")
			}
		})))
		f := alone(t, socket, Options{})
		if got := call(t.Context(), socket, "version", nil); got != "misbehaved" {
			t.Errorf("call gives %s", got)
		}
		if h := f.Health()[0]; len(h.Misbehaviours) != 1 || h.State != Down {
			t.Errorf("health is %+v", h)
		}
	})
}

// TestBrokenAnswers sends things that end the connection: all calls in flight
// are settled, the guardian is named once, and the next call finds a new
// connection.
func TestBrokenAnswers(t *testing.T) {
	for name, message := range map[string]string{
		"garbage":   "hello",
		"half":      `{"jsonrpc":"2.0","id":0,"res`,
		"nested":    `{"jsonrpc":"2.0","id":0,"result":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`,
		"too large": `{"jsonrpc":"2.0","id":0,"result":"` + strings.Repeat("x", smallAnswer) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				board := newSwitchboard(func(n int, l *line) error {
					if n > 0 {
						go l.echo()
						return nil
					}
					go func() {
						l.next()
						l.next()
						l.say("%s", message)
					}()
					return nil
				})
				socket := socketTo(t, board)
				f := alone(t, socket, Options{})
				var calls sync.WaitGroup
				for range 2 {
					calls.Go(func() {
						if got := call(t.Context(), f.Guardian(0), "session_count", nil); got != "misbehaved" {
							t.Errorf("call gives %s", got)
						}
					})
				}
				calls.Wait()
				if h := f.Health()[0]; len(h.Misbehaviours) != 1 || h.Misbehaviours[0].Count != 1 || h.State != Down {
					t.Errorf("health is %+v", h)
				}
				if got := call(t.Context(), f.Guardian(0), "session_count", 5); got != "5" {
					t.Errorf("call on the next connection gives %s", got)
				}
			})
		})
	}
}

// TestBadAnswerToOne sends things that concern one call only.
func TestBadAnswerToOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(serving(func(l *line) {
			waiting, _ := l.next()
			for range 2 {
				a, _ := l.next()
				if a.Method == "session_count" {
					l.answer(a.ID, `"`+strings.Repeat("x", smallAnswer)+`"`)
				} else {
					l.say(`{"jsonrpc":"2.0","id":%d}`, a.ID)
				}
			}
			l.answer(waiting.ID, `"`+strings.Repeat("x", 2*smallAnswer)+`"`)
			l.echo()
		}))
		socket := socketTo(t, board)
		f := alone(t, socket, Options{})
		large := make(chan string, 1)
		go func() { large <- call(t.Context(), f.Guardian(0), "client_config", nil) }()
		synctest.Wait()
		for _, method := range []string{"session_count", "chain_id"} {
			if got := call(t.Context(), f.Guardian(0), method, nil); got != "misbehaved" {
				t.Errorf("%s gives %s", method, got)
			}
		}
		if got := <-large; len(got) != 2*smallAnswer+2 {
			t.Errorf("the large answer gives %.100s", got)
		}
		if h := f.Health()[0]; h.State != Up || len(h.Misbehaviours) != 2 || h.Misbehaviours[0].Method != "session_count" {
			t.Errorf("health is %+v", h)
		}
		if len(board.times()) != 1 {
			t.Error("the connection did not last")
		}
	})
}

// TestDesertedCallsKeepTheirLimit leaves a call whose answer may be large. That
// it comes late is no fault of the guardian.
func TestDesertedCallsKeepTheirLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := make(chan struct{})
		board := newSwitchboard(serving(func(l *line) {
			a, _ := l.next()
			<-late
			l.answer(a.ID, `"`+strings.Repeat("x", 2*smallAnswer)+`"`)
			l.echo()
		}))
		socket := socketTo(t, board)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan string, 1)
		go func() { left <- call(ctx, socket, "client_config", nil) }()
		synctest.Wait()
		cancel()
		if got := <-left; got != context.Canceled.Error() {
			t.Errorf("the call that was left gives %s", got)
		}
		close(late)
		if got := call(t.Context(), socket, "session_count", 5); got != "5" {
			t.Errorf("the next call gives %s", got)
		}
		if len(board.times()) != 1 {
			t.Error("the connection did not last")
		}
	})
}

func TestLossSettlesAllCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		socket := socketTo(t, newSwitchboard(serving(func(l *line) {
			for range n {
				l.next()
			}
			l.Close()
		})))
		began := time.Now()
		var calls sync.WaitGroup
		for range n {
			calls.Go(func() {
				if got := call(t.Context(), socket, "await_transaction", nil); got != "unreachable" {
					t.Errorf("call gives %s", got)
				}
			})
		}
		calls.Wait()
		if took := time.Since(began); took != 0 {
			t.Errorf("settled after %v", took)
		}
	})
}

func TestCloseSettlesAllCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := socketTo(t, newSwitchboard(serving(func(l *line) { <-l.closed })))
		done := make(chan string, 1)
		go func() { done <- call(t.Context(), socket, "await_transaction", nil) }()
		synctest.Wait()
		socket.Close()
		if got := <-done; got != "unreachable" {
			t.Errorf("call gives %s", got)
		}
		if got := call(t.Context(), socket, "version", nil); got != "unreachable" {
			t.Errorf("call after Close gives %s", got)
		}
	})
}

// TestSilence has a guardian that connects and says nothing more.
func TestSilence(t *testing.T) {
	for name, mute := range map[string]bool{"reads": false, "reads nothing": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				board := newSwitchboard(func(_ int, l *line) error {
					l.mute = mute
					return nil
				})
				socket := socketTo(t, board)
				began := time.Now()
				if got := call(t.Context(), socket, "version", nil); got != "unreachable" {
					t.Errorf("call gives %s", got)
				}
				if took := time.Since(began); took != requestTimeout {
					t.Errorf("took %v", took)
				}
				call(t.Context(), socket, "version", nil)
				if n := len(board.times()); n != 2 {
					t.Errorf("%d dials: a dead connection was used again", n)
				}
			})
		})
	}
}

// TestOneSlowCall times out without harm to a connection that lives.
func TestOneSlowCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(serving(func(l *line) {
			l.next()
			l.echo()
		}))
		socket := socketTo(t, board)
		slow := make(chan string, 1)
		go func() { slow <- call(t.Context(), socket, "await_transaction", nil) }()
		synctest.Wait()
		time.Sleep(time.Minute)
		if got := call(t.Context(), socket, "session_count", 1); got != "1" {
			t.Errorf("call gives %s", got)
		}
		if got := <-slow; got != "unreachable" {
			t.Errorf("the slow call gives %s", got)
		}
		if got := call(t.Context(), socket, "session_count", 2); got != "2" || len(board.times()) != 1 {
			t.Errorf("afterwards: %s, %d dials", got, len(board.times()))
		}
	})
}

func TestReconnectPause(t *testing.T) {
	want := []time.Duration{0, 500, 500, 1000, 1500, 2500, 4000, 6500, 9500, 9500, 9500}
	for failures, base := range want {
		base *= time.Millisecond
		for dial := range uint64(50) {
			got := reconnectPause("wss://a/", 1, dial, failures)
			if failures == 0 && got != 0 || got < base || failures > 0 && got >= base+minPause || got > maxPause {
				t.Errorf("pause after %d failures is %v", failures, got)
			}
		}
	}
	a := reconnectPause("wss://a/", 1, 2, 3)
	if a != reconnectPause("wss://a/", 1, 2, 3) {
		t.Error("pause is not the same again")
	}
	if a == reconnectPause("wss://b/", 1, 2, 3) || a == reconnectPause("wss://a/", 2, 2, 3) || a == reconnectPause("wss://a/", 1, 3, 3) {
		t.Error("jitter does not depend on url, seed and dial")
	}
}

// TestRefusal calls again and again at a guardian that refuses: each call waits
// for one dial and fails with it.
func TestRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(func(int, *line) error { return errors.New("refused") })
		socket := socketTo(t, board)
		for range 12 {
			_, err := socket.Call(t.Context(), "version", nil)
			if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "refused") {
				t.Fatalf("call gives %v", err)
			}
		}
		dials := board.times()
		if len(dials) != 12 || dials[0] != 0 {
			t.Fatalf("dials at %v", dials)
		}
		for i := 1; i < len(dials); i++ {
			pause := dials[i] - dials[i-1]
			least := max(dialInterval, reconnectPause("x", 0, 0, i)-minPause)
			if pause < least || pause > max(dialInterval, maxPause) {
				t.Errorf("pause %d is %v", i, pause)
			}
		}
	})
}

// TestCallsWaitForOneDial makes many calls during a pause.
func TestCallsWaitForOneDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(func(n int, l *line) error {
			if n == 0 {
				return errors.New("refused")
			}
			go l.echo()
			return nil
		})
		socket := socketTo(t, board)
		call(t.Context(), socket, "version", nil)
		began := time.Now()
		var calls sync.WaitGroup
		for range 20 {
			calls.Go(func() {
				if got := call(t.Context(), socket, "version", 1); got != "1" {
					t.Errorf("call gives %s", got)
				}
			})
		}
		calls.Wait()
		if took := time.Since(began); took != dialInterval || len(board.times()) != 2 {
			t.Errorf("after %v and %d dials", took, len(board.times()))
		}
	})
}

func TestDialThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := socketTo(t, newSwitchboard(nil))
		socket.dial = func(ctx context.Context, _ wire.SafeURL, _ string) (Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		began := time.Now()
		if got := call(t.Context(), socket, "version", nil); got != "unreachable" || time.Since(began) != dialTimeout {
			t.Errorf("call gives %s after %v", got, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if got := call(ctx, socket, "version", nil); got != context.DeadlineExceeded.Error() {
			t.Errorf("call with a deadline gives %s", got)
		}
	})
}

// TestFlapping has connections that open and break at once, or after an answer,
// for ten minutes, with somebody who always calls again.
func TestFlapping(t *testing.T) {
	for name, answers := range map[string]int{"no answer": 0, "one answer": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				board := newSwitchboard(serving(func(l *line) {
					for range answers {
						a, _ := l.next()
						l.answer(a.ID, "1")
					}
					select {
					case <-time.After(time.Second):
						l.Close()
					case <-l.closed:
					}
				}))
				socket := socketTo(t, board)
				before := heap()
				for began := time.Now(); time.Since(began) < 10*time.Minute; {
					if got := call(t.Context(), socket, "await_transaction", nil); got == "unreachable" {
						time.Sleep(10 * time.Millisecond) // the executor's pauses are longer
					}
				}
				dials := board.times()
				for i := 1; i < len(dials); i++ {
					if dials[i]-dials[i-1] < dialInterval {
						t.Fatalf("dials at %v and %v", dials[i-1], dials[i])
					}
				}
				if grown := int64(heap()) - int64(before); grown > 5<<20 {
					t.Errorf("heap grew by %d bytes", grown)
				}
				if answers == 0 && len(dials) > 70 {
					t.Errorf("%d dials: the pauses do not grow", len(dials))
				}
				if answers == 1 && len(dials) < 200 {
					t.Errorf("%d dials: the pauses grow although there are answers", len(dials))
				}
			})
		})
	}
}

// TestHealing has two of four guardians refuse for an hour. A question that is
// asked again and again, as package fsm does, is answered soon after.
func TestHealing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const outage = time.Hour
		up := newSwitchboard(serving((*line).echo))
		down := newSwitchboard(func(_ int, l *line) error {
			if time.Since(up.began) < outage {
				return errors.New("refused")
			}
			go l.echo()
			return nil
		})
		members := make(map[wire.PeerID]Member)
		boards := []*switchboard{up, up, down, down}
		for i, board := range boards {
			at := mustURL(t, fmt.Sprintf("wss://guardian%d.example/", i))
			members[wire.PeerID(i)] = Member{"", at, NewSocket(at, board.dial, SocketOptions{})}
		}
		wake := make(chan struct{}, 1)
		f := New(members, Options{Up: func(wire.PeerID) {
			select {
			case wake <- struct{}{}:
			default:
			}
		}})
		defer f.Close()
		asked := 0
		for {
			asked++
			got, err := Ask(t.Context(), f, Question{Method: "chain_id", Params: 7, Deterministic: true}, JSON[int], Agree[int]())
			if err == nil && got == 7 {
				break
			}
			select {
			case <-time.After(10 * time.Second):
			case <-wake:
			}
		}
		if took := time.Since(up.began) - outage; took < 0 || took > 15*time.Second {
			t.Errorf("answered %v after the end of the outage", took)
		}
		if dials := len(down.times()); asked < 100 || dials > 2*3600/5 {
			t.Errorf("asked %d times, dialled %d times", asked, dials)
		}
		if accused := accused(f); accused != "" {
			t.Errorf("accused are %s", accused)
		}
		if f.Health()[3].State != Up && f.Health()[2].State != Up {
			t.Errorf("health is %+v", f.Health())
		}
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestWake cuts a pause short, but not below a second between dials.
func TestWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		up := false
		board := newSwitchboard(func(_ int, l *line) error {
			if !up {
				return errors.New("refused")
			}
			go l.echo()
			return nil
		})
		socket := socketTo(t, board)
		for range 8 {
			call(t.Context(), socket, "version", nil)
		}
		up = true
		done := make(chan time.Duration, 1)
		began := time.Now()
		go func() {
			call(t.Context(), socket, "version", nil)
			done <- time.Since(began)
		}()
		time.Sleep(200 * time.Millisecond)
		socket.Wake()
		socket.Wake()
		if took := <-done; took != dialInterval {
			t.Errorf("the call took %v, want %v", took, dialInterval)
		}
	})
}

// TestWakeGivesUpADial dials into a network that is gone.
func TestWakeGivesUpADial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("gone")
		board := newSwitchboard(func(n int, l *line) error {
			if n == 0 {
				return gone
			}
			go l.echo()
			return nil
		})
		socket := socketTo(t, board)
		socket.dial = func(ctx context.Context, url wire.SafeURL, secret string) (Conn, error) {
			conn, err := board.dial(ctx, url, secret)
			if err == gone {
				<-ctx.Done()
			}
			return conn, err
		}
		done := make(chan string, 1)
		go func() { done <- call(t.Context(), socket, "version", nil) }()
		time.Sleep(probeTimeout)
		socket.Wake() // it has not taken long yet
		synctest.Wait()
		time.Sleep(time.Second)
		began := time.Now()
		socket.Wake()
		if got := <-done; got != "unreachable" || time.Since(began) != 0 {
			t.Errorf("call gives %s after %v", got, time.Since(began))
		}
		if got := call(t.Context(), socket, "version", 1); got != "1" || time.Since(began) > dialInterval {
			t.Errorf("the next call gives %s after %v", got, time.Since(began))
		}
	})
}

// TestWakeFindsADeadConnection sleeps with a connection that then carries
// nothing any more.
func TestWakeFindsADeadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newSwitchboard(func(n int, l *line) error {
			go func() {
				a, _ := l.next()
				l.answer(a.ID, "1")
				if n > 0 {
					l.echo()
				}
			}()
			return nil
		})
		socket := socketTo(t, board)
		call(t.Context(), socket, "version", nil)
		poll := make(chan string, 1)
		go func() { poll <- call(t.Context(), socket, "await_transaction", nil) }()
		socket.Wake() // the last answer is fresh
		time.Sleep(30 * time.Second)
		began := time.Now()
		socket.Wake()
		socket.Wake()
		if got := <-poll; got != "unreachable" || time.Since(began) != probeTimeout {
			t.Errorf("long poll gives %s after %v", got, time.Since(began))
		}
		if got := call(t.Context(), socket, "version", nil); got != "1" {
			t.Errorf("call afterwards gives %s", got)
		}
		time.Sleep(30 * time.Second)
		socket.Wake() // this connection lives
		synctest.Wait()
		if got := call(t.Context(), socket, "version", 2); got != "2" || len(board.times()) != 2 {
			t.Errorf("call after another sleep gives %s, %d dials", got, len(board.times()))
		}
	})
}

func TestSchemeThatIsNotSpoken(t *testing.T) {
	at := "iroh://" + strings.Repeat("ab", 32)
	socket := NewSocket(mustURL(t, at), nil, SocketOptions{})
	_, err := socket.Call(t.Context(), "version", nil)
	if !errors.Is(err, ErrScheme) || errors.Is(err, ErrUnreachable) {
		t.Fatalf("call gives %v", err)
	}
	for _, word := range []string{at, "wss://", "operator", "announcement", "metadata"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not in: %v", word, err)
		}
	}
	h := alone(t, socket, Options{}).Health()[0]
	if h.State != Unsupported || !errors.Is(h.LastError, ErrScheme) {
		t.Errorf("health is %+v", h)
	}
}
