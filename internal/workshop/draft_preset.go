package workshop

import (
	"slices"

	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/playbooks"
)

// aside is the second process of a market in which two things are bought in two
// ways (DOMAIN 4.6, 10): on the customer's own steps, with some of the market's
// milestones in place of those of the road it is copied from.
type aside struct {
	name     playbook.Text
	purchase []string // what a deal's purchase may be, the first of which takes it
	moved    []string // milestones of the market that stand on it
	instead  []string // and those of its own road that make way
	lives    bool     // the other process ends in use and with a result, as the playbook that ships does
}

var (
	orders = aside{name: playbook.Text{"en": "Order on their steps", "zh": "按客户步骤下单"}, purchase: []string{"order", "first", "replacement"}}

	asides = map[string]aside{
		"industrial-products": orders, // consumables and spares beside capital equipment
		"embedded-components": orders, // supply beside being designed in
		"us-federal":          orders, // an order on a vehicle beside a solicitation
		"land-and-expand": {name: playbook.Text{"en": "Land with one team", "zh": "先落地一个团队"}, purchase: []string{"land", "expand"},
			moved: []string{"first-user-works", "colleague-shown", "result-told"}, instead: []string{"in-use", "delivery-rated"}, lives: true},
	}
)

// besides adds the second process of a market, where it has one.
func (d *Draft) besides(b *Bench, preset string) error {
	a, ok := asides[preset]
	if !ok {
		return nil
	}
	text, err := readRoad("order")
	if err != nil {
		return err
	}
	id := a.purchase[0]
	d.Files[edit.RoadFile(id)] = text
	for _, l := range []string{"en", "zh"} {
		if err := d.Files.WriteProcess(id, l, a.name[l], `purchase == "`+id+`"`); err != nil {
			return err
		}
	}
	if err := d.Files.WriteKnows("purchase", false, a.purchase); err != nil {
		return err
	}
	shipped := compile.Presets()
	market := shipped[slices.IndexFunc(shipped, func(p playbook.Preset) bool { return p.ID == preset })]
	for _, m := range market.Milestones {
		if !slices.Contains(a.moved, m.ID) {
			continue
		}
		if err := d.Files.DropMilestone("standard", m.ID); err != nil {
			return err
		}
		said := edit.Milestone{
			ID:        m.ID,
			Language:  "en",
			Statement: m.Name.Text.In("en"),
			Short:     m.Short.Text.In("en"),
			Serves:    m.Serves,
			Step:      m.Step,
		}
		as, err := d.Files.AddMilestone(id, "used", said)
		if err != nil {
			return err
		}
		zh := edit.Milestone{ID: as, Language: "zh", Statement: m.Name.Text["zh"], Short: m.Short.Text["zh"]}
		if err := d.Files.WriteMilestone(id, zh); err != nil {
			return err
		}
	}
	for _, own := range a.instead {
		if err := d.Files.DropMilestone(id, own); err != nil {
			return err
		}
	}
	if err := d.dropEmpty(b, "standard"); err != nil || !a.lives {
		return err
	}
	return d.addLife(b)
}

// addLife ends a process as the one that ships does: people work the new way,
// and the result is told.
func (d *Draft) addLife(b *Bench) error {
	book, _ := b.Compile(playbooks.Starter())
	if book == nil {
		return errUnusable
	}
	pr := book.Processes[0]
	last := pr.Stages[len(pr.Stages)-1]
	stage, err := d.Files.AddStage("standard", edit.Stage{Language: "en", Name: last.Name.Text.In("en"), Serves: last.Serves})
	if err == nil {
		err = d.Files.WriteStage("standard", edit.Stage{ID: stage, Language: "zh", Name: last.Name.Text.In("zh")})
	}
	for _, m := range pr.Milestones {
		if err != nil || m.Stage != last.Addr {
			continue
		}
		if _, err = d.Files.AddMilestone("standard", stage, edit.Milestone{ID: m.ID, Language: "en", Statement: m.Name.Text.In("en"),
			Short: m.Short.Text.In("en"), Serves: m.Serves}); err == nil {
			err = d.Files.WriteMilestone(
				"standard",
				edit.Milestone{ID: m.ID, Language: "zh", Statement: m.Name.Text.In("zh"), Short: m.Short.Text.In("zh")},
			)
		}
	}
	return err
}

// dropEmpty takes away the stages of a process that have no milestone left.
func (d *Draft) dropEmpty(b *Bench, process string) error {
	d.judge(b)
	pr, ok := d.process(process)
	if !ok {
		return nil
	}
	for _, s := range pr.Stages {
		if !slices.ContainsFunc(pr.Milestones, func(m playbook.Milestone) bool { return m.Stage == s.Addr }) {
			if err := d.Files.DropStage(process, s.ID); err != nil {
				return err
			}
		}
	}
	return d.settleMapping(b)
}
