package capture

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline"
)

type dumped struct {
	Set, Lang, Text, Kind, More string
	Kinds, Signs                []string
	Weight                      float64
	Has                         []string
	List                        string
	Sure, Placed                bool
	Got                         string
}

func TestDump(t *testing.T) {
	f, _ := os.Create("/tmp/cap/dump.jsonl")
	defer f.Close()
	w := bufio.NewWriter(f)
	defer w.Flush()
	enc := json.NewEncoder(w)
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	day, _ := throughline.ParseDay("2026-11-26")
	wx, wy := regexp.MustCompile(`\bX\b`), regexp.MustCompile(`\bY\b`)
	for _, file := range []string{"signs_en.txt", "signs_zh.txt", "examples_en.txt", "examples_zh.txt", "notes_en.txt", "notes_zh.txt"} {
		text, _ := os.ReadFile(file)
		list, _ := examples(string(text))
		for _, e := range list {
			sg, ok := signOf(e)
			if !ok {
				continue
			}
			txt := e.text
			lang := file[len(file)-6 : len(file)-4]
			if lang == "zh" {
				txt = strings.ReplaceAll(strings.ReplaceAll(txt, "X", "李敏"), "Y", "王强")
			} else {
				txt = wy.ReplaceAllString(wx.ReplaceAllString(txt, "Ana Ruiz"), "Tom Becker")
			}
			n := Note{Text: txt, People: freshPeople(), Today: day, Frontier: throughline.Align, From: Conversation}
			q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
			d := dumped{Set: "train", Lang: lang, Text: e.text, Kind: sg.kind, More: sg.more, Weight: sg.weight, Got: file}
			d.fill(q)
			enc.Encode(d)
		}
	}
	for _, set := range []string{"signs", "develop", "check"} {
		for _, lang := range []string{"en", "zh"} {
			for _, one := range freshSentences(t, "testdata/"+set+"_"+lang+".txt") {
				n := Note{Text: one.text, People: freshPeople(), Today: day, Frontier: throughline.Align, From: Conversation}
				q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
				d := dumped{Set: set, Lang: lang, Text: one.text, Kinds: one.kinds, Signs: one.signs}
				d.fill(q)
				enc.Encode(d)
			}
		}
	}
}

func (d *dumped) fill(q *reading) {
	for _, x := range q.sentences() {
		s := q.look(x)
		d.Has = append(d.Has, featureNames(q.senseOf(s))...)
		ranked, ms := q.places(s)
		l := q.listed(s, q.person(s), ranked)
		d.List, d.Sure, d.Placed = string(l.kind), l.sure, len(ranked) > 0 && ranked[0].listed >= 3 || ms.about != ""
		m := q.mannerOf(s)
		d.Got += fmt.Sprintf("%+v", m)
	}
}
