package tpe_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"testing"

	"satchel/client/tbs/draw"
	"satchel/client/tpe"
	"satchel/client/tpe/internal/curve"
	"satchel/client/vectors"
)

// dealer is the randomness of the dealer in the reference's tests: the scalars
// that are drawn from the hashes of 0, 1, …
func dealer(threshold uint64) io.Reader {
	var b bytes.Buffer
	for k := range threshold {
		a := draw.New(sha256.Sum256(binary.BigEndian.AppendUint64(nil, k))).Scalar()
		secret := curve.SecretBytes(&a)
		b.ReadFrom(draws([]vectors.Hex{secret[:]}))
	}
	return &b
}

// TestKnownKeys has the keys of that dealer.
func TestKnownKeys(t *testing.T) {
	keys := good(tpe.BLS{}.Deal(dealer(3), 4, 3))(t)
	for what, c := range map[string]struct {
		got  []byte
		want string
	}{
		"aggregate": {keys.Aggregate[:], "9608bd85ad0d76a13aac350cecdb7ac352f05ace659ba9695e6adeef18155a10e061f64c9289ba8f113f38612a1ec113"},
		"secret 0":  {keys.Secret[0][:], "45f71447f5b75783ae525eedcd788e433215e8f23cf1c909d93a1b20bb882e35"},
		"public 0":  {keys.Public[0][:], "a950176b7fc15a554fca2041de5627e24546de4d69903c4ef143b9e6edfe1d56affcaf6b3dcca47435f5ffab1ee7a018"},
		"secret 3":  {keys.Secret[3][:], "27e827061dfc0b9e4bbc9d03969e266f051afda19c09aef0d809fecd47103271"},
	} {
		equal(t, what, c.got, unhex(t, c.want))
	}
}

// TestKnownCiphertexts has what the reference encrypts to those keys.
func TestKnownCiphertexts(t *testing.T) {
	of := func(b byte) string { return hex.EncodeToString(bytes.Repeat([]byte{b}, 32)) }
	nothing := sha256.Sum256(make([]byte, 32))
	for _, c := range []struct{ seed, preimage, commitment, key, encrypted, pk, signature string }{{
		seed: of(0x07), preimage: of(0x2a), commitment: hex.EncodeToString(nothing[:]),
		key:       "94c4dd9fde033c5a5ce2703887a8f4952af80675eb8439d6c4c5ef0ab2ce4c2850101258f143f94418f53bf15a7940be",
		encrypted: "c4635021ecbea6ff9e6cfa37847e94777e9ecc18c65b6d3f0417653c03d554e2",
		pk:        "ab50ad182e7fe4bbfb9d8d71dfcc46363b5d423507348c08bc4e6c8500599e26c2e32ab5542b42b3ec3a468c6b5b1129",
		signature: "83e001fd8524a6fad306e492f9e06fbcdd1759e64052fd03ea1f1d72d8ff3267aa012f04f862fd445a7a84c0d95bcb46" +
			"0e2b24e272ce5f74ea7f19f3b58d8fe24fcfc8a460f181f439d0a6c353b3cb1e1e57573cc99a21ac670adf96ffa00a4f",
	}, {
		seed:       "f035251054f3040b8ae6c87040d1d562e857ed688f6818433375f21c13df0054",
		preimage:   "2c58cfdf3427a454fb24677e8b44f4b1843d8dfba0b9ed0626a8b5841114e55c",
		commitment: "a53aa7316068a359b664f93a45ec3df14159e4b2c0836d87e1007de53eb9805b",
		key:        "8ba13bcb28fd9c195782a27e3ad463570ed93d115124f3882fb354d58727c86df44fc9fafe5e897128c02c621b1f71fa",
		encrypted:  "405df2f18579b8cddd27d52380cde1be87977db681c361a1d2033d98c72ca05d",
		pk:         "aeb0211ac9bce11a42988e00bb10b5f0d6774bdb706a14853b09b9ac2db08f093c158d6eab56ac055f3205cca714df87",
		signature: "8f487e163a631557530af5bcf2e3c7887f7f468e7dcf2bb25ad02e14bc21e505b953fe46146905bfb7e4c7f9123426a9" +
			"0bd4a3726e454f80cb5b6fd8782aa1ac6f5bec1979941effcbbaa99a8aa08761fb3bc6e6a297850fd1b564caaeed4c78",
	}} {
		keys := good(tpe.BLS{}.Deal(dealer(3), 4, 3))(t)
		seed := [32]byte(unhex(t, c.seed))
		ct := good(tpe.BLS{}.Encrypt(keys.Aggregate, seed, [32]byte(unhex(t, c.preimage)), [32]byte(unhex(t, c.commitment))))(t)
		key := good(tpe.BLS{}.DecryptionKey(keys.Aggregate, seed))(t)
		equal(t, "decryption key", key[:], unhex(t, c.key))
		equal(t, "ciphertext", flat(ct), unhex(t, c.encrypted+c.pk+c.signature))
	}
}

// TestKnownShares has the shares of the first of those ciphertexts.
func TestKnownShares(t *testing.T) {
	keys := good(tpe.BLS{}.Deal(dealer(3), 4, 3))(t)
	ct := tpe.Ciphertext{Key: [48]byte(unhex(t, "ab50ad182e7fe4bbfb9d8d71dfcc46363b5d423507348c08bc4e6c8500599e26c2e32ab5542b42b3ec3a468c6b5b1129"))}
	for j, want := range []string{
		"a7b6c12641c1c71866cf5dd9c3d0b5128510415cc7b404075a2ea31e2ee6df113f9aaf64838b7837a43171997c0465e5",
		"8482a3ee6f04c4cc53b8c7a9a925283f7f2c0f037596f83d0d031f4cd95861e70f74aa0c36b4b87f4cff669d392b4643",
		"80cc9bd37ea86a5a460ec1b170ab476ea6e1120bdfcc230cf8b61a0a704d762471193849bffda661b051bc822bfb7756",
	} {
		share := good(tpe.BLS{}.Share(keys.Secret[j], ct))(t)
		equal(t, "share", share[:], unhex(t, want))
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	return good(hex.DecodeString(s))(t)
}
