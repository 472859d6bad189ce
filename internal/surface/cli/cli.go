// Package cli is the command-line face: commands made from the list of
// operations, and printings of their answers for a person and for a program.
//
// Takes: arguments, three streams, and a way to open the house.
// Gives: an exit status: 0 fine, 1 findings or a wrong input that was reported, 2 usage, 3 could not be done.
// Never: decides anything; writes to standard output anything but the answer.
package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/workshop"
)

// The exit statuses.
const (
	Fine     = 0
	Reported = 1
	Usage    = 2
	Failed   = 3
)

// Where says which database, playbook and language to work with.
type Where struct {
	DB       string `name:"db" placeholder:"URL" env:"THROUGHLINE_DB" default:"throughline.db" help:"Database: a file, or postgres://USER@HOST:PORT/NAME (a password in PGPASSWORD or ~/.pgpass)."`
	Playbook string `name:"playbook" placeholder:"DIR" env:"THROUGHLINE_PLAYBOOK" help:"Folder of playbook files (default: the starter playbook)."`
	Lang     string `name:"lang" placeholder:"LANG" env:"THROUGHLINE_LANG" help:"Language of the words: en, zh."`

	Timezone string `name:"timezone" placeholder:"ZONE" env:"THROUGHLINE_TIMEZONE" help:"Time zone whose days are counted, such as Europe/Berlin (default: what admin settings says, else the machine's)."`

	ModelURL string `name:"model-url" placeholder:"URL" env:"THROUGHLINE_MODEL_URL" help:"A language model that may be asked about notes, each time a person says so: any OpenAI-compatible address, up to and with /v1. Off unless named; its key stands in THROUGHLINE_MODEL_KEY."`
	Model    string `name:"model-name" placeholder:"NAME" env:"THROUGHLINE_MODEL_NAME" help:"What the model is called there."`

	Progress func(desk.Progress) `kong:"-"` // told how far opening has come; may be nil
	Looks    bool                `kong:"-"` // the database is opened for reading, as it stands
}

// House is what the command line needs of the program around it.
type House interface {
	// Open gives a desk to work at; store says whether the database is needed
	// and write whether it may be made.
	Open(w Where, store, write bool) (*operation.Desk, func() error, error)
	// Serve runs the server until ctx ends; ready is told the address.
	Serve(ctx context.Context, d *operation.Desk, s Serving, ready func(url string)) error
	// Fill puts the made-up company into the desk's ledger.
	Fill(ctx context.Context, d *operation.Desk, seed uint64) error
	// Stand makes the links of a made-up company that anybody who looks may open.
	Stand(ctx context.Context, d *operation.Desk) error
	// Browse asks the system to show an address.
	Browse(url string) error
}

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // Err is a terminal: progress is drawn
	Colour   bool // Out and Err may be coloured
	Width    int  // of the terminal; 0 where it is none
}

// globals are the flags every command has.
type globals struct {
	Where
	Config string `name:"config" placeholder:"FILE" env:"THROUGHLINE_CONFIG" help:"A YAML file that says these and serve's flags by their names (listen: 127.0.0.1:8080); the environment goes before it, the command line before both."`

	JSON  bool `name:"json" help:"Print one JSON value and nothing else."`
	Quiet bool `name:"quiet" short:"q" help:"No progress, no hints."`
}

// command is what one run of the program works with.
type command struct {
	globals
	Streams
	house House
	words *phrase.Phrase
	zone  *time.Location // of days and hours that are shown
}

// Run carries out one command line and gives the exit status.
func Run(ctx context.Context, args []string, house House, s Streams) int {
	tree := grammar(operation.All())
	status := -1
	args = plainly(args)
	said, findings, err := readConfig(args, tree.configurable())
	if err != nil || len(findings) > 0 {
		return (&command{globals: globals{JSON: slices.Contains(args, "--json")}, Streams: s, words: phrase.For("en")}).misconfigured(findings, err)
	}
	parser, err := kong.New(tree.root, append(tree.options(s, func(code int) { status = code }), kong.Resolvers(said))...)
	if err != nil {
		fmt.Fprintln(s.Err, "throughline: the command line is built wrongly:", err)
		return Failed
	}
	parsed, err := parser.Parse(args)
	if status >= 0 { // help or version was printed
		return status
	}
	if err != nil {
		return tree.usage(s, args, err)
	}
	c := &command{globals: tree.globals(), Streams: s, house: house}
	if c.Lang != "" && !phrase.Speaks(c.Lang) {
		return tree.usage(s, args, fmt.Errorf("--lang: %q is not spoken here; the words are in %s", c.Lang, strings.Join(phrase.Languages(), ", ")))
	}
	if c.Lang == "" { // what the system speaks is a wish, not an order
		c.Lang = firstSet("LC_ALL", "LC_MESSAGES", "LANG")
	}
	c.Playbook = inHome(c.Playbook)
	c.words = phrase.For(phrase.Match(c.Lang))
	c.Lang = c.words.Code()
	return c.report(tree.run(ctx, c, parsed))
}

// inHome puts the home folder in the place of a ~ that no shell has replaced.
// Otherwise a path stays as it was given, because findings repeat it.
func inHome(path string) string {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return home + path[1:]
}

func firstSet(names ...string) string {
	for _, n := range names {
		if v := os.Getenv(n); v != "" {
			return v
		}
	}
	return ""
}

// operate runs an operation and prints its answer.
func (c *command) operate(ctx context.Context, op operation.Operation, in any) error {
	needsStore := op.NeedsStore
	if f, ok := in.(operation.OnFiles); ok && f.OnFiles() {
		needsStore = false
	}
	bar := c.progress()
	c.Progress = bar.show
	c.Looks = op.Effect == operation.Reads && !op.Keeps
	desk, done, err := c.house.Open(c.Where, needsStore, op.Effect == operation.Writes)
	if op.Keeps && throughline.KindOf(err) == throughline.Denied { // what it shows cannot be kept there, and can be shown
		c.Looks = true
		desk, done, err = c.house.Open(c.Where, needsStore, false)
	}
	if err != nil {
		bar.end()
		return err
	}
	defer done()
	c.prepare(desk)
	desk.Progress, desk.Keep = bar.show, op.Keeps && !c.Looks
	out, err := op.Run(ctx, desk, in)
	bar.end()
	trouble := op.PlaybookTrouble(desk)
	if e := diag.Print(c.Err, trouble, sourceOf, c.style()); err == nil && e != nil {
		err = throughline.Fail("write findings", throughline.Unavailable, "", e)
	}
	if err != nil {
		return err
	}
	if err := c.answer(out); err != nil || len(trouble) == 0 {
		return err
	}
	return errFindings
}

// open gives a desk with a database that may be made, and shows how far opening has come.
func (c *command) open() (*operation.Desk, func() error, error) {
	bar := c.progress()
	defer bar.end()
	c.Progress = bar.show
	return c.house.Open(c.Where, true, true)
}

func (c *command) prepare(desk *operation.Desk) {
	desk.Language, desk.Acting = c.Lang, deal.Actor{Via: deal.ViaCommand}
	c.zone = desk.Days()
	if c.In != nil && c.Terminal && !c.JSON {
		desk.Confirm = c.confirm
		desk.Ask = c.ask(bufio.NewReader(c.In))
	}
	if !c.JSON {
		desk.Show = c.Err
	}
}

// errFindings makes a command exit with Reported after its answer was printed.
var errFindings = errors.New("findings")

// answer prints an operation's output, then its findings.
func (c *command) answer(out any) error {
	var found diag.Findings
	if f, ok := out.(operation.Found); ok {
		found = f.Findings()
	}
	aside, _ := out.(interface{ FindingsAside() bool })
	if c.JSON && aside != nil && aside.FindingsAside() {
		if err := diag.Print(c.Err, found, sourceOf, c.style()); err != nil {
			return throughline.Fail("write findings", throughline.Unavailable, "", err)
		}
	}
	if c.JSON {
		enc := json.NewEncoder(c.Out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(out); err != nil {
			return throughline.Fail("write answer", throughline.Unavailable, "", err)
		}
	} else {
		if err := c.printFindings(out, found); err != nil {
			return throughline.Fail("write findings", throughline.Unavailable, "", err)
		}
		if err := c.print(out); err != nil {
			return throughline.Fail("write answer", throughline.Unavailable, "", err)
		}
	}
	if v, ok := out.(caretaking.LedgerCheck); found.Bad() || ok && !v.Whole {
		return errFindings
	}
	return nil
}

// printFindings prints findings as a person reads them, or in the form that
// the caller asked for.
func (c *command) printFindings(out any, found diag.Findings) error {
	if v, ok := out.(workshop.PlaybookCheck); ok {
		switch v.Format {
		case "sarif":
			return diag.SARIF(c.Out, found, sourceOf, func(string) string { return "" })
		case "github":
			return diag.GitHub(c.Out, found, sourceOf)
		}
	}
	return diag.Print(c.Err, found, sourceOf, c.style())
}

// sourceOf reads a file for the caret view; one that is large or gone is not shown.
func sourceOf(path string) []byte {
	if info, err := os.Stat(path); err != nil || info.Size() > 4<<20 || !info.Mode().IsRegular() {
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.IndexByte(b[:min(len(b), 512)], 0) >= 0 || bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return nil // a line of a packed or binary file says nothing
	}
	return b
}

// report says an error once, in the form the caller asked for, and gives the
// exit status.
func (c *command) report(err error) int {
	switch {
	case err == nil:
		return Fine
	case errors.Is(err, errFindings):
		return Reported
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, "throughline: stopped; what was reported as written stays, and the next run goes on from there")
		return Failed
	}
	kind := throughline.KindOf(err)
	if c.JSON {
		var e failure
		e.Error.Kind, e.Error.Message = kind, err.Error()
		var te *throughline.Error
		if errors.As(err, &te) {
			e.Error.Op, e.Error.Subject = te.Op, te.Subject
		}
		var refused *throughline.Refusal
		if errors.As(err, &refused) {
			e.Error.Code = refused.Code
		}
		_ = json.NewEncoder(c.Out).Encode(e)
	} else {
		fmt.Fprintf(c.Err, "throughline: %s\n", c.words.Failed(err))
	}
	if kind == throughline.Invalid {
		return Reported
	}
	return Failed
}

// confirm asks on the terminal.
func (c *command) confirm(question string) bool {
	fmt.Fprintf(c.Err, "%s [y/N] ", question)
	var word string
	if _, err := fmt.Fscanln(c.In, &word); err != nil {
		return false
	}
	word = strings.ToLower(word)
	return word == "y" || word == "yes"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
