package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"satchel/client/secret"
	"satchel/client/wire"
)

const (
	format  = "satchel wallet"
	version = 1

	maxFederations = 10_000
	maxHistory     = 100_000
	maxSentence    = 1000 // bytes of the words
)

// A kind says what a content is, in every version.
type kind struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// A content is an Archive as it stands in the file. F and E are the forms of
// federations and operations.
type content[F, E any] struct {
	kind
	Made        int64  `json:"made_ms"`
	MadeBy      string `json:"made_by"`
	Words       string `json:"words"`
	Federations F      `json:"federations"`
	History     E      `json:"history"`
	Omitted     int    `json:"omitted"`
}

// Encode returns the JSON of an archive, which must have words. What it has not
// the room for is left out: configs, all of them, when they take more than half
// of it, and the oldest operations. It fails with ErrTooLarge if that does not
// help, for a federation whose parts do not belong together, and for
// an operation without an id.
func Encode(a Archive) ([]byte, error) {
	if len(a.Federations) > maxFederations {
		return nil, ErrTooLarge
	}
	federations, err := encodeFederations(a.Federations, true)
	if err == nil && len(federations) > maxContent/2 {
		federations, err = encodeFederations(a.Federations, false)
	}
	if err != nil {
		return nil, err
	}
	room := maxContent - len(federations) - 10_000 // the words and what is around them
	if room < 0 {
		return nil, ErrTooLarge
	}
	history, left, err := encodeHistory(a.History, room)
	if err != nil {
		return nil, err
	}
	return json.Marshal(content[json.RawMessage, []json.RawMessage]{
		kind: kind{format, version}, Made: a.Made, MadeBy: cut(a.MadeBy), Words: a.Words.Sentence(),
		Federations: federations, History: history, Omitted: max(0, a.Omitted) + left,
	})
}

func encodeFederations(list []Federation, configs bool) (json.RawMessage, error) {
	tidied := make([]Federation, len(list))
	for i, f := range list {
		if err := f.tidy(); err != nil {
			return nil, err
		}
		if !configs {
			f.Config = nil
		}
		tidied[i] = f
	}
	return json.Marshal(tidied)
}

// encodeHistory returns the operations for which there is room, and how many are
// left.
func encodeHistory(list []Entry, room int) (history []json.RawMessage, left int, err error) {
	history = []json.RawMessage{}
	for i, e := range list {
		if err := e.tidy(); err != nil {
			return nil, 0, err
		}
		text, err := json.Marshal(e)
		if err != nil {
			return nil, 0, err
		}
		if room -= len(text) + 1; room < 0 || i == maxHistory {
			return history, len(list) - i, nil
		}
		history = append(history, text)
	}
	return history, 0, nil
}

// Decode reads the JSON of an archive. The errors are ErrForeign, ErrNewer,
// ErrTooLarge and ErrDamaged; they quote nothing of the content.
func Decode(text []byte) (Archive, error) {
	if len(text) > maxContent {
		return Archive{}, ErrTooLarge
	}
	var k kind
	if err := json.Unmarshal(text, &k); err != nil || k.Format != format || k.Version < 1 {
		return Archive{}, fmt.Errorf("%w: it has something else in it", ErrForeign)
	}
	if k.Version > version {
		return Archive{}, fmt.Errorf("%w: %d", ErrNewer, k.Version)
	}
	c := content[list[Federation, *Federation], list[Entry, *Entry]]{
		Federations: list[Federation, *Federation]{most: maxFederations},
		History:     list[Entry, *Entry]{most: maxHistory},
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return Archive{}, fmt.Errorf("%w: a member has another type", ErrDamaged)
	}
	words, err := secret.ParseWords(c.Words[:min(len(c.Words), maxSentence)])
	if err != nil { // it quotes a word
		return Archive{}, fmt.Errorf("%w: its words are wrong", ErrDamaged)
	}
	return Archive{
		Made: c.Made, MadeBy: cut(c.MadeBy), Words: words,
		Federations: c.Federations.good, History: c.History.good,
		Omitted: max(0, c.Omitted), Unread: c.Federations.bad + c.History.bad,
	}, nil
}

// A tidier is a pointer to a T that cuts the texts of a T and tells what is
// wrong with it.
type tidier[T any] interface {
	*T
	tidy() error
}

// A list reads the items that can be read, at most so many, and counts the
// others.
type list[T any, P tidier[T]] struct {
	most int
	good []T
	bad  int
}

// UnmarshalJSON reads a list, or null, which is none.
func (l *list[T, P]) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	switch start, err := d.Token(); {
	case err != nil:
		return err
	case start == nil:
		return nil
	case start != json.Delim('['):
		return errors.New("no list")
	}
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		var item T
		if len(l.good) == l.most || json.Unmarshal(raw, &item) != nil || P(&item).tidy() != nil {
			l.bad++
			continue
		}
		l.good = append(l.good, item)
	}
	return nil
}

func (f *Federation) tidy() error {
	f.Name, f.Label = cut(f.Name), cut(f.Label)
	if _, err := secret.ParseDerivation(byte(f.Derivation)); err != nil {
		return fmt.Errorf("federation %v: %w", f.ID, err)
	}
	if len(f.Invite.Guardians()) == 0 {
		return fmt.Errorf("federation %v has no invite code", f.ID)
	}
	if f.Invite.FederationID() != f.ID {
		return fmt.Errorf("federation %v has the invite code of %v", f.ID, f.Invite.FederationID())
	}
	if f.Config != nil {
		return f.Config.CheckFederationID(f.ID)
	}
	return nil
}

func (e *Entry) tidy() error {
	e.Title, e.Label, e.State, e.Why = cut(e.Title), cut(e.Label), cut(e.State), cut(e.Why)
	if e.ID == (wire.OperationID{}) {
		return errors.New("operation without an id")
	}
	return nil
}

// cut returns what is printable of the first characters of a text. Blanks of any
// kind become spaces.
func cut(s string) string {
	var b strings.Builder
	n := 0
	for _, c := range s {
		if unicode.IsSpace(c) {
			c = ' '
		}
		if !strconv.IsPrint(c) || c == unicode.ReplacementChar {
			continue
		}
		if n++; n > MaxText {
			break
		}
		b.WriteRune(c)
	}
	return b.String()
}
