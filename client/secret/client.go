package secret

import (
	"fmt"
	"io"
)

// A Derivation says how the secret of a client in a federation is derived
// from the words. The same words give different wallets under each, so it is
// stored with the wallet: one byte, whose values do not change.
type Derivation byte

const (
	// Single is the derivation of fedimint-cli and of the apps that pass
	// RootSecret::StandardDoubleDerive.
	Single Derivation = 1
	// Double is that of the official web client (fedimint-client-rpc since
	// 0.9), which derives before it asks for the same again. It is our default.
	Double Derivation = 2
)

// ParseDerivation reads the stored byte.
func ParseDerivation(b byte) (Derivation, error) {
	if d := Derivation(b); d == Single || d == Double {
		return d, nil
	}
	return 0, fmt.Errorf("unknown derivation %d", b)
}

// String returns "single" or "double".
func (d Derivation) String() string {
	switch d {
	case Single:
		return "single"
	case Double:
		return "double"
	}
	return fmt.Sprintf("derivation %d", byte(d))
}

// MarshalText returns "single" or "double".
func (d Derivation) MarshalText() ([]byte, error) {
	if _, err := ParseDerivation(byte(d)); err != nil {
		return nil, err
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads "single" or "double".
func (d *Derivation) UnmarshalText(text []byte) error {
	for _, known := range []Derivation{Single, Double} {
		if string(text) == known.String() {
			*d = known
			return nil
		}
	}
	return fmt.Errorf("unknown derivation %.20q", text)
}

// Client derives the secrets of a client in a federation from the root of the
// words.
func (d Derivation) Client(root Secret, federation [32]byte) Client {
	if d != Single && d != Double {
		panic("secret: unknown " + d.String())
	}
	pre := root
	for range d {
		pre = pre.Child(0).FederationKey(federation).Child(0).Child(0)
	}
	return Client{pre: pre, root: pre.FederationKey(federation)}
}

// A Client is the part of the tree that belongs to one federation. It never
// prints.
type Client struct{ pre, root Secret }

// Module returns the secret of a module instance.
func (c Client) Module(instance uint16) Secret { return c.root.Child(0).Child(uint64(instance)) }

// Backup returns the secret of the backup at the guardians.
func (c Client) Backup() Secret { return c.root.Child(1) }

// PreRootHash tells clients apart without revealing anything: whoever stored
// it at joining can refuse other words later.
func (c Client) PreRootHash() [8]byte { return [8]byte(c.pre.Child(0).RandomBytes(8)) }

// String returns a redaction.
func (c Client) String() string { return redacted }

// Format writes a redaction for every verb.
func (c Client) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
