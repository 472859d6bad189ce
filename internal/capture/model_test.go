package capture

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/playbooks"
)

// written gives the examples, those written for the model before those of the
// older sets, which the lists were mended by and which flatter them.
func written(t testing.TB) (all []example, fresh int) {
	t.Helper()
	var old []example
	for _, file := range []string{"examples_en.txt", "examples_zh.txt"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		at := strings.Index(text, "# Notes of the first five sets")
		if at < 0 {
			t.Fatal("the examples do not say which are of the older sets")
		}
		for i, part := range []string{text[:at], text[at:]} {
			ex, err := examples(part)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				all = append(all, ex...)
			} else {
				old = append(old, ex...)
			}
		}
	}
	return append(all, old...), len(all)
}

func TestExamplesNameWhatThereIs(t *testing.T) {
	all, _ := written(t)
	seen := map[string]string{}
	lx, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if k := kindOf(e.label); k != "" && !contains(Kinds(), k) {
			t.Errorf("[%s] is no kind and no place", e.label)
		}
		if l, twice := seen[e.text]; twice && l != e.label {
			t.Errorf("%q stands for %s and for %s", e.text, l, e.label)
		}
		seen[e.text] = e.label
		if len(lx.featuresOf(e.text)) == 0 {
			t.Errorf("%q has nothing to learn from", e.text)
		}
	}
}

func contains(list []Kind, k Kind) bool {
	for _, x := range list {
		if x == k {
			return true
		}
	}
	return false
}

func TestExamplesBrokenAreToldByLine(t *testing.T) {
	for text, want := range map[string]string{"[p1": "line 1", "a note": "line 1", "[p1]\na\n[]": "line 3"} {
		if _, err := examples(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLearningGivesTheSameEveryTime(t *testing.T) {
	all, fresh := written(t)
	lx, _ := shipped()
	a, b := lx.train(all[:fresh], nil, nil), lx.train(all[:fresh], nil, nil)
	for i := range a.weight {
		if a.weight[i] != b.weight[i] {
			t.Fatalf("weight %d is %v and then %v", i, a.weight[i], b.weight[i])
		}
	}
}

func TestNobodyIsLearned(t *testing.T) {
	m, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ana", "marc", "helen", "priya", "tom", "陈静", "李伟", "王磊"} {
		if _, ok := m.index[name]; ok {
			t.Errorf("the model has learned %s", name)
		}
	}
}

// Every fresh example is read by a model of places that has not seen it: trained
// on four fifths, asked about the last. The floors are a little below what came out.
func TestCrossValidated(t *testing.T) {
	all, fresh := written(t)
	lx, _ := shipped()
	book, found := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(found)
	}
	var people []Person
	for i, x := range []Person{{Name: "Ana Ruiz", Title: "Head of Operations", Function: "operations"}, {Name: "Marc Weber", Title: "CFO", Function: "finance"}, {Name: "陈静", Title: "运营总监", Function: "运营"}, {Name: "李伟", Title: "财务总监", Function: "财务"}} {
		x.ID = throughline.PersonID(throughline.NewID(time.UnixMilli(1), [10]byte{9: byte(i + 1)}))
		people = append(people, x)
	}
	today, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	others, words, err := lx.placeSamples()
	if err != nil {
		t.Fatal(err)
	}
	const folds = 5
	var readers []*Reader
	for fold := range folds {
		var train []example
		for i, e := range all {
			if i >= fresh || i*7%folds != fold {
				train = append(train, e)
			}
		}
		r, err := New(book)
		if err != nil {
			t.Fatal(err)
		}
		m := lx.train(train, others, words)
		r.model = func() *model { return m }
		readers = append(readers, r)
	}
	names := map[bool]*strings.Replacer{true: strings.NewReplacer("X", "陈静", "Y", "李伟"), false: strings.NewReplacer("X", "Ana", "Y", "Marc")}
	var first, four, places int
	for i, e := range all[:fresh] {
		a := placeAddress(e.label)
		if a == "" {
			continue
		}
		places++
		got := readers[i*7%folds].Read(Note{Text: names[hasHan(e.text)].Replace(e.text), People: people, Today: today, Frontier: throughline.Align, From: Conversation})
		if len(got) == 0 {
			continue
		}
		if got[0].About == a {
			first, four = first+1, four+1
			continue
		}
		for _, o := range got[0].Others {
			if o == a {
				four++
			}
		}
	}
	t.Logf("place %d of %d, among four %d", first, places, four)
	if 100*first < 62*places || 100*four < 82*places {
		t.Error("less than before")
	}
}

func FuzzExamples(f *testing.F) {
	f.Add("# c\n[p1]\nX said it broke\n[nothing]\n发了资料")
	lx, err := shipped()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := examples(text)
		if err != nil {
			return
		}
		for _, e := range all {
			if e.label == "" || e.text == "" {
				t.Fatalf("%+v", e)
			}
			for _, x := range lx.featuresOf(e.text) {
				if x.name == "" || x.start < 0 || x.end > len(e.text) || x.end <= x.start {
					t.Fatalf("%+v of %q", x, e.text)
				}
			}
		}
	})
}

// BenchmarkLearn is what learning places anew takes.
func BenchmarkLearn(b *testing.B) {
	all, _ := written(b)
	lx, _ := shipped()
	for b.Loop() {
		lx.train(all, nil, nil)
	}
}
