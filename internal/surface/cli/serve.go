package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// serve runs the server until it is interrupted.
func (c *command) serve(ctx context.Context, in serveCommand) error {
	desk, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	c.prepare(desk)
	if err := diag.Print(c.Err, desk.PlaybookTrouble(), sourceOf, c.style()); err != nil {
		return throughline.Fail("write findings", throughline.Unavailable, "", err)
	}
	return c.listen(ctx, desk, in.Serving)
}

// listen serves and, for a person at a terminal, opens the browser.
func (c *command) listen(ctx context.Context, desk *operation.Desk, s Serving) error {
	err := c.house.Serve(ctx, desk, s, func(url string) {
		if c.JSON {
			_ = json.NewEncoder(c.Out).Encode(map[string]string{"url": url})
		} else {
			fmt.Fprintf(c.Err, "%s\n", c.words.Say("cli.serving", "url", url))
		}
		if s.PlansURL != "" && !c.Quiet {
			fmt.Fprintln(c.Err, c.words.Say("cli.plans_log", "url", strings.TrimRight(s.PlansURL, "/")+sharing.PlanPath))
		}
		if c.Terminal && !s.NoOpen {
			if c.house.Browse(url) != nil && !c.Quiet {
				fmt.Fprintln(c.Err, c.words.Say("cli.no_browser"))
			}
		}
	})
	if ctx.Err() != nil && err == nil && !c.Quiet {
		fmt.Fprintln(c.Err, c.words.Say("cli.stopped"))
	}
	return err
}

// Made is what demo prints when it is not asked to serve.
type Made struct {
	DB string `json:"db"`
	desk.Tally
}

// demoStops is how long requests to a made-up company may take to end.
const demoStops = 5 * time.Second

// demo makes up a company, in a temporary folder unless --db names a file, and
// serves it. A database that holds a company already is not filled again; serving a
// made-up one writes links to some of its plans (House.Stand).
func (c *command) demo(ctx context.Context, in demoCommand, given func(string) bool) error {
	if !given("db") && os.Getenv("THROUGHLINE_DB") == "" {
		dir, err := os.MkdirTemp("", "throughline-demo-")
		if err != nil {
			return throughline.Fail("make folder", throughline.Unavailable, os.TempDir(), err)
		}
		defer os.RemoveAll(dir)
		c.DB = filepath.Join(dir, "made-up.db")
	}
	desk, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	c.prepare(desk)
	counts, err := desk.Ledger.Counts(ctx, desk.Workspace)
	if err != nil {
		return err
	}
	if counts.Deals == 0 {
		bar := c.progress()
		desk.Progress = bar.show
		err := c.house.Fill(ctx, desk, in.Seed)
		bar.end()
		if err != nil {
			return err
		}
	}
	if !in.NoServe {
		desk.MadeUp = true
		if err := c.house.Stand(ctx, desk); err != nil {
			return err
		}
		at := Serving{ServeFlags: in.ServeFlags, RunFlags: RunFlags{StopIn: demoStops}}
		err := c.listen(ctx, desk, at)
		if errors.Is(err, syscall.EADDRINUSE) && !given("listen") { // a stranger's first try should not end at a taken port
			at.Listen = "127.0.0.1:0"
			err = c.listen(ctx, desk, at)
		}
		return err
	}
	out, err := operation.ListDeals.Run(ctx, desk, &showing.DealsInput{Limit: 1})
	if err != nil {
		return err
	}
	list := out.(showing.DealList)
	if c.JSON {
		return c.answer(Made{DB: caretaking.ShownDatabase(c.DB), Tally: list.Tally})
	}
	_, err = fmt.Fprintf(c.Out, "%s\n", c.tallyLine(list.Tally, list.AsOf))
	return err
}
