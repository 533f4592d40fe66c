package lnurl

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	"satchel/client/wire"
)

// An Auth is a service that wants to know its users by a key (LUD-04). A person
// sees the domain and the action before Login.
type Auth struct {
	Domain string
	Action string // "register", "login", "link", "auth" or "", which may be any of them
	URL    string
}

var actions = []string{"", "register", "login", "link", "auth"}

// authOf reads the url of a link to log in.
func authOf(url wire.SafeURL) (*Auth, error) {
	a := &Auth{Domain: url.Host(), Action: parameter(url.Full(), "action"), URL: url.Full()}
	if !slices.Contains(actions, a.Action) {
		return nil, fmt.Errorf("%w: action %.40q", ErrMalformed, a.Action)
	}
	_, err := challenge(url)
	return a, err
}

// challenge returns what the service wants to have signed.
func challenge(url wire.SafeURL) ([32]byte, error) {
	k1 := parameter(url.Full(), "k1")
	b, err := hex.DecodeString(k1)
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("%w: k1 %.80q is not 32 bytes in hex", ErrMalformed, k1)
	}
	return [32]byte(b), nil
}

// Login shows a service that the person has the linking key of its domain, which
// is derived from the BIP-39 seed. It tells the service that key and nothing else
// of the wallet. The key is always that of the host which is asked.
func (c Client) Login(ctx context.Context, a Auth, seed [64]byte) error {
	url, err := c.check(a.URL)
	if err != nil {
		return err
	}
	k1, err := challenge(url)
	if err != nil {
		return err
	}
	key := LinkingKey(seed, url.Host())
	public := key.PublicKey()
	return c.done(ctx, withParameters(url, "sig", hex.EncodeToString(sign(key, k1)), "key", hex.EncodeToString(public[:])))
}

// sign returns an ECDSA signature in DER.
func sign(key wire.SecretKey, hash [32]byte) []byte {
	return ecdsa.Sign(secp256k1.PrivKeyFromBytes(key[:]), hash[:]).Serialize()
}
