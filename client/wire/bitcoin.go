package wire

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
)

// A BitcoinTxID is the id of a bitcoin transaction. Its 32 bytes stand in the
// order in which bitcoin hashes them; its text is hex in the reverse order, as
// people write it.
type BitcoinTxID [32]byte

// String returns reversed hex.
func (id BitcoinTxID) String() string {
	r := reversed(id)
	return hex.EncodeToString(r[:])
}

// Append appends the 32 bytes.
func (id BitcoinTxID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *BitcoinTxID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns reversed hex.
func (id BitcoinTxID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads reversed hex.
func (id *BitcoinTxID) UnmarshalText(text []byte) error {
	err := unhex(id[:], text, "bitcoin transaction id")
	*id = reversed(*id)
	return err
}

// UnmarshalJSON reads a string with hex.
func (id *BitcoinTxID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// A ChainID tells one bitcoin network from another: it is the hash of the block
// at height 1. Bytes and text are ordered as those of a BitcoinTxID.
type ChainID [32]byte

// String returns reversed hex.
func (id ChainID) String() string { return BitcoinTxID(id).String() }

// Append appends the 32 bytes.
func (id ChainID) Append(b []byte) []byte { return append(b, id[:]...) }

// Decode reads 32 bytes.
func (id *ChainID) Decode(d *Decoder) { d.Fixed(id[:]) }

// MarshalText returns reversed hex.
func (id ChainID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads reversed hex.
func (id *ChainID) UnmarshalText(text []byte) error {
	err := unhex(id[:], text, "chain id")
	*id = reversed(*id)
	return err
}

// UnmarshalJSON reads a string with hex.
func (id *ChainID) UnmarshalJSON(data []byte) error { return readText(data, id) }

// A BitcoinOutPoint is one output of a bitcoin transaction. Consensus form:
// the id and a fixed u32, little endian.
type BitcoinOutPoint struct {
	TxID BitcoinTxID
	Vout uint32
}

// String returns the id and the index with a colon between.
func (o BitcoinOutPoint) String() string {
	return o.TxID.String() + ":" + strconv.FormatUint(uint64(o.Vout), 10)
}

// Append appends the consensus form.
func (o BitcoinOutPoint) Append(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(o.TxID.Append(b), o.Vout)
}

// Decode reads the consensus form.
func (o *BitcoinOutPoint) Decode(d *Decoder) {
	o.TxID.Decode(d)
	o.Vout = uint32(d.littleEndian(4))
}

// A Script is a bitcoin script. Consensus form: bitcoin's CompactSize, which is
// little endian, and the bytes.
type Script []byte

// Append appends the consensus form.
func (s Script) Append(b []byte) []byte { return append(appendCompactSize(b, uint64(len(s))), s...) }

// Decode reads the consensus form.
func (s *Script) Decode(d *Decoder) {
	n := d.compactSize()
	if n > uint64(d.Remaining()) {
		d.Fail("script of %d bytes is claimed where %d bytes are left", n, d.Remaining())
		return
	}
	*s = d.copied(int(n))
}

// A TxOut is an output of a bitcoin transaction. Value is in satoshi.
// Consensus form: a fixed u64, little endian, and the script.
type TxOut struct {
	Value  uint64
	Script Script
}

// Append appends the consensus form.
func (o TxOut) Append(b []byte) []byte {
	return o.Script.Append(binary.LittleEndian.AppendUint64(b, o.Value))
}

// Decode reads the consensus form.
func (o *TxOut) Decode(d *Decoder) {
	o.Value = d.littleEndian(8)
	o.Script.Decode(d)
}

func appendCompactSize(b []byte, n uint64) []byte {
	switch {
	case n < 0xfd:
		return append(b, byte(n))
	case n <= 0xffff:
		return binary.LittleEndian.AppendUint16(append(b, 0xfd), uint16(n))
	case n <= 0xffff_ffff:
		return binary.LittleEndian.AppendUint32(append(b, 0xfe), uint32(n))
	default:
		return binary.LittleEndian.AppendUint64(append(b, 0xff), n)
	}
}

func (d *Decoder) compactSize() uint64 {
	first := d.Byte()
	var n, least uint64
	switch first {
	case 0xfd:
		n, least = d.littleEndian(2), 0xfd
	case 0xfe:
		n, least = d.littleEndian(4), 0x1_0000
	case 0xff:
		n, least = d.littleEndian(8), 0x1_0000_0000
	default:
		return uint64(first)
	}
	if n < least {
		d.Fail("number %d is not in its shortest form", n)
	}
	return n
}

func (d *Decoder) littleEndian(size int) uint64 {
	var buf [8]byte
	d.Fixed(buf[:size])
	return binary.LittleEndian.Uint64(buf[:])
}

// A Network is a bitcoin network by the name its JSON form has: "bitcoin",
// "testnet" (the third), "testnet4", "signet" or "regtest". Consensus form: the
// four magic bytes of its peer-to-peer protocol.
type Network string

// networks are the networks with their magic bytes in the order of the wire.
var networks = [...]struct {
	name  Network
	magic [4]byte
}{
	{"bitcoin", [4]byte{0xf9, 0xbe, 0xb4, 0xd9}},
	{"testnet", [4]byte{0x0b, 0x11, 0x09, 0x07}},
	{"testnet4", [4]byte{0x1c, 0x16, 0x3f, 0x28}},
	{"signet", [4]byte{0x0a, 0x03, 0xcf, 0x40}},
	{"regtest", [4]byte{0xfa, 0xbf, 0xb5, 0xda}},
}

// magic returns four zero bytes for a network that does not exist.
func (n Network) magic() [4]byte {
	for _, known := range networks {
		if known.name == n {
			return known.magic
		}
	}
	return [4]byte{}
}

func networkOf(d *Decoder, magic [4]byte) Network {
	for _, known := range networks {
		if known.magic == magic {
			return known.name
		}
	}
	d.Fail("magic %x is of no bitcoin network", magic)
	return ""
}

// Append appends the magic bytes.
func (n Network) Append(b []byte) []byte {
	magic := n.magic()
	return append(b, magic[:]...)
}

// Decode reads magic bytes.
func (n *Network) Decode(d *Decoder) {
	var magic [4]byte
	if d.Fixed(magic[:]); d.Err() == nil {
		*n = networkOf(d, magic)
	}
}

// UnmarshalText reads the name of a network.
func (n *Network) UnmarshalText(text []byte) error {
	*n = Network(text)
	if n.magic() == ([4]byte{}) {
		return fmt.Errorf("no bitcoin network is called %.40q", text)
	}
	return nil
}

// UnmarshalJSON reads a string with the name of a network.
func (n *Network) UnmarshalJSON(data []byte) error { return readText(data, n) }

// A LegacyNetwork is a Network in the consensus form of the first generation of
// modules: a BigSize of the magic bytes read as a little endian number.
type LegacyNetwork Network

// Append appends the consensus form.
func (n LegacyNetwork) Append(b []byte) []byte {
	magic := Network(n).magic()
	return AppendUint(b, uint64(binary.LittleEndian.Uint32(magic[:])))
}

// Decode reads the consensus form.
func (n *LegacyNetwork) Decode(d *Decoder) {
	var magic [4]byte
	binary.LittleEndian.PutUint32(magic[:], d.Uint32())
	if d.Err() == nil {
		*n = LegacyNetwork(networkOf(d, magic))
	}
}
