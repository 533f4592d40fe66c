package wire_test

import (
	"encoding/binary"
	"testing"

	"satchel/client/wire"
)

func TestSchnorrRefusesNonsense(t *testing.T) {
	order := wire.SecretKey{
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
		0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
	}
	for _, k := range []wire.SecretKey{{}, order} {
		if _, err := k.Sign([32]byte{1}); err == nil {
			t.Fatalf("signed with %x", k[:])
		}
	}
	key := wire.SecretKey{31: 1}
	hash := [32]byte{1}
	good, err := key.Sign(hash)
	if err != nil {
		t.Fatal(err)
	}
	var field [32]byte // the order of the field, as r
	for i := range field {
		field[i] = 0xff
	}
	binary.BigEndian.PutUint64(field[24:], 0xfffffffefffffc2f)
	for _, sig := range []wire.Signature{
		{},
		wire.Signature(append(field[:], good[32:]...)),
		wire.Signature(append(append([]byte(nil), good[:32]...), order[:]...)),
	} {
		if key.PublicKey().XOnly().Verify(hash, sig) == nil {
			t.Fatalf("%v verifies", sig)
		}
	}
}
