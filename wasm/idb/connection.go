//go:build js

package idb

import (
	"context"
	"syscall/js"

	"satchel/fsm/kv"
)

// version is that of the database's layout.
const version = 1

// A connection is an open database. It ends when the browser says so, when
// another tab asks for it, or when the Store wants it to.
type connection struct {
	db      js.Value
	created bool          // the database was made just now
	ended   error         // why it is closed; nil while it is open
	cut     chan struct{} // closed when the browser ended it
	remove  func()
}

// connect opens the database and makes it if there is none.
func connect(ctx context.Context, name string, version int) (*connection, error) {
	created := false
	db, err := factoryRequest{
		call: func(factory js.Value) js.Value { return factory.Call("open", name, version) },
		upgrade: func(event js.Value) {
			if event.Get("oldVersion").Int() == 0 {
				create(event.Get("target"))
				created = true
			}
		},
		late: func(db js.Value) { db.Call("close") },
	}.do(ctx)
	if err != nil {
		return nil, err
	}
	c := &connection{db: db, created: created, cut: make(chan struct{})}
	c.remove = listen(db, c.event, "close", "versionchange")
	return c, nil
}

func create(request js.Value) {
	db := request.Get("result")
	for _, name := range []string{"meta", "hot", "cold"} {
		db.Call("createObjectStore", name)
	}
	request.Get("transaction").Call("objectStore", "meta").Call("put", toJS(newHeader().encode()), headerKey)
}

func (c *connection) event(event js.Value) {
	switch {
	case event.Get("type").String() == "close":
		close(c.cut)
		c.close(ErrLost)
	case event.Get("newVersion").IsNull(): // the database is being deleted
		c.close(kv.ErrFenced)
	default:
		c.close(ErrUpgraded)
	}
}

// close ends the connection for the given reason. Transactions that are under
// way still end as they would have.
func (c *connection) close(reason error) {
	if c.ended == nil {
		c.ended = reason
		c.remove()
		c.db.Call("close")
	}
}

// Delete deletes the database of that name, if there is one. Stores that use
// it are fenced. It fails with [ErrBlocked] when another tab does not let go;
// the database may then be deleted later.
func Delete(ctx context.Context, name string) error {
	turnLog()
	return remove(ctx, name)
}

func remove(ctx context.Context, name string) error {
	_, err := factoryRequest{
		call: func(factory js.Value) js.Value { return factory.Call("deleteDatabase", name) },
		late: func(js.Value) {},
	}.do(ctx)
	return err
}
