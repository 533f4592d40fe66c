package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// A ConsensusItem is what a guardian puts before the others. It is an enum:
//
//	0 {Transaction}
//	1 {DynConsensusItem}
//
// Exactly one field is set.
type ConsensusItem struct {
	Transaction *Transaction
	Module      *DynConsensusItem
	// Unknown is a variant of a later version.
	Unknown *Unknown
}

// Append appends the consensus form.
func (i ConsensusItem) Append(b []byte) []byte {
	switch {
	case i.Transaction != nil:
		return AppendEnum(b, 0, i.Transaction.Append)
	case i.Module != nil:
		return AppendEnum(b, 1, i.Module.Append)
	case i.Unknown != nil:
		return i.Unknown.Append(b)
	}
	panic("wire: consensus item without content")
}

// Decode reads the consensus form.
func (i *ConsensusItem) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch variant {
		case 0:
			d.charge(sizeOf[Transaction]())
			i.Transaction = new(Transaction)
			i.Transaction.Decode(d)
		case 1:
			d.charge(sizeOf[DynConsensusItem]())
			i.Module = new(DynConsensusItem)
			i.Module.Decode(d)
		default:
			i.Unknown = d.Unknown(variant)
		}
	})
}

// An AcceptedItem is an item that the guardians agreed on, and who proposed it.
type AcceptedItem struct {
	Item ConsensusItem
	Peer PeerID
}

// Append appends the consensus form.
func (i AcceptedItem) Append(b []byte) []byte { return i.Peer.Append(i.Item.Append(b)) }

// Decode reads the consensus form.
func (i *AcceptedItem) Decode(d *Decoder) {
	i.Item.Decode(d)
	i.Peer.Decode(d)
}

// A SessionOutcome is what was agreed on in one session, in that order.
type SessionOutcome struct {
	Items []AcceptedItem
}

// Append appends the consensus form.
func (o SessionOutcome) Append(b []byte) []byte { return AppendVec(b, o.Items) }

// Decode reads the consensus form.
func (o *SessionOutcome) Decode(d *Decoder) { o.Items = ReadVec[AcceptedItem](d) }

// Header returns the header of session index: the index as eight bytes, big
// endian, and the root of a Merkle tree over the hashes of the items, or zeros
// if there are none.
func (o SessionOutcome) Header(index uint64) (header [40]byte) {
	binary.BigEndian.PutUint64(header[:], index)
	hashes := make([]Hash, len(o.Items))
	for i, item := range o.Items {
		hashes[i] = HashOf(item)
	}
	root := merkleRoot(hashes)
	copy(header[8:], root[:])
	return header
}

// merkleRoot hashes neighbours together with one SHA-256 until one hash is left.
// A last one without a neighbour is its own.
func merkleRoot(hashes []Hash) Hash {
	if len(hashes) == 0 {
		return Hash{}
	}
	for len(hashes) > 1 {
		parents := hashes[:0]
		for i := 0; i < len(hashes); i += 2 {
			left, right := hashes[i], hashes[min(i+1, len(hashes)-1)]
			parents = append(parents, sha256.Sum256(append(left[:], right[:]...)))
		}
		hashes = parents
	}
	return hashes[0]
}

// A SignedSessionOutcome is a session with signatures of guardians.
type SignedSessionOutcome struct {
	Outcome    SessionOutcome
	Signatures map[PeerID]Signature
}

// Append appends the consensus form.
func (o SignedSessionOutcome) Append(b []byte) []byte {
	return AppendMap(o.Outcome.Append(b), o.Signatures)
}

// Decode reads the consensus form.
func (o *SignedSessionOutcome) Decode(d *Decoder) {
	o.Outcome.Decode(d)
	o.Signatures = ReadMap[PeerID, Signature](d)
}

// SigningHash returns what guardians sign for session index: the SHA-256 of the
// hash of their broadcast keys and the header.
func (o SessionOutcome) SigningHash(index uint64, broadcast map[PeerID]PublicKey) Hash {
	keys := sha256.Sum256(AppendMap(nil, broadcast))
	header := o.Header(index)
	return sha256.Sum256(append(keys[:], header[:]...))
}

// Verify returns nil if a threshold of the guardians signed the outcome as that
// of session index, and no signature is of a stranger or wrong; else an error
// that wraps ErrSignature. broadcast has the key of every guardian.
func (o SignedSessionOutcome) Verify(index uint64, broadcast map[PeerID]PublicKey) error {
	if need := max(Threshold(len(broadcast)), 1); len(o.Signatures) < need {
		return fmt.Errorf("session %d has %d of %d signatures: %w", index, len(o.Signatures), need, ErrSignature)
	}
	hash := o.Outcome.SigningHash(index, broadcast)
	for peer, signature := range o.Signatures {
		key, ok := broadcast[peer]
		if !ok {
			return fmt.Errorf("session %d is signed by %d, who is no guardian: %w", index, peer, ErrSignature)
		}
		if err := key.XOnly().Verify(hash, signature); err != nil {
			return fmt.Errorf("session %d, guardian %d: %w", index, peer, err)
		}
	}
	return nil
}
