//go:build unix

package official

import (
	"time"

	"satchel/build/browser"
	"satchel/client/wire"
)

// Issue begins to reissue notes, in text, and returns when the federation has
// accepted that. The client need not have the new notes yet.
func (c *Client) Issue(notes string) {
	c.t.Helper()
	c.call("issue", nil, notes)
}

// BackUp has the guardians keep a backup of the client.
func (c *Client) BackUp() {
	c.t.Helper()
	c.call("backUp", nil)
}

// Restore begins to join a federation with words that are in use there. The
// client looks for a backup. If there is none it recovers only if that is forced.
func (c *Client) Restore(invite wire.InviteCode, force bool) {
	c.t.Helper()
	c.call("restore", nil, invite, force)
}

// Restored waits until the client has recovered and says that it has this amount,
// and returns how long that has taken since Restore. It fails the test if it takes
// longer than patience, give or take 20 s.
func (c *Client) Restored(want wire.Amount, patience time.Duration) time.Duration {
	c.t.Helper()
	for begun := time.Now(); ; {
		var ms *float64
		c.call("restored", &ms, want)
		switch {
		case ms != nil:
			return time.Duration(*ms * float64(time.Millisecond))
		case time.Since(begun) > patience:
			c.t.Fatalf("the official client has %d msat after %v, want %d", c.Balance(), patience, want)
		}
	}
}

// Work calls f and returns what the client has used meanwhile.
func (c *Client) Work(f func()) browser.Usage {
	c.t.Helper()
	return c.browser.Work(f)
}
