package devfed

import (
	"satchel/build/devfed/consensus"
	"satchel/build/devfed/ecash"
	"satchel/build/devfed/ln"
	"satchel/build/devfed/lnv2"
	"satchel/build/devfed/meta"
	"satchel/build/devfed/mint"
	"satchel/build/devfed/mintv2"
	"satchel/client/wire"
)

// A kind is how modules of one kind are made.
type kind struct {
	// deal makes what has to be kept on disk, the keys.
	deal func(guardians int) []byte
	// open makes the module of what deal has made.
	open func(f *Federation, id wire.ModuleID, secret []byte) (consensus.Module, error)
}

// kinds has all kinds that are there. Another kind is another line.
var kinds = map[wire.ModuleKind]kind{
	wire.KindMint:   mintKind(mint.Deal, mint.New),
	wire.KindMintV2: mintKind(mintv2.Deal, mintv2.New),
	wire.KindLN: {
		func(guardians int) []byte { return wire.Encode(ln.Deal(guardians)) },
		openLN,
	},
	wire.KindLNV2: {
		func(guardians int) []byte { return wire.Encode(lnv2.Deal(guardians)) },
		openLNV2,
	},
	wire.KindMeta: {
		func(int) []byte { return nil },
		func(f *Federation, _ wire.ModuleID, _ []byte) (consensus.Module, error) {
			return meta.Module(len(f.record.Guardians)), nil
		},
	},
}

// A generation is a mint of some generation.
type generation interface {
	Module() consensus.Module
	Common() *ecash.Mint
}

// mintKind is the kind of a generation of the mint.
func mintKind[G generation](deal func(guardians int) ecash.Keys, make func(ecash.Keys, wire.FeeConsensus) (G, error)) kind {
	return kind{
		func(guardians int) []byte { return wire.Encode(deal(guardians)) },
		func(f *Federation, id wire.ModuleID, secret []byte) (consensus.Module, error) {
			keys, err := wire.Decode[ecash.Keys](secret)
			if err != nil {
				return consensus.Module{}, err
			}
			m, err := make(keys, f.record.Fee)
			if err != nil {
				return consensus.Module{}, err
			}
			f.mints[id] = m.Common()
			return m.Module(), nil
		},
	}
}

func openLNV2(f *Federation, id wire.ModuleID, secret []byte) (consensus.Module, error) {
	keys, err := wire.Decode[lnv2.Keys](secret)
	if err != nil {
		return consensus.Module{}, err
	}
	l, err := lnv2.New(keys, f.record.lightningFee())
	if err != nil {
		return consensus.Module{}, err
	}
	f.lnv2[id] = l
	return l.Module(), nil
}

func openLN(f *Federation, _ wire.ModuleID, secret []byte) (consensus.Module, error) {
	keys, err := wire.Decode[ln.Keys](secret)
	if err != nil {
		return consensus.Module{}, err
	}
	l, err := ln.New(keys, f.Time)
	if err != nil {
		return consensus.Module{}, err
	}
	return l.Module(), nil
}
