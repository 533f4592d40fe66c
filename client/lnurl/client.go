package lnurl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"satchel/client/wire"
)

// MaxBody is the length in bytes of the longest answer that is read. LUD-06 lets a
// picture take 136 536 of them.
const MaxBody = 192 << 10

var (
	// ErrPrivate is wrapped when a url leads into a private network, or to this
	// device. From a service, that is an attack.
	ErrPrivate = errors.New("private address")
	// ErrInsecure is wrapped when a url is not of the scheme https.
	ErrInsecure = errors.New("not an https url")
	// ErrOnion is wrapped when a url is of Tor.
	ErrOnion = errors.New("onion service, which a browser does not reach")
	// ErrUnreachable is wrapped, with the error of Fetch, when a service does not
	// answer.
	ErrUnreachable = errors.New("service does not answer")
	// ErrAnswer is wrapped when the answer of a service is not what it should be.
	ErrAnswer = errors.New("unusable answer of a service")
)

// A ServiceError is what a service has against a request.
type ServiceError struct {
	Domain string
	Reason string // untrusted, at most MaxText characters, or ""
}

func (e *ServiceError) Error() string { return fmt.Sprintf("%s refuses: %q", e.Domain, e.Reason) }

// A Fetch makes a GET request, which may be made in vain any number of times, and
// returns the status and the body of the answer, of whatever status it is. It
// must not follow redirects, which could lead to a private address, nor send
// cookies or the like, which could tell the service who asks. It may give up on a
// body longer than MaxBody.
type Fetch func(ctx context.Context, url string) (status int, body []byte, err error)

// A Client asks services. All methods may be called at the same time if Fetch
// may.
type Client struct {
	Fetch Fetch
	// AllowLoopback lets services be on this device, with http as well.
	AllowLoopback bool

	anywhere bool // a planted mistake; only tests set it
}

// check returns the url that may be asked for a text.
func (c Client) check(text string) (wire.SafeURL, error) {
	text, _, _ = strings.Cut(text, "#")
	url, err := wire.ParseURL(text)
	if err != nil {
		return url, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	host, scope, scheme := url.Host(), url.Scope(), url.Scheme()
	local := scope == wire.Loopback && c.AllowLoopback || c.anywhere
	switch {
	case strings.HasSuffix(host, ".onion"):
		return url, fmt.Errorf("%w: %.80q", ErrOnion, host)
	case scheme != "https" && scheme != "http":
		return url, fmt.Errorf("%w: %.20s://%.80s", ErrInsecure, scheme, host)
	case scope != wire.Global && !local:
		return url, fmt.Errorf("%w: %.80q", ErrPrivate, host)
	case scheme == "http" && !local:
		return url, fmt.Errorf("%w: http://%.80s", ErrInsecure, host)
	case url.HasCredentials():
		return url, fmt.Errorf("%w: url of %.80q has a user name or a password", ErrMalformed, host)
	}
	return url, nil
}

// An answer has what any service may answer.
type answer struct {
	Status, Reason string
	Tag            Tag
	Callback       string

	MinSendable, MaxSendable, CommentAllowed json.Number
	Metadata                                 string

	K1, DefaultDescription           string
	MinWithdrawable, MaxWithdrawable json.Number

	PR, Verify    string
	SuccessAction json.RawMessage

	Settled  bool
	Preimage string
}

// get asks a url, which is looked at once more.
func (c Client) get(ctx context.Context, text string) (answer, error) {
	url, err := c.check(text)
	if err != nil {
		return answer{}, err
	}
	status, body, err := c.Fetch(ctx, url.Full())
	if err != nil {
		return answer{}, fmt.Errorf("%s: %w: %w", url.Host(), ErrUnreachable, err)
	}
	if len(body) > MaxBody {
		return answer{}, fmt.Errorf("%s: %w: more than %d bytes", url.Host(), ErrAnswer, MaxBody)
	}
	var a answer
	var syntax *json.SyntaxError // all other errors are of members with wrong types
	if err := json.Unmarshal(body, &a); errors.As(err, &syntax) {
		return answer{}, fmt.Errorf("%s: %w: no JSON, with status %d", url.Host(), ErrAnswer, status)
	}
	if strings.EqualFold(a.Status, "ERROR") {
		return answer{}, &ServiceError{url.Host(), cut(a.Reason)}
	}
	return a, nil
}

// done asks a url for nothing but to do it.
func (c Client) done(ctx context.Context, text string) error {
	a, err := c.get(ctx, text)
	if err == nil && !strings.EqualFold(a.Status, "OK") {
		err = fmt.Errorf("%w: status %.20q", ErrAnswer, a.Status)
	}
	return err
}

// maxMsat is all bitcoin there will be.
const maxMsat = 21e6 * 1e8 * wire.MsatPerSat

// bounds reads the lowest and the highest amount, in msat.
func bounds(low, high json.Number) (least, most wire.Amount, err error) {
	least, lowOK := amount(low)
	most, highOK := amount(high)
	if !lowOK || !highOK || least > most || most == 0 {
		return 0, 0, fmt.Errorf("%w: amounts from %.30q to %.30q", ErrAnswer, low, high)
	}
	return max(least, 1), most, nil
}

// amount reads a whole number of msat. Some services write 1000.0 or 1e3, and
// some have no limit.
func amount(n json.Number) (wire.Amount, bool) {
	if whole, err := strconv.ParseUint(string(n), 10, 64); err == nil {
		return wire.Amount(min(whole, maxMsat)), true
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || f < 0 || f != math.Trunc(f) {
		return 0, false
	}
	return wire.Amount(min(f, maxMsat)), true
}
