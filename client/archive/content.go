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

// A content is an Archive as it stands in the file. L is the form of a list.
type content[L any] struct {
	kind
	Made        int64  `json:"made_ms"`
	MadeBy      string `json:"made_by"`
	Words       string `json:"words"`
	Federations L      `json:"federations"`
	History     L      `json:"history"`
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
	return json.Marshal(content[json.RawMessage]{
		kind: kind{format, version}, Made: a.Made, MadeBy: cut(a.MadeBy), Words: a.Words.Sentence(),
		Federations: federations, History: history, Omitted: max(0, a.Omitted) + left,
	})
}

func encodeFederations(federations []Federation, configs bool) (json.RawMessage, error) {
	tidied := make([]Federation, len(federations))
	for i, f := range federations {
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
func encodeHistory(entries []Entry, room int) (history json.RawMessage, left int, err error) {
	history = json.RawMessage("[")
	for i, e := range entries {
		if err := e.tidy(); err != nil {
			return nil, 0, err
		}
		text, err := json.Marshal(e)
		if err != nil {
			return nil, 0, err
		}
		if len(history)+len(text) > room || i == maxHistory {
			left = len(entries) - i
			break
		}
		if i > 0 {
			history = append(history, ',')
		}
		history = append(history, text...)
	}
	return append(history, ']'), left, nil
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
	var a Archive
	var c content[list]
	c.Federations = list{most: maxFederations, read: func(text []byte) error { return read(text, &a.Federations, (*Federation).tidy) }}
	c.History = list{most: maxHistory, read: func(text []byte) error { return read(text, &a.History, (*Entry).tidy) }}
	if err := json.Unmarshal(text, &c); err != nil {
		return Archive{}, fmt.Errorf("%w: a member has another type", ErrDamaged)
	}
	if len(c.Words) > maxSentence {
		return Archive{}, fmt.Errorf("%w: its words are too long", ErrDamaged)
	}
	words, err := secret.ParseWords(c.Words)
	if err != nil { // it quotes a word
		return Archive{}, fmt.Errorf("%w: its words are wrong", ErrDamaged)
	}
	a.Made, a.MadeBy, a.Words = c.Made, cut(c.MadeBy), words
	a.Omitted, a.Unread = max(0, c.Omitted), c.Federations.bad+c.History.bad
	return a, nil
}

// read appends an item to a list if it can be read.
func read[T any](text []byte, to *[]T, tidy func(*T) error) error {
	var item T
	if err := json.Unmarshal(text, &item); err != nil {
		return err
	}
	if err := tidy(&item); err != nil {
		return err
	}
	*to = append(*to, item)
	return nil
}

// A list hands its items to read, at most so many, and counts those that are not
// read.
type list struct {
	most      int
	read      func([]byte) error
	good, bad int
}

// UnmarshalJSON reads a list, or null, which is none.
func (l *list) UnmarshalJSON(text []byte) error {
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
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return err
		}
		if l.good == l.most || l.read(item) != nil {
			l.bad++
		} else {
			l.good++
		}
	}
	return nil
}

// tidy cuts the texts of a federation, and tells what is wrong with it.
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

// tidy cuts the texts of an operation, and tells what is wrong with it.
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
