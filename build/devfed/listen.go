package devfed

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
)

// address returns where to listen: at the federation's address, or where a new
// one is wanted.
func (f *Federation) address() (string, error) {
	wanted := f.options.Listen
	if f.record == nil {
		return cmp.Or(wanted, f.options.listenNew, "127.0.0.1:0"), nil
	}
	if wanted == "" {
		return f.record.Address, nil
	}
	host, port, err := net.SplitHostPort(wanted)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", wanted, err)
	}
	if oldHost, oldPort, _ := net.SplitHostPort(f.record.Address); host != oldHost || port != "0" && port != oldPort {
		return "", fmt.Errorf("this federation is at %s and cannot move to %s, because its id covers its address: %w", f.record.Address, wanted, errFixed)
	}
	return f.record.Address, nil
}

// A port that was chosen is kept, so it is none of those that systems give to
// outgoing connections, from 32768 on: one of these might be taken by the next
// start.
const (
	firstPort = 20000
	ports     = 10000
)

// listen returns a listener and the address by which clients find it.
func listen(address string) (net.Listener, string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", fmt.Errorf("address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return nil, "", fmt.Errorf("address %q: clients need a host by which they find the guardians", address)
	}
	if port == "0" {
		return listenAnywhere(host)
	}
	listener, err := net.Listen("tcp", address)
	return listener, address, err
}

func listenAnywhere(host string) (listener net.Listener, address string, err error) {
	for range 100 {
		address = net.JoinHostPort(host, strconv.Itoa(firstPort+rand.IntN(ports)))
		listener, err = net.Listen("tcp", address)
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return listener, address, err
}
