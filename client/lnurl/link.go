package lnurl

import (
	"errors"
	"fmt"
	"strings"

	"satchel/client/wire"
)

// A Tag says what a link is for.
type Tag string

const (
	TagPay      Tag = "payRequest"
	TagWithdraw Tag = "withdrawRequest"
	TagLogin    Tag = "login"
)

// maxLink is the length of a text above which it is not read as a link.
const maxLink = 8192

var (
	// ErrNotLNURL is wrapped when a text is no LNURL and no lightning address.
	ErrNotLNURL = errors.New("not an LNURL")
	// ErrMalformed is wrapped when a text would be one but for a mistake in it.
	ErrMalformed = errors.New("malformed LNURL")
	// ErrUnsupported is wrapped when a link is for something that this wallet has
	// not, such as channels.
	ErrUnsupported = errors.New("LNURL of a kind that is not supported")
)

// A Link is where a service is, and maybe what for. The zero Link leads nowhere.
type Link struct {
	Tag     Tag    // "" if only the service knows
	Address string // a lightning address in lower case, or ""
	url     wire.SafeURL
}

// Domain returns the host of the service, which a person should see before
// anything is paid or signed.
func (l Link) Domain() string { return l.url.Host() }

// Parse reads what a person has pasted. It asks nobody. The errors wrap
// ErrNotLNURL, ErrMalformed, ErrUnsupported, ErrPrivate, ErrInsecure or ErrOnion.
func (c Client) Parse(text string) (Link, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxLink {
		return Link{}, fmt.Errorf("%w: longer than %d bytes", ErrNotLNURL, maxLink)
	}
	if rest, ok := cutPrefixFold(text, "lightning:"); ok {
		text = strings.TrimPrefix(rest, "//")
	}
	scheme, rest, isURL := strings.Cut(text, "://")
	beside := parameter(text, "lightning")
	switch tag, known := schemes[strings.ToLower(scheme)]; {
	case isBech32(text):
		return c.fromBech32(text)
	case isURL && known:
		return c.fromScheme(tag, rest)
	case isBech32(beside):
		return c.fromBech32(beside)
	case strings.Contains(text, "@") && !strings.ContainsAny(text, ":/? \t\r\n"):
		return c.fromAddress(text)
	}
	return Link{}, fmt.Errorf("%w: %.40q", ErrNotLNURL, text)
}

// schemes are those of LUD-17.
var schemes = map[string]Tag{
	"lnurlp":  TagPay,
	"lnurlw":  TagWithdraw,
	"keyauth": TagLogin,
	"lnurlc":  "channelRequest",
}

func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func isBech32(text string) bool {
	_, ok := cutPrefixFold(text, "lnurl1")
	return ok
}

func (c Client) fromBech32(text string) (Link, error) {
	hrp, data, err := wire.DecodeBech32(text)
	if err != nil {
		return Link{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if hrp != "lnurl" {
		return Link{}, fmt.Errorf("%w: bech32 of %.20q", ErrMalformed, hrp)
	}
	return c.fromURL("", string(data))
}

func (c Client) fromScheme(tag Tag, rest string) (Link, error) {
	link, err := c.fromURL(tag, "https://"+rest)
	if err == nil && link.url.Scope() == wire.Loopback {
		return c.fromURL(tag, "http://"+rest)
	}
	return link, err
}

// fromURL looks at a url and its tag. A scheme may have said what it is for.
func (c Client) fromURL(tag Tag, text string) (Link, error) {
	url, err := c.check(text)
	if err != nil {
		return Link{}, err
	}
	said := Tag(parameter(url.Full(), "tag"))
	switch {
	case tag == "":
		tag = said
	case said != "" && said != tag:
		return Link{}, fmt.Errorf("%w: of a scheme for %s, but the tag is %.40q", ErrMalformed, tag, said)
	}
	switch tag {
	case "", TagPay, TagWithdraw:
	case TagLogin:
		if _, err := authOf(url); err != nil {
			return Link{}, err
		}
	default:
		return Link{}, fmt.Errorf("%w: %.40q", ErrUnsupported, tag)
	}
	return Link{Tag: tag, url: url}, nil
}

// maxAddress is the length of the longest address of e-mail (RFC 5321).
const maxAddress = 320

// fromAddress reads a lightning address (LUD-16).
func (c Client) fromAddress(text string) (Link, error) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789.-"
	address := strings.ToLower(text)
	user, domain, _ := strings.Cut(address, "@")
	switch {
	case len(address) > maxAddress,
		user == "", user == ".", user == "..", strings.Trim(user, letters+"_+") != "",
		domain == "", strings.Trim(domain, letters) != "":
		return Link{}, fmt.Errorf("%w: lightning address %.80q", ErrMalformed, text)
	}
	link, err := c.fromScheme(TagPay, domain+"/.well-known/lnurlp/"+user)
	link.Address = address
	return link, err
}
