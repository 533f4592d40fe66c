package wire_test

import (
	"fmt"

	"satchel/client/wire"
)

// A Lease is the type of the package documentation.
type Lease struct {
	Holder  wire.PeerID
	Until   wire.SystemTime
	Notes   []string
	Unknown *wire.Unknown
}

func (l Lease) Append(b []byte) []byte {
	if l.Unknown != nil {
		return l.Unknown.Append(b)
	}
	return wire.AppendEnum(b, 0, func(b []byte) []byte {
		b = l.Until.Append(l.Holder.Append(b))
		return wire.AppendVecFunc(b, l.Notes, wire.AppendText)
	})
}

func (l *Lease) Decode(d *wire.Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			l.Unknown = d.Unknown(variant)
			return
		}
		l.Holder.Decode(d)
		l.Until.Decode(d)
		l.Notes = wire.ReadVecFunc(d, (*wire.Decoder).Text)
	})
}

func Example() {
	lease := Lease{Holder: 300, Until: wire.SystemTime{Secs: 1700000000}, Notes: []string{"a", "bc"}}
	b := wire.Encode(lease)
	fmt.Printf("%x\n", b)

	back, err := wire.Decode[Lease](b)
	fmt.Println(back.Holder, back.Until.Time(), back.Notes, err)

	_, err = wire.Decode[Lease](b[:len(b)-1])
	fmt.Println(err)

	// A variant of a later version is kept as it is.
	later, err := wire.Decode[Lease]([]byte{7, 2, 0xaa, 0xbb})
	fmt.Printf("%d %x %x %v\n", later.Unknown.Variant, later.Unknown.Body, wire.Encode(later), err)
	// Output:
	// 000ffd012cfe6553f10000020161026263
	// 300 2023-11-14 22:13:20 +0000 UTC [a bc] <nil>
	// decode wire_test.Lease: byte 2: 15 bytes are claimed where 14 bytes are left
	// 7 aabb 0702aabb <nil>
}

func ExampleTransaction() {
	key := wire.SecretKey{31: 1}
	note := wire.MintNote{Nonce: key.PublicKey(), Signature: wire.G1{0xc0}}
	tx := wire.Transaction{
		Inputs:  []wire.DynInput{{Dyn: wire.DynOf(1, wire.MintInput{Amount: 1024, Note: note})}},
		Outputs: []wire.DynOutput{{Dyn: wire.DynOf(1, wire.MintOutput{Amount: 512, BlindNonce: wire.G1{0xc0}})}},
	}
	if err := tx.Sign([]wire.SecretKey{key}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(len(wire.Encode(tx)), tx.VerifySignatures([]wire.PublicKey{note.Nonce}))

	outcome, err := wire.Decode[wire.SubmissionOutcome]([]byte{0, 4, 4, 1, 2, 0, 0})
	fmt.Println(outcome.Err.Text(map[wire.ModuleID]wire.ModuleKind{1: wire.KindMint}), err)
	// Output:
	// 220 <nil>
	// The transaction had an invalid input: 1-The note is already spent <nil>
}
