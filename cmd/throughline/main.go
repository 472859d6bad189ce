// Command throughline is the whole product in one binary: command line,
// server, pages and REST.
//
// Takes: arguments, the environment, the terminal.
// Gives: an exit status (internal/surface/cli).
// Never: holds anything but wiring.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/surface/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it there and then
	status := cli.Run(ctx, os.Args[1:], assembly.SystemHouse(), streams())
	stop()
	os.Exit(status)
}

// streams looks at what the program is connected to. NO_COLOR and dumb
// terminals are respected (no-color.org).
func streams() cli.Streams {
	s := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	out, err := int(os.Stdout.Fd()), int(os.Stderr.Fd())
	plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	s.Terminal = term.IsTerminal(err)
	s.Colour = !plain && term.IsTerminal(out) && s.Terminal
	if w, _, e := term.GetSize(out); e == nil {
		s.Width = w
	}
	return s
}
