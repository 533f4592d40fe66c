package wire

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// maxMetadata is the length in bytes of the longest content that is read. It is
// several times what guardians write, and little enough for the JSON to be
// parsed within the memory that a Decoder allows.
const maxMetadata = 1500

// maxAhead is how many seconds metadata may be ahead of our clock.
const maxAhead = 3600

// GuardianMetadata is what a guardian says of itself since fedimint 0.11.
type GuardianMetadata struct {
	// URLs are where the guardian is; the first one counts.
	URLs []SafeURL `json:"api_urls"`
	// PkarrID is its id in pkarr, in z-base-32.
	PkarrID string `json:"pkarr_id_z32"`
	// Seconds since the start of 1970. Of several the newest counts.
	Seconds uint64 `json:"timestamp_secs"`
	// IrohEndpoint is its node id in iroh 1.0, or "".
	IrohEndpoint string `json:"iroh_next_endpoint,omitempty"`
}

// UnmarshalJSON reads the object that is signed.
func (m *GuardianMetadata) UnmarshalJSON(data []byte) error {
	*m = GuardianMetadata{}
	return readObject(data, "guardian metadata",
		field{"api_urls", &m.URLs, false},
		field{"pkarr_id_z32", &m.PkarrID, false},
		field{"timestamp_secs", &m.Seconds, false},
		field{"iroh_next_endpoint", &m.IrohEndpoint, true})
}

// SignedGuardianMetadata is metadata with the guardian's signature. Consensus
// form: the content with its length, and the signature.
type SignedGuardianMetadata struct {
	// Content is the JSON text that was signed, byte for byte.
	Content string
	// Metadata is what Content says.
	Metadata  GuardianMetadata
	Signature Signature
}

// SigningHash returns what the guardian signs: the SHA-256 of a tag and the
// content.
func (m SignedGuardianMetadata) SigningHash() Hash {
	return sha256.Sum256([]byte("fedimint-guardian-metadata" + m.Content))
}

// Verify returns nil if the content is signed with the guardian's broadcast key
// and not from the future, where now is in seconds since the start of 1970.
func (m SignedGuardianMetadata) Verify(broadcast PublicKey, now uint64) error {
	if m.Metadata.Seconds > now && m.Metadata.Seconds-now > maxAhead {
		return fmt.Errorf("guardian metadata is from %d seconds in the future", m.Metadata.Seconds-now)
	}
	return broadcast.XOnly().Verify(m.SigningHash(), m.Signature)
}

func (m *SignedGuardianMetadata) setContent(content string) error {
	if len(content) > maxMetadata {
		return fmt.Errorf("guardian metadata of %d bytes, at most %d are read", len(content), maxMetadata)
	}
	m.Content = content
	if !utf8.ValidString(content) {
		return fmt.Errorf("guardian metadata %.40q is not UTF-8", content)
	}
	return json.Unmarshal([]byte(content), &m.Metadata)
}

// Append appends the consensus form.
func (m SignedGuardianMetadata) Append(b []byte) []byte {
	return m.Signature.Append(AppendText(b, m.Content))
}

// Decode reads the consensus form.
func (m *SignedGuardianMetadata) Decode(d *Decoder) {
	content := d.Text()
	m.Signature.Decode(d)
	if d.Err() != nil {
		return
	}
	if err := m.setContent(content); err != nil {
		d.Fail("%v", err)
	}
}

// MarshalJSON returns {"content":string,"signature":hex}.
func (m SignedGuardianMetadata) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Content   string    `json:"content"`
		Signature Signature `json:"signature"`
	}{m.Content, m.Signature})
}

// UnmarshalJSON reads {"content":string,"signature":hex}.
func (m *SignedGuardianMetadata) UnmarshalJSON(data []byte) error {
	var content string
	err := readObject(data, "signed guardian metadata",
		field{"content", &content, false}, field{"signature", &m.Signature, false})
	if err == nil {
		err = m.setContent(content)
	}
	return err
}
