package ln

import (
	"encoding/binary"

	"satchel/build/devfed/consensus"
	"satchel/client/wire"
)

const accounts = "account/"

func accountKey(id wire.ContractID) string { return accounts + string(id[:]) }

func offerKey(hash wire.Hash) string { return "offer/" + string(hash[:]) }

func sealedKey(e wire.EncryptedPreimage) string {
	hash := wire.HashOf(e)
	return "sealed/" + string(hash[:])
}

func outcomeKey(at wire.OutPoint) string {
	return "outcome/" + string(binary.BigEndian.AppendUint64(at.TxID[:], at.Index))
}

func peerKey(table string, peer wire.PeerID) string {
	return table + string(binary.BigEndian.AppendUint16(nil, uint16(peer)))
}

// stored returns a value that is kept in its consensus form, if it is there.
func stored[T any, P wire.Decodable[T]](view consensus.View, key string) (v T, ok bool) {
	value, ok := view.Get(key)
	if ok {
		v = consensus.Stored[T, P](value)
	}
	return v, ok
}

// Account returns the account of a contract that was funded.
func Account(view consensus.View, id wire.ContractID) (wire.LNAccount, bool) {
	return stored[wire.LNAccount](view, accountKey(id))
}

// Offer returns an offer that no contract was funded for.
func Offer(view consensus.View, hash wire.Hash) (wire.LNOffer, bool) {
	return stored[wire.LNOffer](view, offerKey(hash))
}

func putAccount(tx consensus.Tx, id wire.ContractID, a wire.LNAccount) {
	tx.Put(accountKey(id), wire.Encode(a))
}

// outstanding counts account by account what was funded and not spent, in msat.
func outstanding(view consensus.View) (owed wire.Amount) {
	for _, value := range view.Under(accounts) {
		sum, err := owed.Add(consensus.Stored[wire.LNAccount](value).Amount)
		if err != nil {
			panic("ln: audit: " + err.Error())
		}
		owed = sum
	}
	return owed
}
