package wire_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"satchel/client/wire"
)

func TestDecodeErrorsSayWhereAndWhat(t *testing.T) {
	for _, c := range []struct {
		name, hex string
		offset    int
		reason    string
	}{
		{"Amount", "", 0, "1 bytes are needed and 0 are there"},
		{"Amount", "fd00fc", 3, "number 252 is not in its shortest form"},
		{"Amount", "0102", 1, "1 bytes are left over"},
		{"PeerID", "fe00010000", 5, "number 65536 is above 65535"},
		{"bool", "02", 1, "flag 0x02 is neither 00 nor 01"},
		{"String", "01ff", 2, `text "\xff" is not UTF-8`},
		{"Vec<u64>", "05", 1, "5 items are claimed where 0 bytes are left"},
		{"Transaction", "ffffffffffffffffff", 9, "18446744073709551615 items are claimed where 0 bytes are left"},
		{"BTreeMap<u8,u8>", "0202000100", 4, "key of entry 1 does not come after the one before"},
		{"MintInput", "0003010203", 3, "33 bytes are needed and 2 are there"},
		{"MintRecoveryItem", "0200", 2, "RecoveryItem has no variant 2"},
		{"TransactionError", "03017f", 2, "1 bytes of a body are left over"},
		{"Network", "01020304", 4, "magic 01020304 is of no bitcoin network"},
		{"SafeURL", "0168", 2, `url "h": no scheme`},
		{"FeeConsensus", "0700", 2, "fees of 7 msat and 0 millionths are neither"},
		{"SecretKey", strings.Repeat("00", 32), 32, "32 bytes are no secret key"},
		{"InviteCode", "00", 1, "invite code names no guardian"},
	} {
		b, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(err)
		}
		v, err := codecs[c.name].decode(b)
		var refused *wire.DecodeError
		if !errors.As(err, &refused) || refused.Offset != c.offset || !strings.HasPrefix(refused.Reason, c.reason) {
			t.Errorf("%s %s is read as %v (%v), want byte %d: %s", c.name, c.hex, v, err, c.offset, c.reason)
		}
	}
	_, err := wire.Decode[wire.Transaction](nil)
	if err == nil || err.Error() != "decode wire.Transaction: byte 0: 1 bytes are needed and 0 are there" {
		t.Errorf("error %v", err)
	}
}

func TestFirstErrorSticks(t *testing.T) {
	d := wire.NewDecoder([]byte{2, 3, 4})
	d.Bool()
	first := d.Err()
	if first == nil {
		t.Fatal("02 is a flag")
	}
	d.Fail("second")
	if d.Byte() != 0 || d.Uint64() != 0 || d.Bytes() != nil || d.Text() != "" || d.Rest() != nil || d.Bool() || d.Remaining() != 0 {
		t.Error("a decoder reads on after an error")
	}
	d.Enum(func(uint64) { t.Error("a body is read after an error") })
	if v := wire.ReadVec[wire.Amount](d); v != nil || d.Err() != first || d.Finish() != first {
		t.Errorf("list %v, error %v, want %v", v, d.Err(), first)
	}
}

func TestItemsWithoutBytesAreRefused(t *testing.T) {
	d := wire.NewDecoder([]byte{1, 1})
	if v := wire.ReadVec[wire.Unit](d); d.Err() == nil {
		t.Errorf("list of %d items without bytes", len(v))
	}
	d = wire.NewDecoder([]byte{0})
	if v := wire.ReadVec[wire.Unit](d); d.Finish() != nil || len(v) != 0 {
		t.Errorf("empty list is read as %v (%v)", v, d.Err())
	}
}

func TestDecodedValueIsACopy(t *testing.T) {
	b := []byte{7, 2, 1, 2}
	v, err := wire.Decode[wire.Dyn](b)
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	if !bytes.Equal(v.Body, []byte{1, 2}) {
		t.Errorf("body is %x after the input has changed", v.Body)
	}
}

func TestAppendEnumMovesLongBodies(t *testing.T) {
	for _, n := range []int{0, 1, 252, 253, 65535, 65536} {
		body := bytes.Repeat([]byte{0xab}, n)
		got := wire.AppendEnum([]byte("front"), 5, func(b []byte) []byte { return append(b, body...) })
		want := wire.AppendBytes([]byte("front\x05"), body)
		if !bytes.Equal(got, want) {
			t.Errorf("body of %d bytes begins %x, want %x", n, got[:min(20, len(got))], want[:min(20, len(want))])
		}
	}
	if got := wire.AppendEnum(nil, 300, nil); !bytes.Equal(got, []byte{0xfd, 1, 44, 0}) {
		t.Errorf("unit variant %x", got)
	}
}

// Vectors of the wire specification that are in no topic.
func TestFormsOfTheSpecification(t *testing.T) {
	var key wire.SecretKey
	copy(key[:], bytes.Repeat([]byte{1}, 32))
	tx := wire.Transaction{
		Inputs:  []wire.DynInput{{Dyn: wire.Dyn{Module: 1, Body: []byte{0xaa, 0xbb}}}},
		Outputs: []wire.DynOutput{{Dyn: wire.Dyn{Module: 300, Body: []byte{0xcc}}}},
		Nonce:   [8]byte{1, 2, 3, 4, 5, 6, 7, 8},
	}
	if err := tx.Sign([]wire.SecretKey{key}); err != nil {
		t.Fatal(err)
	}
	const sig = "a4130842ef5778064bc92ad308abeaa4c6ac87bf444f80c7721abf4e8f6f0b5258461a4ed0b30ce79575d338e7e60deef31badcb255bdfc685fd36f5feac2fe7"
	const txid = "b3bf2d2641782705285320250e5d1a8b3bcb2f02d6db70142919ced2f09192b7"
	if got := wire.EncodeHex(tx); got != "010102aabb01fd012c01cc0102030405060708004101"+sig || tx.TxID().String() != txid {
		t.Errorf("transaction %v %s", tx.TxID(), got)
	}
	item := wire.AcceptedItem{Item: wire.ConsensusItem{Transaction: &tx}, Peer: 2}
	if got := wire.HashOf(item).String(); got != "bf2a703cdaf047f2347e97d4d89a1106e5c579fb2b2d1635ca75f748b89ec71c" {
		t.Errorf("leaf %s", got)
	}
	for want, e := range map[string]wire.TransactionError{
		"0003010203":           {Variant: wire.TxUnbalanced, Inputs: 1, Outputs: 2, Fee: 3},
		"01080161016201630164": {Variant: wire.TxInvalidSignature, Witness: wire.Witness{Transaction: "a", Hash: "b", Signature: "c", Key: "d"}},
		"020105":               {Variant: wire.TxUnsupportedScheme, Scheme: 5},
		"0300":                 {Variant: wire.TxInvalidWitnessLength},
		"04050103000109":       {Variant: wire.TxInvalidInput, Cause: wire.Dyn{Module: 1, Body: []byte{0, 1, 9}}},
		"0502" + "0700":        {Variant: wire.TxInvalidOutput, Cause: wire.Dyn{Module: 7}},
	} {
		if got := wire.EncodeHex(e); got != want {
			t.Errorf("%v encodes to %s, want %s", e, got, want)
		}
	}
}
