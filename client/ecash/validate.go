package ecash

import (
	"context"
	"fmt"
	"time"

	"satchel/client/notes"
	"satchel/client/tbs"
	"satchel/client/wire"
)

// Validate checks e-cash without asking anybody, and returns its face value in
// msat. That it is genuine does not mean that nobody has spent it.
func (m *Purse) Validate(text notes.Text) (wire.Amount, error) {
	_, amount, err := m.validate(context.Background(), text)
	return amount, err
}

// verifyAtOnce is how many notes are verified before others get their turn. In a
// browser that is some tenths of a second.
const verifyAtOnce = 32

// validate returns the notes of e-cash, if it is genuine, and their face value.
// What costs nothing comes first: a text may be as long as anybody likes.
func (m *Purse) validate(ctx context.Context, text notes.Text) (some []note, amount wire.Amount, err error) {
	if !text.Of(m.FederationID()) {
		return nil, 0, notes.ErrForeign
	}
	if amount, err = text.Total(); err != nil {
		return nil, 0, err
	}
	for tier := range text.All() {
		if _, ok := m.TierKey(tier); !ok {
			return nil, 0, fmt.Errorf("%w: there are no notes of %v", notes.ErrForged, tier)
		}
	}
	n := text.Count()
	if n > mostNotes {
		return nil, 0, fmt.Errorf("%w: %d, at most %d are received at once", ErrTooManyNotes, n, mostNotes)
	}
	var batch []tbs.SignedNote
	seen := map[wire.PublicKey]bool{}
	for tier, keys := range text.All() {
		one := notes.New(tier, keys.SpendKey, keys.Signature)
		if seen[one.Nonce] {
			return nil, 0, fmt.Errorf("%w: a note is in it twice", notes.ErrForged)
		}
		seen[one.Nonce] = true
		key, _ := m.TierKey(tier)
		some = append(some, one)
		batch = append(batch, tbs.SignedNote{Nonce: one.Nonce, Signature: one.Signature, Key: key})
		if len(batch) < verifyAtOnce && len(some) < n {
			continue
		}
		good, err := m.Scheme().CheckNotes(batch)
		if err == nil && !good {
			err = fmt.Errorf("%w: the federation has not signed all notes", notes.ErrForged)
		}
		if err == nil && len(some) < n {
			err = giveWay(ctx)
		}
		if err != nil {
			return nil, 0, err
		}
		batch = batch[:0]
	}
	return some, amount, nil
}

// giveWay lets a browser see to whatever else has happened: it does so only when
// no goroutine can go on.
func giveWay(ctx context.Context) error {
	timer := time.NewTimer(time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
