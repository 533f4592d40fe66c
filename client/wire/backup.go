package wire

import "fmt"

// Backups at the guardians. A client keeps there what it would take long to
// find again. The reference calls all of it deprecated since 0.11, when
// guardians began to list notes for recovery, and still writes and reads it.

const (
	// MaxBackupPayload is the size in bytes of the largest payload that
	// guardians keep.
	MaxBackupPayload = 128 << 10
	// MaxModuleBackup is the size in bytes that the consensus form of a
	// DynModuleBackup must stay below for the reference to send it.
	MaxModuleBackup = 32 << 10
)

// A ClientBackup is what a client keeps at the guardians, before encryption
// (package client/backup). Consensus form: SessionCount, Metadata, a map from
// ModuleID to DynModuleBackup, Padding.
//
// The key of an entry and the id inside it are the same number; that they are is
// not checked.
type ClientBackup struct {
	// SessionCount is how many sessions there were before the backup was made.
	// Of several backups the one with the highest counts. That of a module may
	// be older and has a count of its own.
	SessionCount uint64
	// Metadata belongs to the application, which by convention keeps JSON there.
	// The official web client writes {}, fedimint-cli an object of strings.
	Metadata []byte
	Modules  map[ModuleID]DynModuleBackup
	// Padding was filled with zeros by old clients. It is empty today, and
	// readers ignore it.
	Padding []byte
}

// Append appends the consensus form.
func (c ClientBackup) Append(b []byte) []byte {
	b = AppendBytes(AppendUint(b, c.SessionCount), c.Metadata)
	return AppendBytes(AppendMap(b, c.Modules), c.Padding)
}

// Decode reads the consensus form.
func (c *ClientBackup) Decode(d *Decoder) {
	c.SessionCount = d.Uint64()
	c.Metadata = d.Bytes()
	c.Modules = ReadMap[ModuleID, DynModuleBackup](d)
	c.Padding = d.Bytes()
}

// Format hides the metadata and the e-cash of the modules from every verb.
func (c ClientBackup) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "backup of %d modules at session %d", len(c.Modules), c.SessionCount)
}

// A DynModuleBackup is the part of a module in a ClientBackup. Of the modules
// that this package knows only the mint of the first generation has one, a
// MintBackup. It may hold secrets, which it does not show to package fmt.
type DynModuleBackup struct{ Dyn }

// Format hides the body from every verb.
func (m DynModuleBackup) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "backup of module %d, %d bytes", m.Module, len(m.Body))
}

// A MintBackup is what the mint of the first generation keeps in a backup (the
// reference's EcashBackup). It is an enum:
//
//	0 {MintNotes, list of MintPendingNote, session count, map from Amount to index}
type MintBackup struct {
	// Notes are those that could be spent.
	Notes MintNotes
	// Pending are those that the federation has been asked for.
	Pending []MintPendingNote
	// SessionCount was asked for before the wallet was looked through: nothing
	// of earlier sessions is missing here.
	SessionCount uint64
	// NextIndices has for each amount in msat the number of the next note to
	// derive.
	NextIndices map[Amount]uint64
	// Unknown, if it is not nil, is a variant of a later version; the other
	// fields are zero.
	Unknown *Unknown
}

// Append appends the consensus form.
func (m MintBackup) Append(b []byte) []byte {
	if m.Unknown != nil {
		return m.Unknown.Append(b)
	}
	return AppendEnum(b, 0, func(b []byte) []byte {
		b = AppendVec(m.Notes.Append(b), m.Pending)
		b = AppendUint(b, m.SessionCount)
		return AppendMapFunc(b, m.NextIndices, appendValue[Amount], AppendUint)
	})
}

// Decode reads the consensus form.
func (m *MintBackup) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		if variant != 0 {
			m.Unknown = d.Unknown(variant)
			return
		}
		m.Notes.Decode(d)
		m.Pending = ReadVec[MintPendingNote](d)
		m.SessionCount = d.Uint64()
		m.NextIndices = ReadMapFunc(d, Read[Amount], (*Decoder).Uint64)
	})
}

// A MintPendingNote is a note of Amount msat that the output at OutPoint asks for.
type MintPendingNote struct {
	OutPoint OutPoint
	Amount   Amount
	Request  MintIssuanceRequest
}

// Append appends the consensus form.
func (n MintPendingNote) Append(b []byte) []byte {
	return n.Request.Append(n.Amount.Append(n.OutPoint.Append(b)))
}

// Decode reads the consensus form.
func (n *MintPendingNote) Decode(d *Decoder) {
	n.OutPoint.Decode(d)
	n.Amount.Decode(d)
	n.Request.Decode(d)
}
