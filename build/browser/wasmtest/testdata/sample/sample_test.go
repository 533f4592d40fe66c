//go:build js

// Package sample has tests that end in every way a test can.
package sample

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall/js"
	"testing"

	"github.com/coder/websocket"
)

func TestPass(t *testing.T) { os.Stdout.WriteString("gr\xc3\xbc\xc3\x9fe \xff\x00\n") }

func TestFail(t *testing.T) { t.Error("this failed") }

func TestExit(t *testing.T) { os.Exit(7) }

func TestPanic(t *testing.T) { panic("oh no") }

func TestEnvironment(t *testing.T) {
	t.Log(os.Getenv("SATCHEL_SAMPLE"), len(os.Getenv("PATH")))
	if _, err := os.Open("file"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestWhere(t *testing.T) {
	t.Log("in a page:", js.Global().Get("document").Truthy())
}

func TestEcho(t *testing.T) {
	ctx := context.Background()
	conn, _, err := websocket.Dial(ctx, os.Getenv("SATCHEL_ECHO"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
		if err := conn.Write(ctx, kind, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		got, message, err := conn.Read(ctx)
		if err != nil || got != kind || string(message) != "hello" {
			t.Fatal(got, message, err)
		}
	}
}

func TestHang(t *testing.T) { select {} }

func TestSpin(t *testing.T) {
	println("spinning")
	for {
	}
}

func TestThrow(t *testing.T) {
	js.Global().Call("eval", `setTimeout(() => { throw new Error("thrown") })`)
	select {}
}

func TestConsole(t *testing.T) { js.Global().Get("console").Call("log", "said", 1) }

func FuzzSeed(f *testing.F) {
	f.Add("seed")
	f.Fuzz(func(t *testing.T, s string) { t.Log(s) })
}
