package learning_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/playbooks"
)

// learner knows the made-up company's deals, and speaks Chinese.
func learner(t *testing.T) *learning.Learner {
	t.Helper()
	book, found := compile.Playbook(playbooks.Demo())
	if book == nil {
		t.Fatal(found)
	}
	now := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	d := &learning.Learner{Desk: desk.Desk{Ledger: memory.New(), Workspace: throughline.DefaultWorkspace, Book: book, Language: "zh",
		Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}}
	for _, b := range company.Batches(company.GenerateIn("en", 1, throughline.DayOf(now, time.UTC), time.UTC, book), 40) {
		if _, err := d.Ledger.Append(context.Background(), d.Workspace, b); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestAnswersToProgramsAreTold: whatever language is asked for, every finding of
// an answer carries the sentence that programs count on, and the overview carries
// them as the single answers do. Asked twice, the answer is the same.
func TestAnswersToProgramsAreTold(t *testing.T) {
	d, ctx, p := learner(t), context.Background(), phrase.ForPrograms()
	processes, err := learning.MineProcesses(ctx, d, learning.ProcessesInput{})
	if err != nil {
		t.Fatal(err)
	}
	milestones, err := learning.MineMilestones(ctx, d, learning.MilestonesInput{})
	if err != nil {
		t.Fatal(err)
	}
	road, err := learning.MineConformance(ctx, d, learning.ConformanceInput{})
	if err != nil {
		t.Fatal(err)
	}
	paper, err := learning.MineHandover(ctx, d, learning.HandoverInput{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := learning.MineOverview(ctx, d, learning.OverviewInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*mining.Partition{processes.Partition, all.Processes} {
		if m.Words != p.Partition(m) || !strings.HasPrefix(m.Words, "Two: cases whose purchase is ") || len(m.Groups) != 2 {
			t.Errorf("%d groups: %q", len(m.Groups), m.Words)
		}
		for _, g := range m.Groups {
			if g.Words != p.Group(g) || !strings.Contains(g.Words, ": they ") {
				t.Errorf("a group is told as %q", g.Words)
			}
		}
		for _, s := range m.Skipped {
			if s.Words == "" || s.Words == string(s.Why) {
				t.Errorf("%s was left out, %q", s.Attr, s.Words)
			}
		}
	}
	for _, u := range []*mining.Usefulness{milestones.Usefulness, all.Milestones} {
		said := 0
		for _, m := range u.Milestones {
			said += len(m.Words)
			if want := p.Milestone(m); len(want) != len(m.Words) {
				t.Errorf("%s: %q, want %q", m.Name, m.Words, want)
			}
		}
		if said < 20 {
			t.Errorf("only %d sentences about milestones", said)
		}
	}
	for _, r := range []*mining.Conformance{road.Conformance, all.Road} {
		if len(r.Words) < 2 || !strings.Contains(r.Words[0], " cases went the road exactly") {
			t.Errorf("the road: %q", r.Words)
		}
	}
	for _, h := range []*mining.Handover{paper.Handover, all.Handover} {
		if len(h.Words) != 4 || !strings.HasPrefix(h.Words[0], "from the decision to the order it takes ") {
			t.Errorf("the paper: %q", h.Words)
		}
	}
	again, err := learning.MineProcesses(ctx, learner(t), learning.ProcessesInput{})
	if err != nil || !reflect.DeepEqual(again.Tried, processes.Tried) || again.Words != processes.Words {
		t.Errorf("the same deals, another answer: %v %v, then %v, %v", processes.Words, processes.Tried, again.Words, again.Tried)
	}
}

// TestAPatchIsForItsReader: the remarks are in the reader's language, the rule
// and the file's name the same for everybody; one process needs none.
func TestAPatchIsForItsReader(t *testing.T) {
	v, err := learning.MineProcesses(context.Background(), learner(t), learning.ProcessesInput{})
	if err != nil {
		t.Fatal(err)
	}
	zh := learning.Patch(phrase.For("zh"), v.Partition)
	for text, want := range map[string]string{v.Patch: "a copy of the process", zh: "复制这套流程"} {
		if !strings.Contains(text, want) || !strings.Contains(text, "process/purchase.yaml") || !strings.Contains(text, "when: '") {
			t.Errorf("%q is not in\n%s", want, text)
		}
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			if !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "when: ") {
				t.Errorf("%q is neither a remark nor a rule", line)
			}
		}
	}
	if got := learning.Patch(phrase.For("en"), &mining.Partition{Processes: 1}); got != "" {
		t.Errorf("one process is given %q", got)
	}
}
