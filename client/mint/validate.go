package mint

import (
	"context"
	"fmt"
	"time"

	"satchel/client/tbs"
	"satchel/client/wire"
)

// Validate checks e-cash without asking anybody, and returns its face value in
// msat. That it is genuine does not mean that nobody has spent it.
func (m *Mint) Validate(text wire.OOBNotes) (wire.Amount, error) {
	_, amount, err := m.validate(context.Background(), text)
	return amount, err
}

// verifyAtOnce is how many notes are verified before others get their turn. In a
// browser that is some tenths of a second.
const verifyAtOnce = 32

// validate returns the notes of e-cash, if it is genuine, and their face value.
// What costs nothing comes first: a text may be as long as anybody likes.
func (m *Mint) validate(ctx context.Context, text wire.OOBNotes) (notes []note, amount wire.Amount, err error) {
	if text.Prefix() != m.FederationID().Prefix() {
		return nil, 0, ErrForeign
	}
	if amount, err = text.Notes().Total(); err != nil {
		return nil, 0, err
	}
	n := 0
	for tier, some := range text.Notes() {
		if _, ok := m.keys.Keys[tier]; !ok {
			return nil, 0, fmt.Errorf("%w: there are no notes of %v", ErrForged, tier)
		}
		n += len(some)
	}
	if n > mostNotes {
		return nil, 0, fmt.Errorf("%w: %d, at most %d are received at once", ErrTooManyNotes, n, mostNotes)
	}
	var batch []tbs.SignedNote
	seen := map[wire.PublicKey]bool{}
	for tier, keys := range text.Notes().All() {
		one := note{tier, keys.SpendKey.PublicKey(), keys}
		if seen[one.nonce] {
			return nil, 0, fmt.Errorf("%w: a note is in it twice", ErrForged)
		}
		seen[one.nonce] = true
		notes = append(notes, one)
		batch = append(batch, tbs.SignedNote{Nonce: one.nonce, Signature: one.Signature, Key: m.keys.Keys[tier]})
		if len(batch) < verifyAtOnce && len(notes) < n {
			continue
		}
		good, err := m.scheme.CheckNotes(batch)
		if err == nil && !good {
			err = fmt.Errorf("%w: the federation has not signed all notes", ErrForged)
		}
		if err == nil && len(notes) < n {
			err = giveWay(ctx)
		}
		if err != nil {
			return nil, 0, err
		}
		batch = batch[:0]
	}
	return notes, amount, nil
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
