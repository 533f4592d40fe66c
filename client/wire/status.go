package wire

// A SessionState says how far a session is.
type SessionState uint64

const (
	// SessionInitial sessions have not begun.
	SessionInitial SessionState = 0
	// SessionPending sessions are running.
	SessionPending SessionState = 1
	// SessionComplete sessions are over.
	SessionComplete SessionState = 2
)

// A SessionStatus is a session as one guardian sees it. It is an enum without a
// default variant:
//
//	0 {}
//	1 {list of AcceptedItem}
//	2 {SessionOutcome}
type SessionStatus struct {
	State SessionState
	// Items are those accepted so far, or all.
	Items []AcceptedItem
}

// Append appends the consensus form.
func (s SessionStatus) Append(b []byte) []byte {
	if s.State == SessionInitial {
		return AppendEnum(b, uint64(s.State), nil)
	}
	return AppendEnum(b, uint64(s.State), SessionOutcome{s.Items}.Append)
}

// Decode reads the consensus form.
func (s *SessionStatus) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch s.State = SessionState(variant); s.State {
		case SessionInitial:
		case SessionPending, SessionComplete:
			s.Items = ReadVec[AcceptedItem](d)
		default:
			d.NoVariant("SessionStatus", variant)
		}
	})
}

// A SessionStatusV2 is a SessionStatus with signatures. It is an enum without a
// default variant:
//
//	0 {}
//	1 {list of AcceptedItem}
//	2 {SignedSessionOutcome}
type SessionStatusV2 struct {
	State SessionState
	// Items are those accepted so far, or all.
	Items []AcceptedItem
	// Signatures are those of a complete session.
	Signatures map[PeerID]Signature
}

// Signed returns a complete session for verification.
func (s SessionStatusV2) Signed() SignedSessionOutcome {
	return SignedSessionOutcome{SessionOutcome{s.Items}, s.Signatures}
}

// Append appends the consensus form.
func (s SessionStatusV2) Append(b []byte) []byte {
	if s.State == SessionComplete {
		return AppendEnum(b, uint64(SessionComplete), s.Signed().Append)
	}
	return SessionStatus{s.State, s.Items}.Append(b)
}

// Decode reads the consensus form.
func (s *SessionStatusV2) Decode(d *Decoder) {
	d.Enum(func(variant uint64) {
		switch s.State = SessionState(variant); s.State {
		case SessionInitial:
		case SessionPending:
			s.Items = ReadVec[AcceptedItem](d)
		case SessionComplete:
			signed := Read[SignedSessionOutcome](d)
			s.Items, s.Signatures = signed.Outcome.Items, signed.Signatures
		default:
			d.NoVariant("SessionStatusV2", variant)
		}
	})
}
