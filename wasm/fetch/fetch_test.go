package fetch

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"satchel/client"
)

// These tests run on every platform, against the service of serviceURL.

// An echoed is what the service answers to /echo.
type echoed struct {
	Method, Target string
	Header         map[string][]string
	Body           []byte
}

func get(t *testing.T, at string) (client.Response, error) {
	t.Helper()
	return Do(t.Context(), client.Request{URL: at})
}

// visit returns what the service answers on a path, to questions about an id.
func visit(t *testing.T, at, path, id string) string {
	t.Helper()
	if id != "" {
		path += "&id=" + id
	}
	answer, err := get(t, at+path)
	if err != nil || answer.Status != 200 {
		t.Fatalf("%s: %d, %v", path, answer.Status, err)
	}
	return string(answer.Body)
}

func TestRequestsArriveAsTheyAre(t *testing.T) {
	at := serviceURL(t)
	for _, c := range []struct {
		body, method, kind string
	}{
		{"", "GET", ""},
		{`{"sat":"₿ 丰 😀"}`, "POST", "application/json"},
		{"\x00\xff\xfe", "POST", "application/json"},
		{strings.Repeat("x", 100_000), "POST", "application/json"},
	} {
		answer, err := Do(t.Context(), client.Request{URL: at + "/echo?a=b%20%2F#c", Body: []byte(c.body)})
		var got echoed
		if err := errors.Join(err, json.Unmarshal(answer.Body, &got)); err != nil {
			t.Fatal(answer.Status, err)
		}
		kind := strings.Join(got.Header["Content-Type"], ", ")
		if got.Method != c.method || kind != c.kind || string(got.Body) != c.body || got.Target != "/echo?a=b%20%2F" {
			t.Errorf("%s of %q as %q to %q, want %s of %.100q as %q", got.Method, got.Body, kind, got.Target, c.method, c.body, c.kind)
		}
	}
}

// TestNothingTellsWhoAsks asks twice, since the first answer sets a cookie.
func TestNothingTellsWhoAsks(t *testing.T) {
	at := serviceURL(t)
	for range 2 {
		for _, body := range []string{"", "{}"} {
			answer, err := Do(t.Context(), client.Request{URL: at + "/echo", Body: []byte(body)})
			var got echoed
			if err := errors.Join(err, json.Unmarshal(answer.Body, &got)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Cookie", "Authorization", "Referer"} {
				if value := got.Header[name]; value != nil {
					t.Errorf("header %s is %q", name, value)
				}
			}
			if got.Header["User-Agent"] == nil {
				t.Errorf("headers are %q", got.Header)
			}
		}
	}
}

func TestEveryStatusIsAnAnswer(t *testing.T) {
	at := serviceURL(t)
	for _, c := range []struct {
		status int
		empty  bool
	}{{200, false}, {201, false}, {204, true}, {300, false}, {304, true}, {400, false}, {401, false}, {404, false}, {418, false}, {500, false}, {503, false}} {
		answer, err := get(t, at+"/echo?status="+strconv.Itoa(c.status))
		if err != nil || answer.Status != c.status || (len(answer.Body) == 0) != c.empty {
			t.Errorf("status %d: %d with %q, %v", c.status, answer.Status, answer.Body, err)
		}
	}
}

func TestRedirectsAreRefused(t *testing.T) {
	at := serviceURL(t)
	for _, status := range []string{"301", "302", "303", "307", "308"} {
		for _, more := range []string{"", "&nowhere=yes"} {
			for _, body := range []string{"", "{}"} {
				id := rand.Text()
				answer, err := Do(t.Context(), client.Request{URL: at + "/redirect?status=" + status + more + "&id=" + id, Body: []byte(body)})
				if err == nil {
					t.Errorf("status %s%s: %d with %q", status, more, answer.Status, answer.Body)
				}
				if n := visit(t, at, "/count?kind=visit", id); n != "0" {
					t.Errorf("status %s is followed", status)
				}
			}
		}
	}
}

func TestNothingIsCached(t *testing.T) {
	at, id := serviceURL(t), rand.Text()
	for _, want := range []string{"1", "2"} {
		visit(t, at, "/cached?", id)
		if n := visit(t, at, "/count?kind=visit", id); n != want {
			t.Errorf("%s visits, want %s", n, want)
		}
	}
}

func TestLargestAnswer(t *testing.T) {
	at := serviceURL(t)
	for n, fits := range map[int]bool{0: true, client.MaxFetch: true, client.MaxFetch + 1: false, 10 * client.MaxFetch: false} {
		answer, err := get(t, at+"/large?bytes="+strconv.Itoa(n))
		if !fits && !errors.Is(err, errTooLarge) || fits && (err != nil || string(answer.Body) != strings.Repeat("x", n)) {
			t.Errorf("%d bytes: %d arrive, %v", n, len(answer.Body), err)
		}
	}
	for _, path := range []string{"/endless", "/endless?gzip=yes"} {
		if answer, err := get(t, at+path); !errors.Is(err, errTooLarge) {
			t.Errorf("%s: %d bytes, %v", path, len(answer.Body), err)
		}
	}
}

// TestContextEndsRequests waits until the service has the request, ends the
// context, and waits until the service sees that it is alone.
func TestContextEndsRequests(t *testing.T) {
	at := serviceURL(t)
	for _, path := range []string{"/silent?", "/silent?begin=yes"} {
		for _, body := range []string{"", "{}"} {
			id := rand.Text()
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := Do(ctx, client.Request{URL: at + path + "&id=" + id, Body: []byte(body)})
				ended <- err
			}()
			visit(t, at, "/await?kind=begin", id)
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", path, err)
			}
			visit(t, at, "/await?kind=end", id)
		}
	}
}

func TestContextThatHasEnded(t *testing.T) {
	at, id := serviceURL(t), rand.Text()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Do(ctx, client.Request{URL: at + "/cached?id=" + id}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n := visit(t, at, "/count?kind=visit", id); n != "0" {
		t.Error("the service is asked")
	}
	late, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	if _, err := Do(late, client.Request{URL: at + "/silent?"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestNoAnswer is about services that are none.
func TestNoAnswer(t *testing.T) {
	at := serviceURL(t)
	for _, url := range []string{
		visit(t, at, "/closed", ""), at + "/broken", at + "/nonsense",
		strings.Replace(at, "http://", "https://", 1),
	} {
		answer, err := get(t, url+"?t0ken")
		if err == nil {
			t.Fatalf("%s answers %d with %q", url, answer.Status, answer.Body)
		}
		if text := err.Error(); !strings.HasPrefix(text, "127.0.0.1: ") || strings.Contains(text, "t0ken") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestUselessURLs(t *testing.T) {
	at, err := url.Parse(serviceURL(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "s3cret", "//" + at.Host + "/", "http://", "http:///s3cret", "http://s3cret@", "http://a b/s3cret", "http://a.example:99999/s3cret",
		"ws://" + at.Host + "/s3cret", "ftp://" + at.Host + "/s3cret", "file:///s3cret", "data:text/plain,s3cret", "blob:" + at.String(),
		"http://s3cret@" + at.Host + "/echo", "http://:s3cret@" + at.Host + "/echo", "http://user:s3cret@" + at.Host + "/echo?s3cret",
		"http://" + at.Host + "/echo\x00s3cret", " http://" + at.Host + "/s3cret", "http://" + at.Host + "/" + strings.Repeat("s3cret", 10_000),
	} {
		answer, err := get(t, text)
		if err == nil {
			t.Fatalf("%q: %d with %q", text, answer.Status, answer.Body)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("error tells the secret of %.100q: %v", text, err)
		}
	}
}
