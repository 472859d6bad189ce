package capture

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

func older(lang, set string) []example {
	b, _ := os.ReadFile("testdata/" + set + "_" + lang + ".txt")
	var out []example
	note := ""
	for _, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(line, "=>") {
			f := strings.Fields(line)
			if note != "" {
				s := note
				for _, x := range []string{"Ana Ruiz", "Marc Weber", "Ana", "Marc", "Helen", "Priya", "Tom", "王磊", "陈静", "李伟", "陈总", "李总", "王经理"} {
					s = strings.ReplaceAll(s, x, "X")
				}
				l := f[1]
				switch f[1] {
				case "evidence", "step":
					l = f[3]
				case "contradiction":
					l = "contradiction p3"
				case "event", "stance":
					l = f[1] + " " + f[len(f)-1]
				case "milestone":
					note = ""
					continue
				}
				out = append(out, example{l, s})
			}
			note = ""
		} else if !strings.HasPrefix(line, "#") && line != "" {
			note = line
		}
	}
	return out
}

func TestBlend(t *testing.T) {
	lx, _ := shipped()
	en, _ := examples(examplesEnglish)
	zh, _ := examples(examplesChinese)
	book, _ := compile.Playbook(playbooks.Starter())
	var people []Person
	for i, x := range []struct {
		name, title, function string
		ours                  bool
	}{{"Ana Ruiz", "Head of Operations", "operations", false}, {"Marc Weber", "CFO", "finance", false}, {"陈静", "运营总监", "运营", false}, {"李伟", "财务总监", "财务", false}, {"Julia Novak", "", "", true}, {"张敏", "", "", true}} {
		people = append(people, Person{ID: throughline.PersonID(throughline.NewID(time.UnixMilli(1), [10]byte{9: byte(i + 1)})), Name: x.name, Title: x.title, Function: x.function, Ours: x.ours})
	}
	today, _ := throughline.ParseDay("2026-11-26")
	// hand-written first, then those of the older sets
	split := func(text string) int {
		ex, _ := examples(text[:strings.Index(text, "# Notes of the first five")])
		return len(ex)
	}
	ne, nz := split(examplesEnglish), split(examplesChinese)
	all := append(append(append(append([]example{}, en[:ne]...), zh[:nz]...), en[ne:]...), zh[nz:]...)
	nHand := ne + nz
	var models []*model
	for fold := range 5 {
		var tr []example
		for i, e := range all {
			if i >= nHand || (i*7)%5 != fold {
				tr = append(tr, e)
			}
		}
		models = append(models, lx.train(tr))
	}
	for _, cfg := range [][2]float64{{1, 6}} {
		w := cfg[1]
		mode := int(cfg[0])
		kind, first, four, n, np := 0, 0, 0, 0, 0
		var wrong, misplaced []string
		confused := map[string]int{}
		for i, e := range all {
			if i >= nHand {
				continue
			}
			r, _ := New(book)
			r.model = func() *model { return models[(i*7)%5] }
			text := e.text
			if hasHan(text) {
				text = strings.NewReplacer("X", "陈静", "Y", "李伟").Replace(text)
			} else {
				text = strings.NewReplacer("X", "Ana", "Y", "Marc").Replace(text)
			}
			got := r.Read(Note{Text: text, People: people, Today: today, Frontier: throughline.Align, From: Conversation})
			want := strings.Fields(e.label)[0]
			if placeAddress(want) != "" {
				want = "place"
			}
			have := "nothing"
			if len(got) > 0 {
				have = string(got[0].Kind)
				if have == "evidence" || have == "step" || have == "milestone" {
					have = "place"
				}
				if have == "event" && want == "event" && e.label != "event "+string(got[0].Event) {
					have = "other event"
				}
			}
			n++
			if have == want {
				kind++
			} else {
				confused[want+">"+have]++
				wrong = append(wrong, e.label+" | "+text+" -> "+have)
			}
			if want == "place" && have == "place" {
				np++
				if got[0].About.Last() == e.label {
					first++
				} else {
					misplaced = append(misplaced, fmt.Sprint(e.label, " | ", text, " -> ", got[0].About.Last(), " ", got[0].Others, got[0].Because))
				}
				in := got[0].About.Last() == e.label
				for _, o := range got[0].Others {
					in = in || o.Last() == e.label
				}
				if in {
					four++
				}
			}
		}
		t.Logf("weight %v %v: kind %d/%d first %d four %d of %d %v", mode, w, kind, n, first, four, np, confused)
		if w == 6 && mode == 1 && os.Getenv("SHOW") != "" {
			t.Log(strings.Join(wrong, "\n"))
			t.Log(strings.Join(misplaced, "\n"))
		}
	}
}

func test(lx *lexicon, m *model, te []example, places bool) (ok, four, n int) {
	for _, e := range te {
		if places && placeAddress(e.label) == "" {
			continue
		}
		p := m.of(lx.featuresOf(e.text))
		if places {
			for l, a := range m.address {
				if a == "" {
					p[l] = 0
				}
			}
		}
		r := rank(m, p, e.label)
		n++
		if r == 0 {
			ok++
		}
		if r < 4 {
			four++
		}
	}
	return
}

func rank(m *model, p []float64, label string) int {
	at := -1
	for i, l := range m.labels {
		if l == label {
			at = i
		}
	}
	if at < 0 {
		return 99
	}
	r := 0
	for i := range p {
		if p[i] > p[at] {
			r++
		}
	}
	return r
}
