package facade

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"satchel/client"
	"satchel/client/archive"
	"satchel/client/ecash"
	"satchel/client/guardians"
	"satchel/client/lnurl"
	"satchel/client/lnv2"
	"satchel/client/mint"
	"satchel/client/notes"
	"satchel/client/wire"
	"satchel/fsm/kv"
)

// A Code says what kind of error a call ended with. Codes do not change; texts
// may.
type Code string

const (
	InvalidInput          Code = "InvalidInput"          // the request, or a text in it, is not what it should be
	UnknownVerb           Code = "UnknownVerb"           // no such verb, module or method
	NotSupported          Code = "NotSupported"          // this wallet cannot do it
	NoWords               Code = "NoWords"               // the wallet has no words yet
	HasWords              Code = "HasWords"              // it has words already
	AlreadyJoined         Code = "AlreadyJoined"         // the federation was joined before
	NotJoined             Code = "NotJoined"             // the federation was not joined
	Recovering            Code = "Recovering"            // the money is still being found again with the words
	SeedMismatch          Code = "SeedMismatch"          // the store belongs to other words
	UnsupportedFederation Code = "UnsupportedFederation" // it has no address or no module that this wallet can use
	FederationUnreachable Code = "FederationUnreachable" // too few guardians answer, or they do not agree
	Refused               Code = "Refused"               // guardians answer that they will not, with the same words
	InsufficientBalance   Code = "InsufficientBalance"
	NoExactAmount         Code = "NoExactAmount"      // notes must be reissued first
	QuoteExpired          Code = "QuoteExpired"       // it would cost more by now
	WrongFederation       Code = "WrongFederation"    // e-cash of another federation
	ForgedEcash           Code = "ForgedEcash"        // e-cash that the federation has not signed
	TooSmall              Code = "TooSmall"           // worth less than it costs
	AlreadyReceived       Code = "AlreadyReceived"    // e-cash that this wallet has claimed before
	AlreadyTaken          Code = "AlreadyTaken"       // e-cash that somebody has claimed
	UnknownOperation      Code = "UnknownOperation"   // no such operation
	StorageUnavailable    Code = "StorageUnavailable" // nothing can be kept, or not now
	StorageFull           Code = "StorageFull"
	StorageInUse          Code = "StorageInUse"        // another owner has taken the wallet over
	StorageLost           Code = "StorageLost"         // what was stored is gone, or cannot be read
	OutcomeUnknown        Code = "OutcomeUnknown"      // a commit failed: it may have been done; asking again tells, and does it if not
	GatewayUnavailable    Code = "GatewayUnavailable"  // no lightning gateway answers, or it misbehaves
	GatewayTooExpensive   Code = "GatewayTooExpensive" // it asks for more than wallets accept
	NetworkMismatch       Code = "NetworkMismatch"     // an invoice of another bitcoin network
	ServiceUnavailable    Code = "ServiceUnavailable"  // what an LNURL leads to does not answer, or not as it should
	ServiceRefused        Code = "ServiceRefused"      // and will not
	Expired               Code = "Expired"             // an invoice that nobody should pay any more
	WrongPassphrase       Code = "WrongPassphrase"     // of a wallet's file
	DamagedFile           Code = "DamagedFile"         // a wallet's file that cannot be read, or is none
	Internal              Code = "Internal"            // a mistake of this program

	// Interrupted is answered by the link in the page, for a call that may not
	// be repeated: the core stopped before it answered.
	Interrupted Code = "Interrupted"
)

// An Error is an error with its code.
type Error struct {
	Code Code
	Text string
}

func (e *Error) Error() string { return e.Text }

func fail(code Code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// sentinels are in the order in which they are looked for: a commit that failed
// matches its cause, which may say that nothing was written, and ErrClosed.
var sentinels = []struct {
	err  error
	code Code
}{
	{kv.ErrFull, StorageFull},
	{kv.ErrUnavailable, StorageUnavailable},
	{kv.ErrFenced, StorageInUse},
	{kv.ErrClosed, OutcomeUnknown},
	{client.ErrNoWords, NoWords},
	{client.ErrHasWords, HasWords},
	{client.ErrJoined, AlreadyJoined},
	{client.ErrNotJoined, NotJoined},
	{client.ErrNameTaken, InvalidInput},
	{client.ErrOtherWords, SeedMismatch},
	{client.ErrStoreLost, StorageLost},
	{client.ErrWordsDamaged, StorageLost},
	{client.ErrSearching, Recovering},
	{client.ErrNoCash, UnsupportedFederation},
	{client.ErrTooLarge, InvalidInput},
	{guardians.ErrNoVersion, UnsupportedFederation},
	{notes.ErrForeign, WrongFederation},
	{notes.ErrForged, ForgedEcash},
	{ecash.ErrDust, TooSmall},
	{ecash.ErrTooManyNotes, InvalidInput},
	{mint.ErrIndexDamaged, StorageLost},
	{ecash.ErrReceived, AlreadyReceived},
	{ecash.ErrNoAmount, InvalidInput},
	{notes.ErrNoExactAmount, NoExactAmount},
	{ecash.ErrQuote, QuoteExpired},
	{ecash.ErrUnknownOperation, UnknownOperation},
	{ecash.ErrTaken, AlreadyTaken},
	{ecash.ErrNotTold, NotSupported},
	{lnv2.ErrNoGateway, GatewayUnavailable},
	{lnv2.ErrGatewaysSilent, GatewayUnavailable},
	{lnv2.ErrGatewayAnswer, GatewayUnavailable},
	{lnv2.ErrInvoice, InvalidInput},
	{lnv2.ErrNoAmount, InvalidInput},
	{lnv2.ErrNetwork, NetworkMismatch},
	{lnv2.ErrExpired, Expired},
	{lnv2.ErrTooSmall, TooSmall},
	{lnv2.ErrTooLong, InvalidInput},
	{client.ErrNoFetch, NotSupported},
	{lnurl.ErrUnreachable, ServiceUnavailable},
	{lnurl.ErrAnswer, ServiceUnavailable},
	{lnurl.ErrNotLNURL, InvalidInput},
	{lnurl.ErrMalformed, InvalidInput},
	{lnurl.ErrUnsupported, NotSupported},
	{lnurl.ErrPrivate, InvalidInput},
	{lnurl.ErrInsecure, InvalidInput},
	{lnurl.ErrOnion, NotSupported},
	{lnurl.ErrAmount, InvalidInput},
	{lnurl.ErrComment, InvalidInput},
	{lnurl.ErrTooLong, InvalidInput},
	{archive.ErrPassphrase, WrongPassphrase},
	{archive.ErrNoPassphrase, InvalidInput},
	{archive.ErrForeign, DamagedFile},
	{archive.ErrDamaged, DamagedFile},
	{archive.ErrTooLarge, DamagedFile},
	{archive.ErrWork, DamagedFile},
	{archive.ErrNewer, NotSupported},
	{wire.ErrAmount, InvalidInput},
}

// codeOf returns the code of an error.
func codeOf(err error) Code {
	var coded *Error
	var undecided *guardians.UndecidedError
	var poor *client.InsufficientError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &coded):
		return coded.Code
	case errors.As(err, &poor):
		return InsufficientBalance
	case errors.As(err, new(*lnurl.ServiceError)):
		return ServiceRefused
	case errors.Is(err, lnurl.ErrUnreachable): // before the deadline that it may have been
		return ServiceUnavailable
	case errors.Is(err, lnv2.ErrGatewaysSilent):
		return GatewayUnavailable
	case errors.As(err, new(*lnv2.TermsError)):
		return QuoteExpired
	case errors.As(err, new(*lnv2.LimitError)):
		return GatewayTooExpensive
	case errors.As(err, &undecided):
		if undecided.Count(func(err error) bool { return errors.Is(err, guardians.ErrScheme) }) > 0 {
			return UnsupportedFederation
		}
		if refused(undecided) {
			return Refused
		}
		return FederationUnreachable
	case errors.As(err, &syntax), errors.As(err, &kind):
		return InvalidInput
	case errors.Is(err, context.DeadlineExceeded):
		return FederationUnreachable
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return s.code
		}
	}
	return Internal
}

// refused reports whether what keeps guardians from a decision is an answer, and
// not silence: of the guardians that stand in its way at least half refuse it with
// the same words. If all of them do, at least one of them is honest.
func refused(u *guardians.UndecidedError) bool {
	words := map[string]int{}
	most := 0
	for _, reason := range u.Reasons {
		var answer *guardians.AnswerError
		if errors.As(reason, &answer) && !guardians.MethodUnknown(reason) {
			words[answer.Message]++
			most = max(most, words[answer.Message])
		}
	}
	return most > 0 && 2*most >= len(u.Reasons)
}
