package facade

import (
	"crypto/rand"

	"satchel/client"
	"satchel/client/ecash"
	"satchel/client/lnv2"
	"satchel/client/meta"
	"satchel/client/mint"
	"satchel/client/mintv2"
	"satchel/client/tbs"
	"satchel/client/tpe"
)

// Kinds are the kinds of modules that the wallet can use. E-cash of the second
// generation is asked to pay, and to make change, before that of the first.
func Kinds() []client.Kind {
	return []client.Kind{
		ecash.MintV2(func() mintv2.Options {
			return mintv2.Options{Scheme: tbs.V2(), Random: rand.Reader, Zeros: mintv2.Zeros}
		}),
		ecash.Mint(func() mint.Options { return mint.Options{Scheme: tbs.V1(), Gap: mint.Gap} }),
		lnv2.Kind(func() lnv2.Options { return lnv2.Options{Scheme: tpe.BLS{}, Random: rand.Reader} }),
		meta.Kind(),
	}
}
