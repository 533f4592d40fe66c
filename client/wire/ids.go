package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"golang.org/x/crypto/ripemd160" //nolint:staticcheck // hash160 is made of it
)

// A PeerID is the number of a guardian, 0 to n-1. Consensus form: BigSize.
type PeerID uint16

// Append appends the consensus form.
func (p PeerID) Append(b []byte) []byte { return AppendUint(b, uint64(p)) }

// Decode reads the consensus form.
func (p *PeerID) Decode(d *Decoder) { *p = PeerID(d.Uint16()) }

// A ModuleID is the number of a module instance in its federation. It says
// nothing about the module's kind. Consensus form: BigSize.
type ModuleID uint16

// Append appends the consensus form.
func (m ModuleID) Append(b []byte) []byte { return AppendUint(b, uint64(m)) }

// Decode reads the consensus form.
func (m *ModuleID) Decode(d *Decoder) { *m = ModuleID(d.Uint16()) }

// A ModuleKind is the name of what a module does, such as "mint".
type ModuleKind string

// Append appends the consensus form.
func (k ModuleKind) Append(b []byte) []byte { return AppendText(b, string(k)) }

// Decode reads the consensus form.
func (k *ModuleKind) Decode(d *Decoder) { *k = ModuleKind(d.Text()) }

// A Hash is a SHA-256 hash. Text: hex in natural order.
type Hash [32]byte

// String returns hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Append appends the 32 bytes.
func (h Hash) Append(b []byte) []byte { return append(b, h[:]...) }

// Decode reads 32 bytes.
func (h *Hash) Decode(d *Decoder) { d.Fixed(h[:]) }

// MarshalText returns hex.
func (h Hash) MarshalText() ([]byte, error) { return hexText(h[:]) }

// UnmarshalText reads hex.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text, "hash") }

// UnmarshalJSON reads a string with hex.
func (h *Hash) UnmarshalJSON(data []byte) error { return readText(data, h) }

// A Hash160 is RIPEMD-160 of SHA-256. Text: hex in natural order.
type Hash160 [20]byte

// Hash160Of returns the hash160 of b.
func Hash160Of(b []byte) (h Hash160) {
	inner := sha256.Sum256(b)
	outer := ripemd160.New()
	outer.Write(inner[:])
	outer.Sum(h[:0])
	return h
}

// String returns hex.
func (h Hash160) String() string { return hex.EncodeToString(h[:]) }

// Append appends the 20 bytes.
func (h Hash160) Append(b []byte) []byte { return append(b, h[:]...) }

// Decode reads 20 bytes.
func (h *Hash160) Decode(d *Decoder) { d.Fixed(h[:]) }

// MarshalText returns hex.
func (h Hash160) MarshalText() ([]byte, error) { return hexText(h[:]) }

// UnmarshalText reads hex.
func (h *Hash160) UnmarshalText(text []byte) error { return unhex(h[:], text, "hash160") }

// UnmarshalJSON reads a string with hex.
func (h *Hash160) UnmarshalJSON(data []byte) error { return readText(data, h) }

// A TxID is the id of a transaction of a federation: the SHA-256 of all of it
// but its signatures. Text: hex in natural order, unlike bitcoin's.
type TxID [32]byte

// String returns hex.
func (id TxID) String() string { return hex.EncodeToString(id[:]) }

// Append appends the 32 bytes.
func (id TxID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *TxID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns hex.
func (id TxID) MarshalText() ([]byte, error) { return hexText(id[:]) }

// UnmarshalText reads hex.
func (id *TxID) UnmarshalText(text []byte) error { return unhex(id[:], text, "transaction id") }

// UnmarshalJSON reads a string with hex.
func (id *TxID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// An OperationID holds together what belongs to one action of a person.
type OperationID [32]byte

// String returns hex.
func (id OperationID) String() string { return hex.EncodeToString(id[:]) }

// Short returns the id for logs and screens: "01234567_89abcdef".
func (id OperationID) Short() string { return shortHex(id[:]) }

// Append appends the 32 bytes.
func (id OperationID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *OperationID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns hex.
func (id OperationID) MarshalText() ([]byte, error) { return hexText(id[:]) }

// UnmarshalText reads hex.
func (id *OperationID) UnmarshalText(text []byte) error { return unhex(id[:], text, "operation id") }

// UnmarshalJSON reads a string with hex.
func (id *OperationID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// A ContractID is the id of a lightning contract. Of the second generation it is
// the SHA-256 of the whole contract (LNV2OutgoingContract.ID and
// LNV2IncomingContract.ID). Of the first generation see LNOutgoingContract.ID;
// incoming contracts and offers have the payment hash. Text: hex.
type ContractID [32]byte

// String returns hex.
func (id ContractID) String() string { return hex.EncodeToString(id[:]) }

// Append appends the 32 bytes.
func (id ContractID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *ContractID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns hex.
func (id ContractID) MarshalText() ([]byte, error) { return hexText(id[:]) }

// UnmarshalText reads hex.
func (id *ContractID) UnmarshalText(text []byte) error { return unhex(id[:], text, "contract id") }

// UnmarshalJSON reads a string with hex.
func (id *ContractID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// A FederationID is the SHA-256 of the guardians' urls and names
// (ClientConfig.FederationID), which authenticates a downloaded config.
type FederationID [32]byte

// Prefix returns the first four bytes, by which v1 e-cash names its federation.
func (id FederationID) Prefix() FederationPrefix { return FederationPrefix(id[:4]) }

// FakeLightningKey returns the public key that belongs to the id read as a
// secret key. A route hint to it marks an invoice of this federation. It fails
// for the few ids that are no secret key.
func (id FederationID) FakeLightningKey() (PublicKey, error) {
	key := SecretKey(id)
	if !key.Valid() {
		return PublicKey{}, fmt.Errorf("federation id %v is no secret key", id)
	}
	return key.PublicKey(), nil
}

// String returns hex.
func (id FederationID) String() string { return hex.EncodeToString(id[:]) }

// Append appends the 32 bytes.
func (id FederationID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *FederationID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns hex.
func (id FederationID) MarshalText() ([]byte, error) { return hexText(id[:]) }

// UnmarshalText reads hex.
func (id *FederationID) UnmarshalText(text []byte) error { return unhex(id[:], text, "federation id") }

// UnmarshalJSON reads a string with hex.
func (id *FederationID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// A FederationPrefix is the first four bytes of a federation id.
type FederationPrefix [4]byte

// String returns hex.
func (p FederationPrefix) String() string { return hex.EncodeToString(p[:]) }

// Append appends the 4 bytes.
func (p FederationPrefix) Append(b []byte) []byte { return append(b, p[:]...) }

// Decode reads 4 bytes.
func (p *FederationPrefix) Decode(d *Decoder) { d.Fixed(p[:]) }

// MarshalText returns hex.
func (p FederationPrefix) MarshalText() ([]byte, error) { return hexText(p[:]) }

// UnmarshalText reads hex.
func (p *FederationPrefix) UnmarshalText(text []byte) error {
	return unhex(p[:], text, "federation id prefix")
}

// UnmarshalJSON reads a string with hex.
func (p *FederationPrefix) UnmarshalJSON(data []byte) error { return readText(data, p) }

// An OutPoint is one output of a transaction. Consensus form: id, BigSize.
type OutPoint struct {
	TxID  TxID   `json:"txid"`
	Index uint64 `json:"out_idx"`
}

// String returns the id and the index with a colon between.
func (o OutPoint) String() string { return o.TxID.String() + ":" + strconv.FormatUint(o.Index, 10) }

// Append appends the consensus form.
func (o OutPoint) Append(b []byte) []byte { return AppendUint(o.TxID.Append(b), o.Index) }

// Decode reads the consensus form.
func (o *OutPoint) Decode(d *Decoder) {
	o.TxID.Decode(d)
	o.Index = d.Uint64()
}

// UnmarshalJSON reads {"txid":hex,"out_idx":number}.
func (o *OutPoint) UnmarshalJSON(data []byte) error {
	return readObject(data, "outpoint", field{"txid", &o.TxID, false}, field{"out_idx", &o.Index, false})
}

// An IndexRange holds the indices from Start up to and without End.
// Consensus form: two BigSizes.
type IndexRange struct {
	Start uint64 `json:"start"`
	End   uint64 `json:"end"`
}

// Append appends the consensus form.
func (r IndexRange) Append(b []byte) []byte { return AppendUint(AppendUint(b, r.Start), r.End) }

// Decode reads the consensus form.
func (r *IndexRange) Decode(d *Decoder) { r.Start, r.End = d.Uint64(), d.Uint64() }

// UnmarshalJSON reads {"start":number,"end":number}.
func (r *IndexRange) UnmarshalJSON(data []byte) error {
	return readObject(data, "index range", field{"start", &r.Start, false}, field{"end", &r.End, false})
}

// An OutPointRange is a row of outputs of one transaction.
type OutPointRange struct {
	TxID    TxID       `json:"txid"`
	Indices IndexRange `json:"idx_range"`
}

// Append appends the consensus form.
func (r OutPointRange) Append(b []byte) []byte { return r.Indices.Append(r.TxID.Append(b)) }

// Decode reads the consensus form.
func (r *OutPointRange) Decode(d *Decoder) {
	r.TxID.Decode(d)
	r.Indices.Decode(d)
}

// UnmarshalJSON reads {"txid":hex,"idx_range":{"start":number,"end":number}}.
func (r *OutPointRange) UnmarshalJSON(data []byte) error {
	return readObject(data, "outpoint range", field{"txid", &r.TxID, false}, field{"idx_range", &r.Indices, false})
}
