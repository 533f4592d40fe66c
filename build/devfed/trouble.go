package devfed

import (
	"fmt"
	"strings"
)

// DefaultFaucet is the faucet of a federation at [DefaultListen].
const DefaultFaucet = "http://" + DefaultListen + faucetPath

// Trouble tells people how to make guardians fail, in a federation of four with
// that faucet.
func Trouble(faucet string) string {
	return strings.ReplaceAll(`While it runs, guardians, which are counted from 0, can be made to fail:

  curl -d '{"state":"off"}' FAUCET/guardian/3
  curl -d '{"state":"slow","delay_ms":3000}' FAUCET/guardian/3
  curl -d '{"lie":"share-random"}' FAUCET/guardian/3
  curl -d '{"state":"on","lie":""}' FAUCET/guardian/3    # well again
  curl FAUCET/lies                                       # every lie there is`, "FAUCET", faucet)
}

// moves tells people how to move chain and clock on.
const moves = `Chain and clock, on which contracts of lightning depend, can be moved on:

  curl -d '{"count":144}' ` + DefaultFaucet + `/blocks
  curl -d '{"seconds":3600}' ` + DefaultFaucet + `/clock`

// SwitchOff returns the command that switches the last guardian off.
func (f *Federation) SwitchOff() string {
	return fmt.Sprintf(`curl -d '{"state":"off"}' %s/guardian/%d`, f.FaucetURL(), len(f.guardians)-1)
}
