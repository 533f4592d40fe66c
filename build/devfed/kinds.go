package devfed

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/meta"
	"satchel/build/devfed/mint"
	"satchel/client/wire"
)

// A kind is how modules of one kind are made.
type kind struct {
	// deal makes what has to be kept on disk, the keys.
	deal func(guardians int) ([]byte, error)
	// open makes the module of what deal has made.
	open func(f *Federation, secret []byte) (consensus.Module, error)
}

// kinds has all kinds that are there. Another kind is another line.
var kinds = map[wire.ModuleKind]kind{
	wire.KindMint: {dealMint, openMint},
	wire.KindMeta: {
		func(int) ([]byte, error) { return nil, nil },
		func(f *Federation, _ []byte) (consensus.Module, error) {
			return meta.Module(len(f.record.Guardians)), nil
		},
	},
}

func dealMint(guardians int) ([]byte, error) {
	keys, err := mint.Deal(guardians)
	return wire.Encode(keys), err
}

func openMint(f *Federation, secret []byte) (consensus.Module, error) {
	keys, err := wire.Decode[mint.Keys](secret)
	if err != nil {
		return consensus.Module{}, err
	}
	if f.mint, err = mint.New(keys, f.record.Fee); err != nil {
		return consensus.Module{}, err
	}
	return f.mint.Module(), nil
}
