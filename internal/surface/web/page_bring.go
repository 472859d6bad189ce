package web

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
)

// bringView is the page on which files are handed over.
type bringView struct {
	frame
	Why   string // why those before could not be taken
	Found []findingLine
	Most  int // megabytes
	Kinds []string
}

// findingLine is a finding, for a person who does not know what a check is.
type findingLine struct {
	Grave              bool
	Place, Text, Count string
	Hint               string
}

// broughtView is how files would be read, how far the reading is, or what came of it.
type broughtView struct {
	frame
	Token   string
	Names   []string
	Heading string
	Lede    string
	Kind    importing.BroughtKind
	Lacks   bool
	Choices []broughtChoice
	Spare   []broughtChoice // that no column serves
	Words   []broughtWord
	Unknown int
	Groups  []optionGroup
	Beside  []string
	Aside   []string
	Found   []findingLine
	Dates   []option
	Money   string
	File    string
	Mapping string

	Running bool
	Share   int // of a thousand
	Doing   string

	Done     bool
	Undone   bool
	Nothing  bool // nothing came in
	CanUndo  bool
	Sentence []string
	Why      string
}

type broughtChoice struct {
	Field, Word, Values string
	Missing             bool
	Together            string // several columns that are the id together
	Options             []option
}

type broughtWord struct {
	Field, Of, Word, Count string
	Means                  string
}

type optionGroup struct {
	Label   string
	Options []option
}

func (s *site) bring(v *visit) (component, error) { return bringPage(v.bringStart("", nil)), nil }

func (v *visit) bringStart(why string, files *importing.Brought) bringView {
	out := bringView{frame: v.frame(v.p.Say("bring.title"), ""), Why: why, Most: mostUpload >> 20}
	out.Kinds = append(out.Kinds, importing.Systems()...)
	if files != nil {
		out.Found = findingLines(v.p, files.Found)
	}
	return out
}

// findingLines says findings, the grave ones first, so many as a person reads.
func findingLines(p *phrase.Phrase, fs diag.Findings) (out []findingLine) {
	const most = 12
	sorted := slices.Clone(fs)
	rank := map[diag.Severity]int{diag.Error: 0, diag.Warning: 1, diag.Hint: 2}
	slices.SortStableFunc(sorted, func(a, b diag.Finding) int { return rank[a.Severity] - rank[b.Severity] })
	for _, f := range sorted {
		if f.Check == "unused-file" {
			continue // it was shown before
		}
		if f.Severity == diag.Hint && f.Check != "no-currency" && f.Check != "id-made" && f.Check != "end-dates" && f.Check != "deal-unclear" {
			continue
		}
		counted := false
		line := findingLine{Grave: f.Severity == diag.Error, Text: phrase.Initial(f.Message), Hint: phrase.Initial(f.Hint)}
		if key := "bring.finding." + f.Check; p.Has(key) {
			line.Text, line.Hint = p.Say(key, "n", max(f.Count, 1), "field", f.Field, "value", f.Value), ""
			counted = strings.Contains(line.Text, p.Number(f.Count))
		}
		if f.Range.File != "" {
			line.Place = filepath.Base(f.Range.File)
			if f.Range.Begin.Line > 1 {
				line.Place += ":" + strconv.Itoa(f.Range.Begin.Line)
			}
		}
		if f.Count > 1 && !counted {
			line.Count = p.Say("bring.times", "n", f.Count)
		}
		if out = append(out, line); len(out) == most {
			break
		}
	}
	return out
}

func (s *site) bringGone(v *visit) (component, error) {
	v.status = 404
	return bringPage(v.bringStart(v.p.Say("bring.gone"), nil)), nil
}

// broughtPage shows what was brought.
func (s *site) brought(v *visit) (component, error) {
	b, ok := s.waiting.of(v.Request)
	if !ok || !v.desk.May(member.Imports, true) {
		return s.bringGone(v)
	}
	return v.broughtNow(b), nil
}

func (v *visit) broughtNow(b *brought) component {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := v.p
	out := broughtView{frame: v.frame(p.Say("bring.title"), ""), Token: b.token, Names: b.names, Kind: b.files.Kind}
	switch {
	case b.running:
		out.Running, out.Heading = true, p.Say("bring.running")
		if b.at.Total > 0 {
			out.Share = int(1000 * b.at.Done / b.at.Total)
		}
		out.Doing = p.Percent(float64(out.Share) / 1000)
		v.refresh = 1
		return broughtPage(out)
	case b.done != nil:
		v.broughtDone(b, &out)
		return broughtPage(out)
	case b.err != nil:
		out.Heading, out.Why = p.Say("bring.failed"), cause(b.err)
		if out.CanUndo = len(b.undo) > 0; b.undone != nil {
			out.Done, out.Undone, out.Heading, out.Why = true, true, p.Say("bring.undone", "n", b.undone.Facts), ""
		}
		return broughtPage(out)
	}
	f := b.files
	out.Heading = p.Say("bring.is", "what", f.System)
	switch {
	case f.Kind == importing.BroughtLog:
		out.Heading = p.Say("bring.is_log")
	case f.Lacks:
		out.Heading = p.Say("bring.lacks")
	case f.System == "":
		out.Heading = p.Say("bring.is_table")
	}
	out.Lede, out.Lacks, out.File = strings.Join(b.names, ", "), f.Lacks, f.DealsFile()
	out.Found, out.Mapping, out.Money = findingLines(p, f.Found), string(f.Mapping()), f.Currency()
	for _, o := range []string{"", "dmy", "mdy", "ymd"} {
		out.Dates = append(out.Dates, option{Value: o, Word: p.Say("bring.dates." + orElse(o, "seen")), Chosen: f.Dates() == o})
	}
	columns := f.Columns()
	if len(columns) > 400 {
		columns = columns[:400]
	}
	for _, c := range f.Choices() {
		one := broughtChoice{
			Field:   "col." + c.Key,
			Word:    p.Say("bring.column." + c.Key),
			Values:  strings.Join(c.Values, " · "),
			Missing: c.Column == "?",
		}
		none := option{Value: "", Word: p.Say("bring.none")}
		if c.Key == "id" && f.MadeID() {
			one.Together = p.Say("bring.together", "columns", c.Column)
			if c.Column == "#" {
				one.Together = p.Say("bring.by_line")
			}
			none.Word = one.Together
		}
		one.Options = append(one.Options, none)
		if c.Key == "id" && one.Together == "" {
			one.Options = append(one.Options, option{Value: importing.TogetherID, Word: p.Say("bring.made_id")})
		}
		for _, name := range columns {
			if name != "" {
				one.Options = append(one.Options, option{Value: name, Word: name, Chosen: name == c.Column && one.Together == ""})
			}
		}
		if c.Column == "" && !slices.Contains([]string{"id", "title", "opened", "closed"}, c.Key) {
			out.Spare = append(out.Spare, one)
			continue
		}
		out.Choices = append(out.Choices, one)
	}
	v.broughtWords(f, &out)
	for _, t := range f.Beside() {
		out.Beside = append(out.Beside, p.Say("bring.beside."+t.Holds, "file", t.Name))
	}
	out.Aside = f.Aside()
	return broughtPage(out)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// mostWords is how many words of stages a page asks about.
const mostWords = 40

// broughtWords asks what the words of stages and ends mean, by the stages of
// the playbook with the question each serves, and by the ends.
func (v *visit) broughtWords(f *importing.Brought, out *broughtView) {
	p, book := v.p, v.desk.Book
	for i, w := range f.Words() {
		if w.Means == "" {
			out.Unknown++
		}
		if i < mostWords {
			out.Words = append(
				out.Words,
				broughtWord{Field: "word." + strconv.Itoa(i), Of: "of." + strconv.Itoa(i), Word: w.Word, Count: p.Number(w.N), Means: w.Means},
			)
		}
	}
	if len(out.Words) == 0 {
		return
	}
	for _, pr := range book.Processes {
		g := optionGroup{Label: p.Process(book, pr.Address())}
		for _, st := range pr.Stages {
			word := st.Name.Text.In(p.Code())
			if ask := p.Phase(book, st.Serves); ask != "" && ask != word {
				word = p.Say("bring.stage_asks", "stage", word, "phase", ask)
			}
			g.Options = append(g.Options, option{Value: string(st.Addr), Word: word})
		}
		out.Groups = append(out.Groups, g)
	}
	ends := optionGroup{Label: p.Say("bring.ends")}
	for _, o := range throughline.Outcomes() {
		ends.Options = append(ends.Options, option{Value: string(o), Word: phrase.Initial(p.Outcome(o))})
	}
	out.Groups = append(out.Groups, ends, optionGroup{Label: p.Say("bring.neither"), Options: []option{{Value: "open", Word: p.Say("bring.no_end")}}})
}

func (v *visit) broughtDone(b *brought, out *broughtView) {
	p, r := v.p, b.done
	out.Done, out.Heading = true, p.Say("bring.done", "n", r.DealRows)
	if b.files.Kind == importing.BroughtLog || r.DealRows == 0 {
		out.Heading = p.Say("bring.done", "n", r.Deals)
	}
	out.Sentence = []string{p.Say("cli.read", "n", r.Rows, "added", p.Number(r.Added), "known", p.Number(r.Known), "rejected", p.Number(r.Rejected))}
	out.Found = findingLines(p, r.Report.Findings)
	if r.Added+r.Known == 0 && r.Report.Findings.Errors() {
		out.Heading, out.Sentence, out.Nothing = p.Say("bring.failed"), nil, true
	}
	out.CanUndo = len(b.undo) > 0 && b.undone == nil
	if b.undone != nil {
		out.Undone = true
		out.Heading = p.Say("bring.undone", "n", b.undone.Facts)
		out.Sentence, out.Found = nil, nil
	}
}

// postBrought corrects how files are read, takes them, or refuses them.
func (s *site) postBrought(v *visit) (component, error) {
	b, ok := s.waiting.of(v.Request)
	if !ok || !v.desk.May(member.Imports, true) {
		return s.bringGone(v)
	}
	act := v.PostFormValue("act")
	if act == "refuse" {
		b.refused()
		v.goTo = "/bring"
		return nil, nil
	}
	if act == "undo" {
		return s.undoBrought(v, b)
	}
	change := importing.BroughtChange{
		Columns:  map[string]string{},
		Words:    map[string]string{},
		Dates:    v.PostFormValue("dates"),
		Currency: v.PostFormValue("currency"),
	}
	for name, values := range v.PostForm {
		if key, ok := strings.CutPrefix(name, "col."); ok && len(values) > 0 {
			change.Columns[key] = values[0]
		}
		if n, ok := strings.CutPrefix(name, "word."); ok && len(values) > 0 {
			if of := v.PostForm.Get("of." + n); of != "" {
				change.Words[of] = values[0]
			}
		}
	}
	b.mu.Lock()
	if !b.running && b.done == nil {
		b.files = b.files.Change(change)
	}
	lacks := b.files.Lacks
	b.mu.Unlock()
	if act == "take" && !lacks {
		s.take(b, v.desk)
	}
	v.goTo = "/bring/" + b.token
	return nil, nil
}

func (s *site) undoBrought(v *visit, b *brought) (component, error) {
	b.mu.Lock()
	ids := b.undo
	b.mu.Unlock()
	if len(ids) == 0 {
		return s.bringGone(v)
	}
	var all importing.ImportUndone
	for _, id := range ids {
		undone, err := ask[importing.ImportUndone](v, operation.UndoImport, &importing.UndoImportInput{ID: id.String()})
		if err != nil {
			return v.again(err)
		}
		all.Facts += undone.Facts
	}
	b.mu.Lock()
	b.undone, b.undo = &all, nil
	b.mu.Unlock()
	v.goTo = "/bring/" + b.token
	return nil, nil
}
