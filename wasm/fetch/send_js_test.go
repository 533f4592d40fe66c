//go:build js

package fetch

import (
	"context"
	"crypto/rand"
	"errors"
	"syscall/js"
	"testing"

	"satchel/client"
)

// TestFunctionsAreReleased sees that JavaScript can call nothing in here after a
// request, however it ended.
func TestFunctionsAreReleased(t *testing.T) {
	at := serviceURL(t)
	for range 20 {
		id := rand.Text()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := Do(ctx, client.Request{URL: at + "/silent?begin=yes&id=" + id})
			ended <- err
		}()
		visit(t, at, "/await?kind=begin", id)
		if unreleased == 0 {
			t.Fatal("no function is registered during a request")
		}
		cancel()
		if err := <-ended; err == nil {
			t.Fatal("the request was not cut off")
		}
		visit(t, at, "/await?kind=end", id)
		get(t, at+"/endless")
		get(t, at+"/broken")
		if unreleased != 0 {
			t.Fatalf("%d functions are left over", unreleased)
		}
	}
}

// TestBrokenBrowsers replaces the global fetch.
func TestBrokenBrowsers(t *testing.T) {
	global := js.Global()
	honest := global.Get("fetch")
	t.Cleanup(func() { global.Set("fetch", honest) })
	for _, c := range []struct {
		body string
		want error
	}{
		{"throw null", errFailed},
		{"throw undefined", errFailed},
		{"throw 's3cret'", errFailed},
		{"throw new TypeError('s3cret')", errFailed},
		{"throw Object.create(null)", errFailed},
		{"return Promise.reject(null)", errFailed},
		{"return Promise.reject()", errFailed},
		{"return Promise.reject(Object.create(null))", errFailed},
		{"return {then() { throw null }}", errFailed},
		{"return {get then() { throw null }}", errFailed},
		{"return undefined", errFailed},
		{"return 7", errFailed},
		{"return {}", errFailed},
		{"return {status: '200', body: null}", errFailed},
		{"return {status: 200}", errFailed},
		{"return {status: 200, body: {}}", errFailed},
		{"return {status: 200, body: {getReader() { throw null }}}", errFailed},
		{"return {status: 200, body: {getReader: () => ({read() { throw null }})}}", errFailed},
		{"return {status: 200, body: {getReader: () => ({read: () => null})}}", errFailed},
		{"return {status: 200, body: {getReader: () => ({read: () => ({done: 1})})}}", errFailed},
		{"return {status: 200, body: {getReader: () => ({read: () => Promise.reject(null)})}}", errBrokeUp},
		{"return {status: 200, body: {getReader: () => ({read: () => ({done: false})})}}", errBrokeUp},
		{"return {status: 200, body: {getReader: () => ({read: () => ({done: false, value: 's3cret'})})}}", errBrokeUp},
		{"return {status: 200, body: null}", nil},
	} {
		global.Set("fetch", global.Get("Function").New(c.body))
		if _, err := get(t, "https://a.example/"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.body, err, c.want)
		}
	}
	global.Set("fetch", js.Undefined())
	if _, err := get(t, "https://a.example/"); !errors.Is(err, client.ErrNoFetch) {
		t.Errorf("without fetch: %v", err)
	}
	if unreleased != 0 {
		t.Errorf("%d functions are left over", unreleased)
	}
}

// TestCredentialsAreOmitted asks what only a service on the page's own origin
// could see.
func TestCredentialsAreOmitted(t *testing.T) {
	global := js.Global()
	honest := global.Get("fetch")
	t.Cleanup(func() { global.Set("fetch", honest) })
	global.Set("fetch", global.Get("Function").New("at", "options",
		"return {status: new Request(at, options).credentials === 'omit' ? 200 : 500, body: null}"))
	if answer, err := get(t, "https://a.example/"); err != nil || answer.Status != 200 {
		t.Errorf("credentials are sent: %d, %v", answer.Status, err)
	}
}
