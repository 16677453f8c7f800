//go:build linux || darwin

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/creack/pty"
)

// inTerminal is `terminal ANSWERS PROGRAM ARGS...`: the program runs in a
// terminal where somebody types the lines of the file ANSWERS. What the screen
// showed goes to stdout, the program's own code is the end.
func inTerminal() {
	code, err := terminalSession(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "terminal:", err)
		code = 125
	}
	os.Exit(code)
}

func terminalSession(answers, program string, args []string) (int, error) {
	typed, err := os.ReadFile(answers)
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(program, args...)
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		return 0, err
	}
	if _, err := screen.Write(append(typed, 4)); err != nil { // 4 ends the input
		return 0, err
	}
	// Linux reports the end of the last program in a terminal as EIO; all that
	// was shown has been read by then.
	if _, err := io.Copy(os.Stdout, screen); err != nil && !errors.Is(err, syscall.EIO) {
		return 0, err
	}
	var ended *exec.ExitError
	if err := cmd.Wait(); errors.As(err, &ended) {
		return ended.ExitCode(), screen.Close()
	} else if err != nil {
		return 0, err
	}
	return 0, screen.Close()
}
