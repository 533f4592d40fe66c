package archive

import (
	"errors"
	"fmt"
	"io"

	"satchel/client/archive/age"
	"satchel/client/secret"
	"satchel/client/wire"
)

const (
	// MaxFile is the length in bytes above which a file is not read.
	MaxFile = 24 << 20
	// MaxText is how many characters a text has at most.
	MaxText = 200

	maxContent = 16 << 20 // bytes of JSON; armored it is below MaxFile
	work       = 16
	maxWork    = 18
)

var (
	// ErrForeign is wrapped when a file is not one of a wallet, or not one that
	// was encrypted with a passphrase.
	ErrForeign = errors.New("not a file of a wallet")
	// ErrNewer is wrapped when a file is of a later version.
	ErrNewer = errors.New("file is of a later version")
	// ErrTooLarge is that a file, or what is to be written into one, is too
	// large.
	ErrTooLarge = errors.New("file is too large")

	// ErrPassphrase is that the passphrase is wrong. A file that was damaged near
	// its beginning may look the same.
	ErrPassphrase = age.ErrPassphrase
	// ErrDamaged is wrapped when a file was cut or changed, or lacks its words.
	ErrDamaged = age.ErrDamaged
	// ErrWork is wrapped when opening a file would take too much memory.
	ErrWork = age.ErrWork
	// ErrNoPassphrase is that there is no passphrase to encrypt with.
	ErrNoPassphrase = age.ErrNoPassphrase
)

// An Archive is a whole wallet, without its e-cash. Texts are untrusted.
type Archive struct {
	Made   int64  // ms since 1970, UTC
	MadeBy string // the program

	Words       secret.Words
	Federations []Federation
	History     []Entry // the newest first

	// Omitted is how many of the oldest operations are not in History. Encode
	// adds those for which there is no room.
	Omitted int

	// Unread is how many federations and operations could not be read: of the
	// file, or of the wallet when it was to be written. It is not written itself.
	Unread int
}

// A Federation is what it takes to join again.
type Federation struct {
	ID         wire.FederationID  `json:"id"`
	Name       string             `json:"name"`            // what it calls itself
	Label      string             `json:"label,omitempty"` // what the person calls it
	Invite     wire.InviteCode    `json:"invite"`          // of this ID, with the secret of the API
	Derivation secret.Derivation  `json:"derivation"`
	Joined     int64              `json:"joined_ms"`
	Balance    wire.Amount        `json:"balance_msat"`      // when the file was written
	Unknown    bool               `json:"unknown,omitempty"` // Balance then was not known, and History may lack what was done
	Config     *wire.ClientConfig `json:"config,omitempty"`
}

// An Entry is an operation as it was shown, with amounts in msat.
type Entry struct {
	Federation wire.FederationID `json:"federation"`
	ID         wire.OperationID  `json:"operation_id"`
	Began      int64             `json:"began_ms"`
	Title      string            `json:"title"`
	Label      string            `json:"label,omitempty"` // the person's note
	State      string            `json:"state"`
	Final      bool              `json:"final"`
	Outgoing   bool              `json:"outgoing"`
	Requested  wire.Amount       `json:"requested_msat"`
	Amount     wire.Amount       `json:"amount_msat"`
	Fee        wire.Amount       `json:"fee_msat"`
	Change     int64             `json:"change_msat"`
	Why        string            `json:"why,omitempty"`
}

// Seal returns the file of a wallet. It takes 48 bytes of random, which must be
// cryptographically secure, a second or two of work and 64 MiB of memory. The
// passphrase is taken byte for byte, so callers bring it into NFC, here and for
// Open. The errors are those of Encode, of random and ErrNoPassphrase.
func Seal(a Archive, passphrase string, random io.Reader) ([]byte, error) {
	return seal(a, passphrase, work, random)
}

func seal(a Archive, passphrase string, work int, random io.Reader) ([]byte, error) {
	content, err := Encode(a)
	if err != nil {
		return nil, err
	}
	return age.Encrypt(content, passphrase, work, random)
}

// Open returns what is in a file, which may be armored. The errors are ErrForeign,
// ErrNewer, ErrTooLarge, ErrWork, ErrPassphrase and ErrDamaged.
func Open(file []byte, passphrase string) (Archive, error) {
	if len(file) > MaxFile {
		return Archive{}, ErrTooLarge
	}
	content, err := age.Decrypt(file, passphrase, maxWork)
	switch {
	case errors.Is(err, age.ErrNotAge), errors.Is(err, age.ErrKeys):
		return Archive{}, fmt.Errorf("%w: %w", ErrForeign, err)
	case errors.Is(err, age.ErrVersion):
		return Archive{}, fmt.Errorf("%w: %w", ErrNewer, err)
	case err != nil:
		return Archive{}, err
	}
	return Decode(content)
}
