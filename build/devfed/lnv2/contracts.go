package lnv2

import (
	"encoding/binary"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

// Prefixes of the state.
const (
	outgoing  = "outgoing/"
	incoming  = "incoming/"
	ephemeral = "ephemeral/"
	preimage  = "preimage/"
	contract  = "contract/"
	stream    = "stream/"
	position  = "position/"
	length    = "length"
)

func pointKey(table string, at wire.OutPoint) string {
	return table + string(binary.BigEndian.AppendUint64(at.TxID[:], at.Index))
}

func contractKey(id wire.ContractID) string { return contract + string(id[:]) }

func streamKey(index uint64) string {
	return stream + string(binary.BigEndian.AppendUint64(nil, index))
}

// stored returns a value that is kept in its consensus form, if it is there.
func stored[T any, P wire.Decodable[T]](view consensus.View, key string) (v T, ok bool) {
	value, ok := view.Get(key)
	if ok {
		v = consensus.Stored[T, P](value)
	}
	return v, ok
}

// number returns one that is kept, or 0.
func number(view consensus.View, key string) uint64 {
	value, ok := view.Get(key)
	if !ok {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

func putNumber(tx consensus.Tx, key string, n uint64) {
	tx.Put(key, binary.BigEndian.AppendUint64(nil, n))
}

// Outgoing returns a contract that is not spent.
func Outgoing(view consensus.View, at wire.OutPoint) (wire.LNV2OutgoingContract, bool) {
	return stored[wire.LNV2OutgoingContract](view, pointKey(outgoing, at))
}

// Incoming returns a contract that is not spent.
func Incoming(view consensus.View, at wire.OutPoint) (wire.LNV2IncomingContract, bool) {
	return stored[wire.LNV2IncomingContract](view, pointKey(incoming, at))
}

// Ephemeral returns the key with which the preimage of an incoming contract was
// encrypted, also of one that is spent.
func Ephemeral(view consensus.View, at wire.OutPoint) (wire.G1, bool) {
	return stored[wire.G1](view, pointKey(ephemeral, at))
}

// PreimageOf returns what an outgoing contract was claimed with.
func PreimageOf(view consensus.View, at wire.OutPoint) (wire.Preimage, bool) {
	return stored[wire.Preimage](view, pointKey(preimage, at))
}

// Funded returns the last output that funded an incoming contract.
func Funded(view consensus.View, id wire.ContractID) (wire.OutPoint, bool) {
	return stored[wire.OutPoint](view, contractKey(id))
}

func fundOutgoing(tx consensus.Tx, at wire.OutPoint, c wire.LNV2OutgoingContract) {
	tx.Put(pointKey(outgoing, at), wire.Encode(c))
}

func fundIncoming(tx consensus.Tx, at wire.OutPoint, c wire.LNV2IncomingContract) {
	tx.Put(pointKey(incoming, at), wire.Encode(c))
	tx.Put(pointKey(ephemeral, at), wire.Encode(c.Ciphertext.Key))
	tx.Put(contractKey(c.ID()), wire.Encode(at))
	index := number(tx.View, length)
	tx.Put(streamKey(index), wire.Encode(at))
	putNumber(tx, pointKey(position, at), index)
	putNumber(tx, length, index+1)
}

func spendOutgoing(tx consensus.Tx, at wire.OutPoint) { tx.Delete(pointKey(outgoing, at)) }

func spendIncoming(tx consensus.Tx, at wire.OutPoint) {
	tx.Delete(pointKey(incoming, at))
	tx.Delete(streamKey(number(tx.View, pointKey(position, at))))
	tx.Delete(pointKey(position, at))
}

// streamLength is how many incoming contracts have ever been funded.
func streamLength(view consensus.View) uint64 { return number(view, length) }

// fromStream returns at most n of the incoming contracts that are not spent, from
// an index on, and the index behind the last of them, or behind the stream if
// there are none.
func fromStream(view consensus.View, start, n uint64) (contracts []wire.LNV2IncomingContract, next uint64) {
	contracts, next = []wire.LNV2IncomingContract{}, streamLength(view)
	for i := start; i < streamLength(view) && uint64(len(contracts)) < n; i++ {
		at, ok := stored[wire.OutPoint](view, streamKey(i))
		if !ok {
			continue
		}
		c, ok := Incoming(view, at)
		if !ok {
			panic("lnv2: a spent contract is in the stream: " + at.String())
		}
		contracts, next = append(contracts, c), i+1
	}
	return contracts, next
}

// outstanding counts contract by contract what was funded and not spent, in msat.
func outstanding(view consensus.View) (owed wire.Amount) {
	for _, value := range view.Under(outgoing) {
		owed = must(owed.Add(consensus.Stored[wire.LNV2OutgoingContract](value).Amount))
	}
	for _, value := range view.Under(incoming) {
		owed = must(owed.Add(consensus.Stored[wire.LNV2IncomingContract](value).Commitment.Amount))
	}
	return owed
}

func must(a wire.Amount, err error) wire.Amount {
	if err != nil {
		panic("lnv2: audit: " + err.Error())
	}
	return a
}
