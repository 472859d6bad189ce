package workshop_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/workshop"
)

// TestTheBriefOfAMethod: what was tied, left and dropped stands apart, with the
// milestone or the reason; what is asked for follows from it; the charter is
// not told; and all of it is in the language it is asked in.
func TestTheBriefOfAMethod(t *testing.T) {
	b := studio(t)
	d := begun(t, b, workshop.BeginInput{Version: workshop.Newest})
	const milestone, why, secret = "process/standard/milestone/problem-owned", "Nobody filled it in", "We sell cheaper than all others"
	for _, e := range []workshop.Edit{
		{Do: workshop.WriteCharter, Key: "strategy", Text: secret},
		{Do: workshop.AdoptPack, Pack: "meddpicc", Process: "standard", Words: []string{"p5", "p8"}},
		{Do: workshop.TieTool, Pack: "meddpicc", Tool: "leader-test", Text: milestone},
		{Do: workshop.DropTool, Pack: "meddpicc", Tool: "eight-lines", Text: why},
	} {
		d = edited(t, b, d, e).Draft
	}
	if d.Book == nil || d.Found.Errors() {
		t.Fatalf("the draft is not usable: %v", d.Found)
	}
	b.Book = d.Book
	for _, language := range []string{"en", "zh"} {
		b.Language = language
		x, err := workshop.BriefPack(t.Context(), b, workshop.BriefInput{Pack: "meddpicc"})
		if err != nil {
			t.Fatal(err)
		}
		if len(x.Tied) != 1 || x.Tied[0].ID != "leader-test" || x.Tied[0].Milestone != milestone || x.Tied[0].Short == "" {
			t.Errorf("%s: tied: %+v", language, x.Tied)
		}
		if len(x.Dropped) != 1 || x.Dropped[0].ID != "eight-lines" || x.Dropped[0].Says != why {
			t.Errorf("%s: dropped: %+v", language, x.Dropped)
		}
		if len(x.Open) != 1 || x.Open[0].ID != "paper-timeline" || len(x.Questions) != 3 {
			t.Errorf("%s: open: %+v, questions %+v", language, x.Open, x.Questions)
		}
		if len(x.Processes) != 1 || len(x.Processes[0].Stages) < 4 || x.Processes[0].Leads == "" || len(x.Classes) != 4 || len(x.Words) < 2 {
			t.Errorf("%s: it has to fit %+v, %+v", language, x.Processes, x.Classes)
		}
		bare := map[string]string{"en": "Adopt", "zh": "落地"}[language]
		if !slices.ContainsFunc(x.Asks, func(s string) bool { return strings.Contains(s, bare) }) { // it leads there and has nothing
			t.Errorf("%s: nobody asks for something at %s: %v", language, bare, x.Asks)
		}
		said, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(said), secret) || strings.Contains(string(said), "[brief.") {
			t.Errorf("%s: it tells the charter, or has no words: %s", language, said)
		}
		for _, s := range append(append([]string{x.First}, x.Keeps...), x.Asks...) {
			if han := strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r < 0xa000 }); han != (language == "zh") {
				t.Errorf("%s: %s", language, s)
			}
		}
	}
	b.Language = "en"
	if x, err := workshop.BriefPack(t.Context(), b, workshop.BriefInput{Pack: "jolt"}); err != nil || len(x.Open) != 4 || !strings.Contains(x.First, "not used") {
		t.Errorf("a method on the shelf: %+v, %v", x, err)
	}
	if _, err := workshop.BriefPack(t.Context(), b, workshop.BriefInput{Pack: "no-such"}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("no such method: %v", err)
	}
}
