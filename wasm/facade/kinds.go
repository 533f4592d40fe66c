package facade

import (
	"crypto/rand"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/meta"
	"satchel/client/mintv2"
	"satchel/client/tbs"
)

// Kinds are the kinds of modules that the wallet can use. E-cash of the second
// generation is asked to pay, and to make change, before that of the first.
func Kinds() []client.Kind {
	return []client.Kind{
		ecash.MintV2(func() mintv2.Options {
			return mintv2.Options{Scheme: tbs.V2(), Random: rand.Reader, Zeros: mintv2.Zeros}
		}),
		ecash.Mint(func() tbs.Scheme { return tbs.V1() }),
		meta.Kind(),
	}
}
