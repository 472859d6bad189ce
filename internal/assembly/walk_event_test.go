package assembly_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/surface/flowmap"
)

// TestFromAnEventToAPixel takes the way of docs/walks/from-an-event-to-a-pixel.md:
// three cases ask and order, a fourth asks alone; with one order more in the file
// the way to it is wider on the screen by a quarter of all cases.
func TestFromAnEventToAPixel(t *testing.T) {
	const order = `<event><string key="concept:name" value="Order"/><date key="time:timestamp" value="2026-03-04T10:00:00Z"/></event>`
	write := func(last string) string {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><log>`)
		for i := range 4 {
			end := order
			if i == 3 {
				end = last
			}
			fmt.Fprintf(&b, `<trace><string key="concept:name" value="c%d"/><event><string key="concept:name" value="Ask"/>`+
				`<date key="time:timestamp" value="2026-03-01T10:00:00Z"/></event>%s</trace>`, i, end)
		}
		b.WriteString(`</log>`)
		path := filepath.Join(t.TempDir(), "log.xes")
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	now := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	wide := func(last string) int {
		t.Helper()
		in := &learning.MapInput{Activities: 1, Steps: 1}
		in.Logs = []string{write(last)}
		out, err := operation.MineMap.Run(t.Context(), desk, in)
		if err != nil {
			t.Fatal(err)
		}
		m := out.(learning.ProcessMap)
		if len(m.Map.Nodes) != 2 || m.Map.Cases != 4 {
			t.Fatalf("%+v", m.Map)
		}
		svg := flowmap.Of(m.Map, flowmap.Words{ID: "m", Start: "start", End: "end", Alone: true, Cases: func(n int) string { return fmt.Sprint(n) }}).Large()
		return widest(t, svg)
	}
	four, three := wide(order), wide("")
	// A way that all take is 22 pixels wide; three of four take 16.5 of them.
	if four < 21 || four > 23 || three < 15 || three > 18 {
		t.Errorf("the way to the order is %d pixels wide with four orders and %d with three", four, three)
	}
}

// widest looks at a picture in the browser and gives how many pixels the widest
// way is wide that leaves its first activity.
func widest(t *testing.T, svg string) int {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: apt-get install -y chromium")
	}
	dir := t.TempDir()
	page, shot := filepath.Join(dir, "map.html"), filepath.Join(dir, "map.png")
	if err := os.WriteFile(page, []byte(`<!doctype html><style>body{margin:0}svg{max-width:none!important}</style>`+svg), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+dir,
		"--force-device-scale-factor=1", "--window-size=600,600", "--screenshot="+shot, "file://"+page).CombinedOutput()
	if err != nil {
		t.Fatal(err, string(out))
	}
	raw, err := os.ReadFile(shot)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	// the second box begins where the way from the first ends: in between lies the way
	boxes := strings.Split(svg, `<rect class="fm-box`)
	var y [2]float64
	for i, b := range boxes[1:3] {
		if _, err := fmt.Sscanf(b[strings.Index(b, ` y="`):], ` y="%g"`, &y[i]); err != nil {
			t.Fatal(err)
		}
	}
	var high float64
	if _, err := fmt.Sscanf(boxes[1][strings.Index(boxes[1], ` height="`):], ` height="%g"`, &high); err != nil {
		t.Fatal(err)
	}
	row, run, n := int(y[0]+high)+6, 0, 0 // right below the first box
	for x := range img.Bounds().Dx() {
		r, g, b, _ := img.At(x, row).RGBA()
		if run++; r>>8 != 0x94 || g>>8 != 0x8e || b>>8 != 0x80 { // the token "ring"
			run = 0
		}
		n = max(n, run)
	}
	return n
}
