package client_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/client"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/surface/cli"
)

// serve gives the address of a server with the made-up company.
func serve(t *testing.T) string {
	t.Helper()
	house := assembly.House{Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	for seen, batch := range company.Batches(company.Generate(1, desk.Today(), time.UTC, desk.Book), 20) {
		if _, err := desk.Ledger.Append(t.Context(), desk.Workspace, batch); err != nil {
			t.Fatal(err)
		}
		if seen >= 60 {
			break
		}
	}
	s := httptest.NewServer(assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)))
	t.Cleanup(s.Close)
	return s.URL
}

// TestGo: the Go client pages through the list, reads a deal, writes once with a
// key, is told that nothing is new, that others were quicker, and what was wrong.
func TestGo(t *testing.T) {
	c, ctx := &client.Client{Server: serve(t)}, t.Context()
	seen, cursor, pages := map[string]bool{}, "", 0
	for {
		list, err := c.Deals(ctx, client.DealsParams{Limit: 7, Cursor: cursor}, client.Fields("next", "matched", "rows.id"))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range list.Rows {
			if seen[row.ID] || row.ID == "" || row.Title != "" {
				t.Errorf("row %+v", row)
			}
			seen[row.ID] = true
		}
		if pages++; list.Next == "" {
			if int(list.Matched) != len(seen) || pages < 3 {
				t.Errorf("%d of %d deals on %d pages", len(seen), list.Matched, pages)
			}
			break
		}
		cursor = list.Next
	}
	open, err := c.Deals(ctx, client.DealsParams{Outcome: "open", Limit: 1})
	if err != nil || len(open.Rows) != 1 {
		t.Fatal(err)
	}
	id, tag := open.Rows[0].ID, ""
	page, err := c.Deal(ctx, id, client.DealParams{}, client.Tag(&tag))
	if err != nil || page.ID != id || len(page.Facts) == 0 || page.Facts[0].ID == "" || tag == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	if _, err := c.Deal(ctx, id, client.DealParams{}, client.IfNoneMatch(tag)); !errors.Is(err, client.ErrNotModified) {
		t.Errorf("nothing is new, and it says %v", err)
	}
	note := client.RecordingNoteInput{Text: "They wait for the budget."}
	first, err := c.RecordNote(ctx, id, note, client.Key("one"), client.IfMatch(tag))
	if err != nil || len(first.Facts) != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := c.RecordNote(ctx, id, note, client.Key("one"), client.IfMatch(tag)); err != nil || !reflect.DeepEqual(again, first) {
		t.Errorf("sent again: %+v, %v", again, err)
	}
	problem := func(err error, status int, code string) {
		t.Helper()
		var p *client.Problem
		if !errors.As(err, &p) || p.Status != status || !strings.HasSuffix(p.Type, code) || p.Detail == "" {
			t.Errorf("got %#v, want %d %s", err, status, code)
		}
	}
	_, err = c.RecordNote(ctx, id, client.RecordingNoteInput{Text: "other words"}, client.Key("one"))
	problem(err, 422, ":key_used")
	_, err = c.RecordNote(ctx, id, note, client.IfMatch(tag))
	problem(err, 412, ":changed_since")
	_, err = c.Deal(ctx, "nobody has this", client.DealParams{})
	problem(err, 404, ":no_deal")
	_, err = c.Deals(ctx, client.DealsParams{}, client.Param("limit", "many"))
	problem(err, 422, "")
}

// TestGoReadsEveryAnswer: what the server answers fits the types, for each
// operation that needs no deal of somebody's.
func TestGoReadsEveryAnswer(t *testing.T) {
	c := reflect.ValueOf(&client.Client{Server: serve(t)})
	asked := 0
	for i := range c.NumMethod() {
		m, name := c.Method(i), c.Type().Method(i).Name
		in := []reflect.Value{reflect.ValueOf(t.Context())}
		for k := 1; k < m.Type().NumIn()-1; k++ {
			in = append(in, reflect.Zero(m.Type().In(k)))
		}
		if len(in) > 2 || len(in) == 2 && !strings.HasSuffix(in[1].Type().Name(), "Params") {
			continue // about one deal, or writes
		}
		asked++
		err, _ := m.Call(in)[1].Interface().(error)
		var refused *client.Problem
		if err != nil && (!errors.As(err, &refused) || refused.Status >= 500) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked < 25 {
		t.Errorf("%d operations were asked", asked)
	}
}

// needed passes over a test whose program is not there, unless
// THROUGHLINE_NEED_TYPESCRIPT says that it has to be, as scripts/test does.
func needed(t *testing.T, program string) string {
	t.Helper()
	at, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("THROUGHLINE_NEED_TYPESCRIPT") == "" {
			t.Skip(program + " is not installed; scripts/setup installs it")
		}
		t.Fatal(err)
	}
	return at
}

const script = `
import { Throughline, Problem } from "./operations.js";
const c = new Throughline(process.argv[2] ?? "");
const seen = new Set();
let cursor: string | undefined, matched = 0;
do {
  const list = await c.deals({ limit: 7, ...(cursor ? { cursor } : {}) }, { fields: ["next", "matched", "rows.id"] });
  for (const row of list.rows ?? []) seen.add(row.id);
  cursor = list.next;
  matched = list.matched;
} while (cursor);
if (seen.size !== matched || matched < 20) throw new Error(seen.size + " of " + matched);
const id = [...seen][0] as string;
let tag = "";
const page = await c.deal(id, {}, { tag: (t) => (tag = t) });
const refused = async (status: number, ask: Promise<unknown>) => {
  const p = await ask.then(() => undefined, (e: unknown) => e);
  if (!(p instanceof Problem) || p.status !== status) throw new Error(status + ", not " + p);
};
await refused(304, c.deal(id, {}, { ifNoneMatch: tag }));
const first = await c.recordNote(id, { text: "They wait." }, { key: "one", ifMatch: tag });
const again = await c.recordNote(id, { text: "They wait." }, { key: "one", ifMatch: tag });
if (page.id !== id || JSON.stringify(first) !== JSON.stringify(again)) throw new Error("sent again: " + JSON.stringify(again));
await refused(422, c.recordNote(id, { text: "Others." }, { key: "one" }));
await refused(412, c.recordNote(id, { text: "Others." }, { ifMatch: tag }));
console.log("right");
`

// TestTypeScript: the TypeScript client passes the strictest check of its compiler,
// and does in Node what the Go client does; what does not fit the types is refused.
func TestTypeScript(t *testing.T) {
	tsc, node := needed(t, "tsc"), needed(t, "node")
	dir := t.TempDir()
	for _, name := range []string{"throughline.ts", "operations.ts"} {
		text, err := os.ReadFile(filepath.Join("typescript", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	compile := func(text string) (string, error) {
		text = "declare const process: { argv: string[] };\n" + text
		for name, text := range map[string]string{"main.ts": text, "package.json": `{"type":"module"}`} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		run := exec.CommandContext(t.Context(), tsc, "--strict", "--exactOptionalPropertyTypes", "--noUnusedLocals", "--target", "es2022", "--module", "nodenext",
			"--lib", "es2022,dom", "--noEmitOnError", "main.ts")
		run.Dir = dir
		said, err := run.CombinedOutput()
		return string(said), err
	}
	if said, err := compile(script); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	said, err := exec.CommandContext(t.Context(), node, filepath.Join(dir, "main.js"), serve(t)).CombinedOutput()
	if err != nil || strings.TrimSpace(string(said)) != "right" {
		t.Errorf("%v\n%s", err, said)
	}
	if said, err := compile(fmt.Sprintf("%s\nawait c.recordNote(id, { txet: \"x\" });\n", script)); err == nil {
		t.Errorf("a field that is none passes: %s", said)
	}
}
