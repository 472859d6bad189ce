package workshop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/draft"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/internal/playbook/howmany"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/playbooks"
)

// BeginInput says what a draft begins from. One of them; none begins from the
// playbook that ships.
type BeginInput struct {
	Name    string         `name:"name" json:"name,omitempty" help:"What the playbook is called."`
	Preset  string         `name:"preset" json:"preset,omitempty" help:"A market."`
	Version string         `name:"version" json:"version,omitempty" help:"A published version, by its hash; newest for what is in force."`
	Offers  []howmany.Cell `kong:"-" json:"offers,omitempty"` // what is sold to whom: the processes that needs
	Found   []FoundRule    `kong:"-" json:"found,omitempty"`  // groups that a history asks for, added to the version in force
	Archive []byte         `kong:"-" json:"archive,omitempty"`
	Once    string         `kong:"-" json:"once,omitempty"` // a form's token: sent twice it begins one draft
}

// FoundRule is a group of deals that goes its own way: what it is called, its
// rule, and the attributes that asks for, "=number" behind those that are numbers.
type FoundRule struct {
	Name  string   `json:"name"`
	When  string   `json:"when"`
	Knows []string `json:"knows"`
}

// Newest asks BeginDraft for the version in force.
const Newest = "newest"

// BeginDraft begins a draft.
func BeginDraft(ctx context.Context, b *Bench, in BeginInput) (Draft, error) {
	const op = "begin draft"
	out := Draft{Draft: store.Draft{ID: b.NewID(), Base: b.newest()}, Newest: b.newest()}
	if once, err := throughline.ParseID(in.Once); err == nil {
		if kept, err := b.Ledger.Draft(ctx, b.Workspace, once, 0); err == nil {
			return b.draft(kept)
		}
		out.ID = once
	}
	did := Did{Do: "begin"}
	var err error
	switch {
	case len(in.Archive) > 0:
		did.At = "archive"
		if out.Files, err = unpack(in.Archive); err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("archive", "the archive cannot be read: %v", "why", err))
		}
	case len(in.Found) > 0:
		did.At = "version"
		if out.Files, err = b.published(Newest); err != nil {
			return out, err
		}
		if err := out.processesFound(b, in.Found); err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", err)
		}
	case in.Version != "":
		did.At = "version"
		if out.Files, err = b.published(in.Version); err != nil {
			return out, err
		}
	case in.Preset != "":
		did.At = "preset"
		if f, ok := draft.Problem("preset", in.Preset); !ok {
			return out, throughline.Fail(op, throughline.NotFound, in.Preset, errors.New(f.Message+"; "+f.Hint))
		}
		written, err := draft.Of(draft.Answers{Name: in.Name, Preset: in.Preset})
		if err != nil {
			return out, err
		}
		out.Files = written.Files
		if err := out.besides(b, in.Preset); err != nil {
			return out, throughline.Fail(op, throughline.Internal, in.Preset, err)
		}
	default:
		if out.Files, err = filesOf(playbooks.Starter()); err != nil {
			return out, err
		}
		if len(in.Offers) > 0 {
			did.At = "offers"
			out.Beside.Offers = in.Offers
			if err := out.processesFor(b, in.Offers); err != nil {
				return out, throughline.Fail(op, throughline.Internal, "", err)
			}
		}
	}
	if name := strings.TrimSpace(in.Name); name != "" {
		if err := out.Files.WriteName(name); err != nil {
			return out, throughline.Fail(op, throughline.Invalid, "", err)
		}
	}
	if out.Files["playbook.yaml"] != nil && did.At != "archive" && did.At != "version" {
		if err := out.Files.WriteStatus(string(playbook.InProgress)); err != nil {
			return out, throughline.Fail(op, throughline.Internal, "", err)
		}
	}
	out.judge(b)
	out.name(b)
	return out, b.keep(ctx, &out, did)
}

// name calls the draft as its playbook is called.
func (d *Draft) name(b *Bench) {
	if d.Book != nil {
		d.Name = d.Book.Name.In(b.Language)
	}
	if d.Name == "" {
		d.Name = "…"
	}
}

// published gives the files of a published version; of the one in force, where
// none was published, what the deals follow now.
func (b *Bench) published(hash string) (edit.Files, error) {
	for i, v := range slices.Backward(b.Versions) {
		if hash == v.Hash || hash == Newest && i == len(b.Versions)-1 {
			files, err := unpack(v.Files)
			if err != nil {
				return nil, throughline.Fail("open published playbook", throughline.Corrupt, v.Hash, err)
			}
			return files, nil
		}
	}
	if hash == Newest && b.BookFiles != nil {
		return filesOf(b.BookFiles)
	}
	return nil, throughline.Fail("begin draft from version", throughline.NotFound, hash, nil)
}

func filesOf(folder fs.FS) (edit.Files, error) {
	archive, err := pack(folder)
	if err != nil {
		return nil, err
	}
	files, err := unpack(archive)
	if err != nil {
		return nil, throughline.Fail("read playbook", throughline.Invalid, "", err)
	}
	return files, nil
}

// roads are, for each way of buying, the process that a draft begins with, and
// what it is called.
var roads = map[howmany.Kind]struct {
	id   string
	name playbook.Text
}{
	howmany.Deciding:  {"standard", playbook.Text{"en": "They have to decide", "zh": "客户要先做决定"}},
	howmany.Practised: {"order", playbook.Text{"en": "Order on their steps", "zh": "按客户步骤下单"}},
	howmany.Public:    {"tender", playbook.Text{"en": "Tender under public law", "zh": "依公开法规招标"}},
}

// readRoad gives the file of one of the roads.
func readRoad(id string) ([]byte, error) {
	if id == "standard" {
		return fs.ReadFile(playbooks.Starter(), edit.RoadFile(id))
	}
	return fs.ReadFile(playbooks.Roads(), id+".yaml")
}

// processesFor writes the processes that a table of offers needs: one for each
// way of buying, the largest for what no rule takes.
func (d *Draft) processesFor(b *Bench, offers []howmany.Cell) error {
	book, _ := b.Compile(source.Memory(d.Files))
	if book == nil {
		return errUnusable
	}
	answer := howmany.Count(offers, book)
	delete(d.Files, edit.RoadFile("standard"))
	asked := map[string]bool{}
	for i, g := range answer.Groups {
		road := roads[g.Kind]
		text, err := readRoad(road.id)
		if err != nil {
			return err
		}
		d.Files[edit.RoadFile(road.id)] = text
		when := "-"
		if i > 0 {
			when = g.CEL
			for _, a := range g.Rule.Attrs() {
				asked[a] = true
			}
		}
		for _, language := range []string{"en", "zh"} {
			if err := d.Files.WriteProcess(road.id, language, road.name[language], when); err != nil {
				return err
			}
		}
	}
	for attribute, of := range map[string]func(howmany.Cell) string{"offer": func(c howmany.Cell) string { return c.Offer },
		"market": func(c howmany.Cell) string { return c.Market }} {
		if !asked[attribute] {
			continue
		}
		var values []string
		for _, c := range offers {
			if v := of(c); v != "" && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if err := d.Files.WriteKnows(attribute, false, values); err != nil {
			return err
		}
	}
	return d.settleMapping(b)
}

// processesFound adds a process for each group that a history asks for, a copy of
// the one that takes what no rule does; a rule that a process has already adds none.
func (d *Draft) processesFound(b *Bench, found []FoundRule) error {
	for _, g := range found {
		book, _ := b.Compile(source.Memory(d.Files))
		if book == nil {
			return errUnusable
		}
		if slices.ContainsFunc(book.Processes, func(pr playbook.Process) bool { return pr.When.CEL == g.When || pr.When.Tree.String() == g.When }) {
			continue
		}
		from, _ := book.Choose(nil)
		id := edit.Slug(g.Name, "process")
		for n, base := 2, id; d.Files[edit.RoadFile(id)] != nil; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		d.Files[edit.RoadFile(id)] = d.Files[edit.RoadFile(from.ID)]
		for l := range from.Name.Text {
			if err := d.Files.WriteProcess(id, l, g.Name, g.When); err != nil {
				return err
			}
		}
		next, _ := b.Compile(source.Memory(d.Files))
		if next == nil {
			return errUnusable
		}
		if own, _ := next.ProcessCalled(id); slices.ContainsFunc(
			book.Processes,
			func(pr playbook.Process) bool { return alikeRules(pr.When, own.When) },
		) {
			delete(d.Files, edit.RoadFile(id))
			continue
		}
		for _, a := range g.Knows {
			a, kind, _ := strings.Cut(a, "=")
			if slices.ContainsFunc(book.Knows, func(k playbook.Attribute) bool { return k.Name == a }) || a == "class" {
				continue
			}
			if err := d.Files.WriteKnows(a, kind == "number", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// alikeRules reports whether two rules ask for the same values of the same
// attributes, in whatever order they stand.
func alikeRules(a, b playbook.Rule) bool {
	x, y := a.Tree.Asked(), b.Tree.Asked()
	return len(x) > 0 && a.Tree.Op == b.Tree.Op && a.Tree.Size() == b.Tree.Size() && maps.EqualFunc(x, y, func(v, w []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(v)), slices.Sorted(slices.Values(w)))
	})
}

// settleMapping takes out of the mapping what names stages that are not there.
func (d *Draft) settleMapping(b *Bench) error {
	book, found := b.Compile(source.Memory(d.Files))
	if book == nil || !found.Errors() {
		return nil
	}
	node, _ := source.Parse("mapping.yaml", d.Files["mapping.yaml"], mappingShape())
	for _, e := range node.Get("stages").Pairs() {
		if _, there := book.Stage(throughline.Address(e.Key)); !there {
			if err := d.Files.WriteMapping(e.Key, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func mappingShape() *source.Shape {
	kind, _ := source.Playbook().Of("mapping.yaml")
	return kind.Shape
}

// ListPresets gives the markets that a draft may begin from.
func ListPresets(_ context.Context, b *Bench) (PresetList, error) {
	out := PresetList{Presets: []PresetView{}}
	for _, p := range compile.Presets() {
		out.Presets = append(out.Presets, PresetView{ID: p.ID, Name: p.Name.Text.In(b.Language), Differs: p.Differs.Text.In(b.Language)})
	}
	return out, nil
}

// PresetList is the answer of ListPresets.
type PresetList struct {
	Presets []PresetView `json:"presets"`
}

// PresetView is a market in one language.
type PresetView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Differs string `json:"differs"`
}
