package capture_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

func id(n byte) throughline.PersonID {
	return throughline.PersonID(throughline.NewID(time.UnixMilli(1_700_000_000_000), [10]byte{9: n}))
}

func day(t testing.TB, s string) throughline.Day {
	t.Helper()
	d, err := throughline.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const today = "2026-11-26" // a Thursday

var cast = map[string]capture.Person{
	"ana":   {ID: id(1), Name: "Ana Ruiz", Title: "Head of Operations", Function: "operations", Roles: []throughline.Role{throughline.ProblemOwner}},
	"marc":  {ID: id(2), Name: "Marc Weber", Title: "CFO", Function: "finance", Roles: []throughline.Role{throughline.BudgetDecider}},
	"helen": {ID: id(3), Name: "Helen Okafor", Title: "Chief Operating Officer", Function: "management", Roles: []throughline.Role{throughline.SponsorRole}},
	"priya": {ID: id(4), Name: "Priya Shah", Title: "IT Security Lead", Function: "it", Roles: []throughline.Role{throughline.Checker}},
	"tom":   {ID: id(5), Name: "Tom Becker", Title: "Procurement Manager", Function: "procurement", Roles: []throughline.Role{throughline.BuyerOfRecord}},
	"julia": {ID: id(6), Name: "Julia Novak", Title: "Account Executive", Ours: true},
	"wang":  {ID: id(11), Name: "王磊", Title: "采购经理", Function: "采购", Roles: []throughline.Role{throughline.BuyerOfRecord}},
	"chen":  {ID: id(12), Name: "陈静", Title: "运营总监", Function: "运营", Roles: []throughline.Role{throughline.ProblemOwner, throughline.SponsorRole}},
	"li":    {ID: id(13), Name: "李伟", Title: "财务总监", Function: "财务", Roles: []throughline.Role{throughline.BudgetDecider}},
	"zhang": {ID: id(14), Name: "张敏", Ours: true},
}

func people(chinese bool) []capture.Person {
	names := []string{"ana", "marc", "helen", "priya", "tom", "julia"}
	if chinese {
		names = []string{"wang", "chen", "li", "zhang"}
	}
	var out []capture.Person
	for _, n := range names {
		out = append(out, cast[n])
	}
	return out
}

func starter(t testing.TB) *playbook.Playbook {
	t.Helper()
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	return book
}

func reader(t testing.TB) *capture.Reader {
	t.Helper()
	r, err := capture.New(starter(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// expected is one line of a table: what should be proposed.
type expected struct{ kind, person, about, grade, date, extra string }

func (e expected) String() string {
	return strings.TrimSpace(strings.Join([]string{e.kind, e.person, e.about, e.grade, e.date, e.extra}, " "))
}

type noted struct {
	file string
	line int
	text string
	want []expected
}

func table(t testing.TB, file string) []noted {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var out []noted
	var one noted
	for n, line := range append(strings.Split(string(b), "\n"), "") {
		want, isWant := strings.CutPrefix(line, "=> ")
		switch {
		case strings.HasPrefix(line, "#"):
		case isWant:
			f := append(strings.Fields(want), "", "", "", "", "")
			if f[0] != "nothing" {
				e := expected{f[0], f[1], f[2], f[3], f[4], strings.TrimSpace(strings.Join(f[5:], " "))}
				if e.date == "=" {
					e.date = today
				} else {
					e.date = "2026-" + e.date
				}
				one.want = append(one.want, e)
			}
		case strings.TrimSpace(line) == "":
			if one.text != "" {
				out = append(out, one)
			}
			one = noted{}
		default:
			if one.text == "" {
				one.file, one.line = file, n+1
			} else {
				one.text += "\n"
			}
			one.text += line
		}
	}
	return out
}

func short(a throughline.Address) string {
	if a == "" {
		return "-"
	}
	return a.Last()
}

func seen(p capture.Proposal) expected {
	e := expected{kind: string(p.Kind), person: "-", about: short(p.About), grade: p.Grade.String(), date: p.Happened.String()}
	for n, c := range cast {
		if c.ID == p.Person {
			e.person = n
		}
	}
	if p.New != "" {
		e.person = "new:" + strings.ReplaceAll(p.New, " ", "_")
	}
	switch p.Kind {
	case capture.Event:
		e.extra = string(p.Event)
	case capture.Stance:
		e.extra = fmt.Sprint(p.Stance)
	case capture.Step:
		e.extra = string(p.State)
	}
	return e
}

// score counts what was right; one is a part of a proposal.
type score map[string][2]int

func (s score) add(part string, ok bool) {
	v := s[part]
	v[1]++
	if ok {
		v[0]++
	}
	s[part] = v
}

func (s score) String() string {
	var parts []string
	for k, v := range s {
		parts = append(parts, fmt.Sprintf("%s %d of %d (%.0f %%)", k, v[0], v[1], 100*float64(v[0])/float64(v[1])))
	}
	sort.Strings(parts)
	return strings.Join(parts, "; ")
}

// measure reads a table. The kind counts every expected proposal, every note
// with nothing to propose and every proposal too many; the other parts count
// the proposals that were there.
func measure(t testing.TB, r *capture.Reader, notes []noted, chinese bool) (score, []string) {
	s := score{}
	var wrong []string
	for _, n := range notes {
		got := r.Read(capture.Note{Text: n.text, People: people(chinese), Today: day(t, today), Frontier: throughline.Align, From: capture.Conversation})
		bad := false
		if len(n.want) == 0 {
			s.add("kind", len(got) == 0)
			bad = len(got) > 0
		}
		for i := 0; i < max(len(n.want), len(got)); i++ {
			if len(n.want) == 0 {
				break
			}
			if i >= len(got) || i >= len(n.want) {
				s.add("kind", false)
				bad = true
				continue
			}
			w, g, p := n.want[i], seen(got[i]), got[i]
			s.add("kind", sameKind(w, g) && (w.kind != "event" && w.kind != "stance" && w.kind != "step" || w.kind != g.kind || w.extra == g.extra))
			s.add("person", w.person == g.person)
			s.add("grade", w.grade == g.grade)
			s.add("date", w.date == g.date)
			if w.about != "-" {
				s.add("question", w.about == g.about)
				among := w.about == g.about
				for _, o := range p.Others {
					among = among || short(o) == w.about
				}
				s.add("question in four", among)
			}
			bad = bad || w.String() != g.String()
		}
		if bad {
			line := fmt.Sprintf("%s:%d: %s", n.file, n.line, strings.ReplaceAll(n.text, "\n", " / "))
			for _, w := range n.want {
				line += "\n     want " + w.String()
			}
			for _, p := range got {
				line += "\n      got " + seen(p).String()
				for _, o := range p.Others {
					line += " " + short(o)
				}
				line += fmt.Sprint(" ", p.Because)
			}
			wrong = append(wrong, line)
		}
	}
	return s, wrong
}

// sameKind reports whether what was read is what the older sets expect. They
// know no sign, no promise and no order: what speaks against an answer, what is
// promised and what is won stood there as evidence or a step.
func sameKind(want, got expected) bool {
	if want.kind == got.kind {
		return true
	}
	if want.kind != "evidence" && want.kind != "step" {
		return false
	}
	switch got.kind {
	case "contradiction":
		return true
	case "promise":
		return want.grade <= "E2"
	case "won":
		return want.about == "k7" || want.about == "k8"
	}
	return false
}

func TestTables(t *testing.T) {
	r := reader(t)
	for _, f := range olderSets() {
		notes := table(t, f)
		s, wrong := measure(t, r, notes, strings.Contains(f, "_zh"))
		t.Logf("%s, %d notes: %s", f, len(notes), s)
		for _, w := range wrong {
			t.Error(w)
		}
	}
}

// olderSets are the files of whole notes; those of signs have another form.
func olderSets() []string {
	var out []string
	for _, set := range []string{"first", "second", "third", "fourth", "fifth"} {
		out = append(out, set+"_en.txt", set+"_zh.txt")
	}
	return out
}
