package liar

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"
)

// TestSilence waits for an answer for a year.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		honest := func(context.Context, json.RawMessage) (any, error) { return "here", nil }
		l := New(Subject{})
		ctx, cancel := context.WithTimeout(t.Context(), 365*24*time.Hour)
		defer cancel()
		begun := time.Now()
		answer, err := l.Answer(ctx, Silent, "version", nil, honest)
		if err == nil || time.Since(begun) != 365*24*time.Hour {
			t.Errorf("after %v: %v, %v", time.Since(begun), answer, err)
		}
		if answer, err := l.Answer(t.Context(), "", "version", nil, honest); err != nil || answer != "here" {
			t.Errorf("an honest guardian: %v, %v", answer, err)
		}
	})
}

// TestNames checks that lies have distinct names and say what they are.
func TestNames(t *testing.T) {
	seen := map[Lie]bool{}
	for _, lie := range All() {
		if seen[lie] || lie == "" || lie.What() == "" || !lie.Known() {
			t.Errorf("lie %q: %q", lie, lie.What())
		}
		seen[lie] = true
	}
	if Lie("truth").Known() || Lie("truth").About("version") {
		t.Error("an unknown lie is known")
	}
}

func TestAbout(t *testing.T) {
	for _, c := range []struct {
		lie    Lie
		method string
		want   bool
	}{
		{SpentInverted, "module_17_note_spent", true}, {SpentInverted, "module_17_note_spent_", false}, {SpentInverted, "note_spent", false},
		{SpentInverted, "module_x_note_spent", false}, {Huge, "whatever", true}, {TxRejects, "await_transaction", false},
	} {
		if got := c.lie.About(c.method); got != c.want {
			t.Errorf("%s about %s: %v", c.lie, c.method, got)
		}
	}
}
