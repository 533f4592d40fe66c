package socket

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"satchel/client/guardians"
	"satchel/client/wire"
)

// These tests run on every platform, against the server of echoURL, which sends
// back each text message as it is.

func dialEcho(t *testing.T) guardians.Conn {
	t.Helper()
	c, err := Dial(t.Context(), echoURL(t), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func upTo(n int) func() int { return func() int { return n } }

func parse(t *testing.T, s string) wire.SafeURL {
	t.Helper()
	u, err := wire.ParseURL(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// exchange sends a message and expects it back.
func exchange(t *testing.T, c guardians.Conn, message string, limit int) {
	t.Helper()
	if err := c.Send(t.Context(), []byte(message)); err != nil {
		t.Fatal(err)
	}
	got, err := c.Receive(t.Context(), upTo(limit))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != message {
		t.Fatalf("got %.100q, want %.100q", got, message)
	}
}

func TestMessagesArriveWholeAndInOrder(t *testing.T) {
	c := dialEcho(t)
	for _, message := range []string{"", "x", `{"sat":"₿ 丰 \u0000 😀"}`, strings.Repeat("é", 1<<20)} {
		exchange(t, c, message, guardians.MaxMessage)
	}
	const n = 1000
	go func() {
		for i := range n {
			if c.Send(t.Context(), fmt.Append(nil, i)) != nil {
				return // Receive fails too, and tells
			}
		}
	}()
	for i := range n {
		got, err := c.Receive(t.Context(), upTo(10))
		if err != nil || string(got) != fmt.Sprint(i) {
			t.Fatalf("message %d is %q, %v", i, got, err)
		}
	}
}

func TestLimitIsInBytes(t *testing.T) {
	for _, message := range []string{strings.Repeat("x", 1000), strings.Repeat("é", 500), strings.Repeat("😀", 250)} {
		c := dialEcho(t)
		exchange(t, c, message, 1000)
		if err := c.Send(t.Context(), []byte(message)); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Receive(t.Context(), upTo(999)); !errors.Is(err, guardians.ErrMisbehaved) {
			t.Fatalf("message of 1000 bytes, limit 999: %.20q, %v", got, err)
		}
		if got, err := c.Receive(t.Context(), upTo(1000)); err == nil {
			t.Errorf("connection goes on with %.20q", got)
		}
	}
}

func TestLimitCannotExceedTheLargestMessage(t *testing.T) {
	c := dialEcho(t)
	if err := c.Send(t.Context(), make([]byte, guardians.MaxMessage+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Receive(t.Context(), upTo(100*guardians.MaxMessage)); !errors.Is(err, guardians.ErrMisbehaved) {
		t.Errorf("message of %d bytes: %v", guardians.MaxMessage+1, err)
	}
}

// TestLimitIsAskedWhenAMessageComes waits for a message under a small limit and
// raises it before one comes.
func TestLimitIsAskedWhenAMessageComes(t *testing.T) {
	c := dialEcho(t)
	sent := make(chan struct{})
	limit := func() int {
		<-sent
		return 100
	}
	received := make(chan error, 1)
	go func() {
		_, err := c.Receive(t.Context(), limit)
		received <- err
	}()
	if err := c.Send(t.Context(), make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	close(sent)
	if err := <-received; err != nil {
		t.Error(err)
	}
}

func TestCloseEndsReceive(t *testing.T) {
	c := dialEcho(t)
	received := make(chan error, 1)
	go func() {
		_, err := c.Receive(t.Context(), upTo(100))
		received <- err
	}()
	c.Close()
	if err := <-received; err == nil {
		t.Error("Receive succeeds after Close")
	}
	if err := c.Send(t.Context(), []byte("x")); err == nil {
		t.Error("Send succeeds after Close")
	}
	c.Close() // again
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	c := dialEcho(t)
	ctx, cancel := context.WithCancel(t.Context())
	received := make(chan error, 1)
	go func() {
		_, err := c.Receive(ctx, upTo(100))
		received <- err
	}()
	cancel()
	if err := <-received; err == nil {
		t.Error("Receive succeeds without a message")
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Dial(ctx, echoURL(t), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("dial after the end: %v", err)
	}
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		c, err := Dial(ctx, echoURL(t), "")
		switch {
		case err == nil:
			c.Close()
		case !errors.Is(err, context.Canceled):
			t.Errorf("dial cut off: %v", err)
		}
	}
}

func TestDialErrorsHideSecrets(t *testing.T) {
	for _, at := range []string{"ws://us3r:passw0rd@127.0.0.1:1/x?t0ken", "ws://us3r:passw0rd@127.0.0.1:2/"} {
		for _, secret := range []string{"", "s3cret"} {
			_, err := Dial(t.Context(), parse(t, at), secret)
			if err == nil {
				t.Fatalf("%s answers", at)
			}
			for _, word := range []string{"us3r", "passw0rd", "t0ken", "s3cret"} {
				if strings.Contains(err.Error(), word) {
					t.Errorf("error tells %q: %v", word, err)
				}
			}
		}
	}
}
