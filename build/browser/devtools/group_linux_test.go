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
const doomed = "SATCHEL_DOOMED_PROFILE"

func TestMain(m *testing.M) {
	if profile := os.Getenv(doomed); profile != "" {
		b, err := Start(context.Background(), Config{Profile: profile})
		if err == nil {
			_, err = b.NewPage(context.Background())
		}
		fmt.Println(b.group(), err)
		<-b.Done()
	}
	os.Exit(m.Run())
}

// When the program that started it is killed, the browser ends, and so does
// everything that the browser started.
func TestNoOrphans(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), doomed+"="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var group int
	if n, err := fmt.Sscanf(line, "%d <nil>", &group); n != 1 {
		t.Fatalf("%q: %v", line, err)
	}
	if n := running(group); n < 3 {
		t.Fatalf("%d processes: not a whole browser", n)
	}
	cmd.Process.Kill()
	awaitGroup(group)
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
