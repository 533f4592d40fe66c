package wire

import "crypto/sha256"

// An APIAnnouncement says that a guardian has moved to another url. Of several
// the one with the highest nonce counts.
type APIAnnouncement struct {
	URL   SafeURL `json:"api_url"`
	Nonce uint64  `json:"nonce"`
}

// SigningHash returns what the guardian signs: the SHA-256 of a tag and the
// consensus form.
func (a APIAnnouncement) SigningHash() Hash {
	return sha256.Sum256(a.Append([]byte("fedimint-api-announcement")))
}

// Append appends the consensus form.
func (a APIAnnouncement) Append(b []byte) []byte { return AppendUint(a.URL.Append(b), a.Nonce) }

// Decode reads the consensus form.
func (a *APIAnnouncement) Decode(d *Decoder) {
	a.URL.Decode(d)
	a.Nonce = d.Uint64()
}

// UnmarshalJSON reads {"api_url":url,"nonce":number}.
func (a *APIAnnouncement) UnmarshalJSON(data []byte) error {
	return readObject(data, "announcement", field{"api_url", &a.URL, false}, field{"nonce", &a.Nonce, false})
}

// A SignedAPIAnnouncement is an announcement with the guardian's signature.
type SignedAPIAnnouncement struct {
	Announcement APIAnnouncement `json:"api_announcement"`
	Signature    Signature       `json:"signature"`
}

// Verify returns ErrSignature unless the announcement is signed with the
// guardian's broadcast key.
func (a SignedAPIAnnouncement) Verify(broadcast PublicKey) error {
	return broadcast.XOnly().Verify(a.Announcement.SigningHash(), a.Signature)
}

// Append appends the consensus form.
func (a SignedAPIAnnouncement) Append(b []byte) []byte {
	return a.Signature.Append(a.Announcement.Append(b))
}

// Decode reads the consensus form.
func (a *SignedAPIAnnouncement) Decode(d *Decoder) {
	a.Announcement.Decode(d)
	a.Signature.Decode(d)
}

// UnmarshalJSON reads {"api_announcement":announcement,"signature":hex}.
func (a *SignedAPIAnnouncement) UnmarshalJSON(data []byte) error {
	return readObject(data, "signed announcement",
		field{"api_announcement", &a.Announcement, false}, field{"signature", &a.Signature, false})
}
