package devtools

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// doomed, if set, makes the test binary start a browser and wait to be killed.
const doomed = "SATCHEL_DOOMED"

func TestMain(m *testing.M) {
	if os.Getenv(doomed) != "" {
		fmt.Fprintln(os.Stderr, waitToBeKilled())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// waitToBeKilled starts a browser and prints its group and its profile.
func waitToBeKilled() error {
	profile, remove, err := NewProfile()
	if err != nil {
		return err
	}
	defer remove()
	b, err := Start(context.Background(), Config{Profile: profile})
	if err != nil {
		return err
	}
	if _, err := b.NewPage(context.Background()); err != nil {
		return err
	}
	fmt.Println(b.group(), profile)
	<-b.Done()
	return ErrGone
}

// When the program that started it is killed, the browser ends, and so does
// everything that the browser started. Its profile goes when there is a next one.
func TestNoOrphans(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	t.Setenv("TMPDIR", t.TempDir())
	cmd.Env = append(os.Environ(), doomed+"=yes")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait() // harmless when it is not the first
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var group int
	var profile string
	if n, err := fmt.Sscanln(line, &group, &profile); n != 2 {
		t.Fatalf("%q: %v", line, err)
	}
	if n := running(group); n < 3 {
		t.Fatalf("%d processes: not a whole browser", n)
	}
	newProfile(t)
	if !exists(profile) {
		t.Error("a second profile deleted the first one, which is in use")
	}
	cmd.Process.Kill()
	cmd.Wait()
	awaitGroup(group)
	newProfile(t)
	if exists(profile) {
		t.Error("the profile is left")
	}
}

func TestKillLeavesNothing(t *testing.T) {
	b := start(t, Config{Profile: t.TempDir()})
	if _, err := b.NewPage(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.Kill()
	b.Kill()
	if n := running(b.group()); n != 0 {
		t.Fatalf("%d processes left", n)
	}
	if err := b.Call(context.Background(), "Browser.getVersion", nil, nil); err != ErrGone {
		t.Fatalf("call to a killed browser: %v", err)
	}
}
