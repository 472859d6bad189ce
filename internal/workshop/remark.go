package workshop

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// Remark is a line that somebody of ours said of an element of the playbook,
// where it met them at work. Whoever said it may take it back; whoever makes the
// playbook answers.
type Remark struct {
	Number  int                  `json:"number"`
	About   throughline.Address  `json:"about"`
	Element playbook.Text        `json:"element,omitempty"` // its name, as the newest playbook that has it says
	Gone    bool                 `json:"gone,omitempty"`    // the playbook in force has it no more
	Text    string               `json:"text"`
	By      throughline.PersonID `json:"by,omitzero"`
	Name    string               `json:"name,omitempty"`
	At      time.Time            `json:"at"`
	Answers []Answer             `json:"answers"`
	Mine    bool                 `json:"mine,omitempty"` // whoever asks may take it back
}

// Answer is what was said to a remark.
type Answer struct {
	Text string               `json:"text"`
	By   throughline.PersonID `json:"by,omitzero"`
	Name string               `json:"name,omitempty"`
	At   time.Time            `json:"at"`
}

// Remarks are remarks, the newest first.
type Remarks struct {
	Remarks []Remark `json:"remarks"`
	Open    int      `json:"open"`           // of all that stand: nobody has answered yet
	Back    int      `json:"back"`           // that were taken back, and are not among them
	Next    string   `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
}

// RemarkInput is a remark.
type RemarkInput struct {
	About string `arg:"" name:"about" json:"about" help:"What of the playbook: its address, such as process/standard/milestone/problem-owned, or the end of it."`
	Text  string `arg:"" name:"text" json:"text" help:"One line: what of it helps, or does not."`
}

// RemarkPick names a remark.
type RemarkPick struct {
	Number int `arg:"" name:"number" path:"number" json:"number" help:"The remark's number, as the list has it."`
}

// AnswerInput answers a remark.
type AnswerInput struct {
	RemarkPick
	Text string `arg:"" name:"text" json:"text" help:"What becomes of it, and why."`
}

// RemarksInput says which remarks.
type RemarksInput struct {
	About string          `name:"about" placeholder:"ADDRESS" query:"about" json:"about,omitempty" help:"Only of this element."`
	Open  bool            `name:"open" query:"open" json:"open,omitempty" help:"Only those that nobody has answered."`
	Since throughline.Day `name:"since" placeholder:"DAY" query:"since" json:"since,omitzero" help:"Only those said from this day on."`
	desk.Paging
}

// remarkRoom is where remarks stand in the register, which appends lines, seals
// them and takes names out when somebody is erased. All of them are of one
// subject, so that the register numbers them in the order of saying.
const remarkRoom = store.RemarkRoom

var remarkSubject = throughline.ID{15: 1}

// The kinds of line.
const (
	remarkSaid   = "said"
	remarkBack   = "taken_back"
	remarkAnswer = "answered"
)

// longestRemark bounds a line, in characters.
const longestRemark = 300

// remarkText is a line as it is kept; what is empty or too long is refused.
func remarkText(op, text string) (string, error) {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("remark_empty", "a remark needs a line of words"))
	case n > longestRemark:
		return "", throughline.Fail(op, throughline.Invalid, "",
			throughline.Refuse("long_characters", "%s is %d characters long; at most %d fit", "field", "the line", "n", n, "most", longestRemark))
	}
	return text, nil
}

// books are the playbooks that deals follow, the one in force first.
func (b *Bench) books() []*playbook.Playbook {
	var out []*playbook.Playbook
	if b.Book != nil {
		out = append(out, b.Book)
	}
	for i := len(b.Versions) - 1; i >= 0; i-- {
		if v := b.Versions[i].Book; v != nil && v != b.Book {
			out = append(out, v)
		}
	}
	return out
}

// element finds what of the playbook is meant: by its address, or by the end of
// one where no other ends so. Elements of earlier versions are found too, since
// open deals follow those.
func (b *Bench) element(op, word string) (throughline.Address, error) {
	word = strings.Trim(strings.TrimSpace(word), "/")
	var known []string
	for _, book := range b.books() {
		var ends []throughline.Address
		for _, e := range book.Elements() {
			if string(e.Addr) == word {
				return e.Addr, nil
			}
			if strings.HasSuffix(string(e.Addr), "/"+word) {
				ends = append(ends, e.Addr)
			}
			known = append(known, string(e.Addr), e.Addr.Last())
		}
		if len(ends) == 1 {
			return ends[0], nil
		}
		if len(ends) > 1 {
			return "", throughline.Fail(op, throughline.Invalid, word, throughline.Refuse("remark_which", "%s ends several addresses; one of %s is meant",
				"word", word, "known", diag.List(spelled(ends))))
		}
	}
	if near := diag.Nearest(word, known); near != "" {
		return "", throughline.Fail(op, throughline.NotFound, word, throughline.Refuse("unknown_near", "%q is not known; did you mean %q?", "word", word, "near", near))
	}
	return "", throughline.Fail(op, throughline.NotFound, word, throughline.Refuse("remark_about", "the playbook has no %q", "word", word))
}

func spelled(list []throughline.Address) (out []string) {
	for _, a := range list {
		out = append(out, string(a))
	}
	return out
}

// remark writes a line of the register.
func (b *Bench) remark(ctx context.Context, kind string, line store.RemarkLine) error {
	line.By = b.Author
	body, err := json.Marshal(line)
	if err != nil {
		return throughline.Fail("keep remark", throughline.Internal, "", err)
	}
	return b.Ledger.Admit(ctx, b.Workspace, store.Admission{Room: remarkRoom, Subject: remarkSubject, Kind: kind, At: b.Now().UTC(), Body: body})
}

// remarks reads all that stand, the newest first, and how many were taken back.
func (b *Bench) remarks(ctx context.Context) (Remarks, error) {
	if b.Ledger == nil { // a playbook's folder alone
		return Remarks{Remarks: []Remark{}}, nil
	}
	lines, err := b.Ledger.Admissions(ctx, b.Workspace, remarkRoom, remarkSubject)
	if err != nil {
		return Remarks{}, err
	}
	byNumber, back := map[int]*Remark{}, map[int]bool{}
	var order []int
	people := map[throughline.PersonID]bool{}
	for _, l := range lines {
		said, err := store.ReadRemark(l.Body)
		if err != nil {
			continue // admin check tells of it
		}
		people[said.By] = true
		switch l.Kind {
		case remarkSaid:
			byNumber[l.N] = &Remark{Number: l.N, About: said.About, Text: said.Text, By: said.By, At: l.At.In(b.Days()), Answers: []Answer{},
				Mine: said.By == b.Author || b.Author.IsZero()}
			order = append(order, l.N)
		case remarkBack:
			back[said.Of] = true
		case remarkAnswer:
			if r := byNumber[said.Of]; r != nil {
				r.Answers = append(r.Answers, Answer{Text: said.Text, By: said.By, At: l.At.In(b.Days())})
			}
		}
	}
	delete(people, throughline.PersonID{})
	ids := make([]throughline.PersonID, 0, len(people))
	for id := range people {
		ids = append(ids, id)
	}
	known, err := b.Read().People(ctx, ids)
	if err != nil {
		return Remarks{}, err
	}
	named := b.namedElements()
	out := Remarks{Remarks: []Remark{}, Back: len(back)}
	for _, n := range order {
		r := byNumber[n]
		if back[n] {
			continue
		}
		e := named[r.About]
		r.Name, r.Element, r.Gone = known[r.By].Name, e.name, !e.here
		for i := range r.Answers {
			r.Answers[i].Name = known[r.Answers[i].By].Name
		}
		if len(r.Answers) == 0 {
			out.Open++
		}
		out.Remarks = append(out.Remarks, *r)
	}
	slices.SortStableFunc(out.Remarks, func(x, y Remark) int { return cmp.Compare(y.Number, x.Number) })
	return out, nil
}

// namedElement is how an element is called, and whether the playbook in force has it.
type namedElement struct {
	name playbook.Text
	here bool
}

func (b *Bench) namedElements() map[throughline.Address]namedElement {
	out := map[throughline.Address]namedElement{}
	for _, book := range b.books() {
		for _, e := range book.Elements() {
			if _, ok := out[e.Addr]; !ok {
				out[e.Addr] = namedElement{e.Name, book == b.Book}
			}
		}
	}
	return out
}

// numbered finds a remark that stands.
func (b *Bench) numbered(ctx context.Context, op string, n int) (Remark, error) {
	all, err := b.remarks(ctx)
	if err != nil {
		return Remark{}, err
	}
	for _, r := range all.Remarks {
		if r.Number == n {
			return r, nil
		}
	}
	return Remark{}, throughline.Fail(op, throughline.NotFound, "", throughline.Refuse("remark_none", "there is no remark %d, or it was taken back", "n", n))
}

// RemarkAbout is an element, by its name.
type RemarkAbout struct {
	About   throughline.Address `json:"about"`
	Element playbook.Text       `json:"element"`
}

// NameElement names an element of the playbook as remarks may.
func NameElement(_ context.Context, b *Bench, in RemarksInput) (RemarkAbout, error) {
	about, err := b.element("name what of the playbook", in.About)
	return RemarkAbout{about, b.namedElements()[about].name}, err
}

// SayRemark keeps a remark. The same words of the same person about the same
// element, while they stand, are the same remark.
func SayRemark(ctx context.Context, b *Bench, in RemarkInput) (Remark, error) {
	const op = "say of the playbook"
	about, err := b.element(op, in.About)
	if err != nil {
		return Remark{}, err
	}
	text, err := remarkText(op, in.Text)
	if err != nil {
		return Remark{}, err
	}
	find := func() (Remark, bool, error) {
		all, err := b.remarks(ctx)
		for _, r := range all.Remarks {
			if r.About == about && r.By == b.Author && r.Text == text && len(r.Answers) == 0 {
				return r, true, err
			}
		}
		return Remark{}, false, err
	}
	if r, said, err := find(); said || err != nil {
		return r, err
	}
	if err := b.remark(ctx, remarkSaid, store.RemarkLine{About: about, Text: text}); err != nil {
		return Remark{}, err
	}
	r, _, err := find()
	return r, err
}

// UnsayRemark takes a remark back. Only whoever said it may; and whoever is at a
// desk at which nobody signs in and nobody said who they are, who may do everything.
func UnsayRemark(ctx context.Context, b *Bench, in RemarkPick) (Remark, error) {
	const op = "take back what was said of the playbook"
	r, err := b.numbered(ctx, op, in.Number)
	if err != nil {
		return r, err
	}
	if !r.Mine {
		return Remark{}, throughline.Fail(op, throughline.Denied, "", throughline.Refuse("remark_theirs", "only whoever said it takes a remark back"))
	}
	return r, b.remark(ctx, remarkBack, store.RemarkLine{Of: r.Number})
}

// AnswerRemark answers a remark; an answer to the same in the same words is the same.
func AnswerRemark(ctx context.Context, b *Bench, in AnswerInput) (Remark, error) {
	const op = "answer what was said of the playbook"
	text, err := remarkText(op, in.Text)
	if err != nil {
		return Remark{}, err
	}
	r, err := b.numbered(ctx, op, in.Number)
	if err != nil {
		return r, err
	}
	if n := len(r.Answers); n > 0 && r.Answers[n-1].Text == text && r.Answers[n-1].By == b.Author {
		return r, nil
	}
	if err := b.remark(ctx, remarkAnswer, store.RemarkLine{Of: r.Number, Text: text}); err != nil {
		return r, err
	}
	return b.numbered(ctx, op, in.Number)
}

// ListRemarks gives what was said of the playbook and stands.
func ListRemarks(ctx context.Context, b *Bench, in RemarksInput) (Remarks, error) {
	const op = "list what was said of the playbook"
	walk, err := in.Walk(op, b.Now(), in.About, in.Open, in.Since)
	if err != nil {
		return Remarks{}, err
	}
	out, err := b.remarks(ctx)
	if err != nil {
		return out, err
	}
	about := throughline.Address("")
	if in.About != "" {
		if about, err = b.element(op, in.About); err != nil {
			return out, err
		}
	}
	out.Remarks = slices.DeleteFunc(out.Remarks, func(r Remark) bool {
		return about != "" && r.About != about || in.Open && len(r.Answers) > 0 ||
			!in.Since.IsZero() && throughline.DayOf(r.At, b.Days()).Compare(in.Since) < 0
	})
	out.Remarks, out.Next = desk.Cut(walk, in.Limit, out.Remarks, func(r Remark) []desk.Key { return []desk.Key{desk.Newest(int64(r.Number))} })
	return out, nil
}
