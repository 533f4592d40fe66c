package wire

import "encoding/json"

// A BackupRequest asks a guardian to keep a payload, in place of the one before.
// Its consensus hash is what the key of the ID signs. Consensus form: the fields
// in order.
type BackupRequest struct {
	ID PublicKey `json:"id"`
	// Payload is an encrypted ClientBackup of at most MaxBackupPayload bytes.
	Payload HexBytes `json:"payload"`
	// Timestamp must be after that of the backup before, and at most an hour
	// ahead of the guardian's clock.
	Timestamp SystemTime `json:"timestamp"`
}

// Append appends the consensus form.
func (r BackupRequest) Append(b []byte) []byte {
	return r.Timestamp.Append(r.Payload.Append(r.ID.Append(b)))
}

// Decode reads the consensus form.
func (r *BackupRequest) Decode(d *Decoder) {
	r.ID.Decode(d)
	r.Payload.Decode(d)
	r.Timestamp.Decode(d)
}

// A SignedBackupRequest is the parameter of the method "backup". It has no
// consensus form. JSON: the members of the request, and "signature".
type SignedBackupRequest struct {
	Request   BackupRequest
	Signature Signature
}

// SignBackup returns a request with the signature of the key. It fails for bytes
// that are no secret key.
func SignBackup(key SecretKey, payload []byte, at SystemTime) (SignedBackupRequest, error) {
	r := BackupRequest{ID: key.PublicKey(), Payload: payload, Timestamp: at}
	signature, err := key.SignAs(r.ID, HashOf(r))
	return SignedBackupRequest{r, signature}, err
}

// Verify returns ErrSignature unless the key of the ID has signed the request.
func (r SignedBackupRequest) Verify() error {
	return r.Request.ID.XOnly().Verify(HashOf(r.Request), r.Signature)
}

// backupRequestJSON is the form of a SignedBackupRequest.
type backupRequestJSON struct {
	BackupRequest
	Signature Signature `json:"signature"`
}

// MarshalJSON returns {"id":hex,"payload":hex,"timestamp":time,"signature":hex}.
func (r SignedBackupRequest) MarshalJSON() ([]byte, error) {
	return json.Marshal(backupRequestJSON{r.Request, r.Signature})
}

// UnmarshalJSON reads the same.
func (r *SignedBackupRequest) UnmarshalJSON(data []byte) error {
	return readObject(data, "backup request",
		field{"id", &r.Request.ID, false}, field{"payload", &r.Request.Payload, false},
		field{"timestamp", &r.Request.Timestamp, false}, field{"signature", &r.Signature, false})
}

// A ClientBackupSnapshot is a payload as a guardian has kept it, the answer of
// the method "recover"; null is the answer when there is none. Nobody has signed
// it: whether it is genuine shows when it is decrypted. Consensus form: the
// fields in order.
type ClientBackupSnapshot struct {
	Timestamp SystemTime `json:"timestamp"`
	Data      HexBytes   `json:"data"`
}

// Append appends the consensus form.
func (s ClientBackupSnapshot) Append(b []byte) []byte { return s.Data.Append(s.Timestamp.Append(b)) }

// Decode reads the consensus form.
func (s *ClientBackupSnapshot) Decode(d *Decoder) {
	s.Timestamp.Decode(d)
	s.Data.Decode(d)
}

// UnmarshalJSON reads {"timestamp":time,"data":hex}.
func (s *ClientBackupSnapshot) UnmarshalJSON(data []byte) error {
	return readObject(data, "backup", field{"timestamp", &s.Timestamp, false}, field{"data", &s.Data, false})
}
