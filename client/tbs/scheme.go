package tbs

import (
	"errors"
	"fmt"
	"io"

	"satchel/client/tbs/shamir"
)

// A Scheme is what a wallet needs of a blind signature, over the wire's bytes.
// V1 and V2 are the real ones; package toy has one without curves for
// simulations. All methods may be called concurrently.
type Scheme interface {
	// Blind returns the blinded message of a nonce. ErrZeroKey and
	// ErrMalformed are about the key.
	Blind(nonce [33]byte, key [32]byte) (blinded [48]byte, err error)

	// Combine joins exactly threshold shares of a blinded message, keyed by
	// guardian (0, 1, …), and removes the blinding. It checks only that the
	// shares are well formed: a *ShareError names the first guardian whose
	// share is not. The result has to pass VerifyNotes.
	Combine(threshold int, shares map[uint16][48]byte, key [32]byte) (signature [48]byte, err error)

	// VerifyNotes checks all notes of a transaction as one batch and returns
	// the places of the bad ones, which it looks for only if the batch fails.
	// An error is about a key or the randomness, never about a note.
	VerifyNotes(notes []SignedNote) (bad []int, err error)

	// CheckNotes reports whether all notes are good, as one batch, and does not
	// look for the bad ones: whoever made them up does not decide how long it
	// takes. An error is as that of VerifyNotes.
	CheckNotes(notes []SignedNote) (good bool, err error)

	// VerifyShares checks one guardian's whole answer like VerifyNotes. An
	// error is about a key, a blinded message or the randomness, never about
	// a share.
	VerifyShares(shares []BlindShare) (bad []int, err error)
}

// An Issuer is the guardians' side of a Scheme, for the demo federation and
// for tests.
type Issuer interface {
	// Deal makes the keys of one denomination, as the function Deal does.
	Deal(random io.Reader, n, threshold int) (KeyBytes, error)

	// Sign makes a guardian's share of the signature of a blinded message.
	Sign(blinded [48]byte, secret [32]byte) (share [48]byte, err error)
}

// A SignedNote is a note with the federation's public key of its denomination.
type SignedNote struct {
	Nonce     [33]byte
	Signature [48]byte
	Key       [96]byte
}

// A BlindShare is one guardian's share of the signature of a blinded message,
// with that guardian's public key of the denomination.
type BlindShare struct {
	Blinded [48]byte
	Share   [48]byte
	Key     [96]byte
}

// KeyBytes are the Keys of one denomination as bytes.
type KeyBytes struct {
	Aggregate [96]byte
	Public    [][96]byte
	Secret    [][32]byte
}

// A ShareError says that a guardian's share is no group element.
type ShareError struct {
	Guardian uint16
	Err      error
}

func (e *ShareError) Error() string { return fmt.Sprintf("guardian %d: %v", e.Guardian, e.Err) }
func (e *ShareError) Unwrap() error { return e.Err }

// FindLiars checks the answers of several guardians, one batch for each, and
// returns the places of the bad shares of those who gave any.
func FindLiars(scheme Scheme, answers map[uint16][]BlindShare) (map[uint16][]int, error) {
	liars := make(map[uint16][]int)
	var errs []error
	for _, guardian := range shamir.Guardians(answers) {
		bad, err := scheme.VerifyShares(answers[guardian])
		if err != nil {
			errs = append(errs, fmt.Errorf("guardian %d: %w", guardian, err))
		} else if len(bad) > 0 {
			liars[guardian] = bad
		}
	}
	return liars, errors.Join(errs...)
}
