package mintv2

import (
	"context"
	"encoding/json"

	"satchel/client/guardians"
	"satchel/client/notes"
	"satchel/client/wire"
)

// Shares implements [notes.Generation]. Guardians keep the question until the
// transaction is accepted.
func (m *Mint) Shares(_ context.Context, at wire.OutPointRange, n int) ([]notes.ShareQuestion, error) {
	q := guardians.Question{Method: m.host.Method("signature_shares"), Params: at}
	return []notes.ShareQuestion{{Question: q, Count: n, Decode: decodeShares}}, nil
}

// decodeShares reads a list of points in hex.
func decodeShares(answer json.RawMessage) (shares []wire.G1, err error) {
	err = json.Unmarshal(answer, &shares)
	return shares, err
}
