package ecash

import (
	"satchel/client"
	"satchel/client/mint"
	"satchel/client/mintv2"
	"satchel/client/wire"
)

// Mint is what a wallet must be told to use e-cash of the first generation.
func Mint(options func() mint.Options) client.Kind {
	return client.Kind{
		Name:    wire.KindMint,
		Version: 2,
		API:     wire.APIVersions{{Major: 0, Minor: 0}},
		New: func(h client.Host) (client.Module, error) {
			g, err := mint.New(h, options())
			if err != nil {
				return nil, err
			}
			return newPurse(h, g), nil
		},
	}
}

// MintV2 is what a wallet must be told to use e-cash of the second generation.
func MintV2(options func() mintv2.Options) client.Kind {
	return client.Kind{
		Name:    wire.KindMintV2,
		Version: 1,
		API:     wire.APIVersions{{Major: 0, Minor: 2}}, // since which signature_shares waits
		New: func(h client.Host) (client.Module, error) {
			g, err := mintv2.New(h, options())
			if err != nil || g == nil {
				return nil, err
			}
			return newPurse(h, g), nil
		},
	}
}
