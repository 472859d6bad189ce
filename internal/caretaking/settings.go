package caretaking

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TimezoneSetting is the name of the setting that says whose days are counted.
const TimezoneSetting = setting.Timezone

// ManageSettings does the work of operation.ManageSettings: show or change what the company has settled.
func ManageSettings(ctx context.Context, d *Desk, in SettingsInput) (Settled, error) {
	switch {
	case in.Name == "undo" && in.Value == "":
		return undoSettings(ctx, d, time.Time{})
	case in.Name == "" || in.Value == "" && setting.Known(in.Name):
		return settled(ctx, d)
	}
	return ChangeSettings(ctx, d, SettingChanges{Changes: []SettingsInput{in}})
}

// ShowSettings does the work of operation.ShowSettings: what the company has settled.
func ShowSettings(ctx context.Context, d *Desk, _ desk.Nothing) (Settled, error) {
	return settled(ctx, d)
}

// UndoSettings does the work of operation.UndoSettings: take the last change of a setting back.
func UndoSettings(ctx context.Context, d *Desk, in SettingsBack) (Settled, error) {
	return undoSettings(ctx, d, in.At)
}

// SettingsBack names the change that is to be taken back.
type SettingsBack struct {
	At time.Time `json:"at,omitzero"` // when it was made; without one it is the last, whoever made it
}

// Looks reports whether nothing is changed by it.
func (in SettingsInput) Looks() bool { return in.Name == "" }

// SettingsInput says which setting to change, and to what.
type SettingsInput struct {
	Name  string `arg:"" optional:"" name:"name" json:"name,omitempty" help:"The setting: name, timezone, currency, rate.CODE, fiscal_year, working_days, language, counting, deals_seen (everybody, team or own), target.PERIOD; undo takes the last change back."`
	Value string `arg:"" optional:"" name:"value" json:"value,omitempty" help:"What it is from now on; default takes it back."`
}

// SettingChanges are several settings to be changed together.
type SettingChanges struct {
	Changes []SettingsInput `json:"changes"`
}

// Settled is what the company has settled, and what follows from it here.
type Settled struct {
	Settings []store.Setting                 `json:"settings"` // as kept in the database
	Zone     string                          `json:"zone"`     // in force; "machine": nobody has said one
	Offset   string                          `json:"offset"`   // of it now, east of UTC: "+02:00"
	Today    throughline.Day                 `json:"today"`    // in it
	Last     []SettingChange                 `json:"last"`     // what was changed last, together
	Sellers  map[throughline.PersonID]string `json:"sellers"`  // the names of those who have targets

	Company setting.Company `json:"-"`
}

// SettingChange is a setting before and after it was changed; empty where none held.
type SettingChange struct {
	Name   string    `json:"name"`
	Before string    `json:"before"`
	After  string    `json:"after"`
	At     time.Time `json:"at"`
}

func settled(ctx context.Context, d *Desk) (Settled, error) {
	past, err := d.Read().SettingsPast(ctx)
	if err != nil {
		return Settled{}, err
	}
	kept, err := d.Read().Settings(ctx)
	past, kept = slices.DeleteFunc(past, showing.IsView), slices.DeleteFunc(kept, showing.IsView) // those stand over the list
	out := Settled{Settings: append([]store.Setting{}, kept...), Zone: zoneWord(d.Days()), Offset: d.Present().Format("-07:00"), Today: d.Today(),
		Last: lastChange(past), Company: setting.Of(kept), Sellers: map[throughline.PersonID]string{}}
	if err != nil {
		return out, err
	}
	var ids []throughline.PersonID
	for _, t := range out.Company.Targets {
		if !t.Seller.IsZero() {
			ids = append(ids, t.Seller)
		}
	}
	people, err := d.Read().People(ctx, desk.Distinct(ids))
	for id, p := range people {
		out.Sellers[id] = p.Name
	}
	return out, err
}

// lastChange gives what was changed at the newest instant, with what held before.
func lastChange(past []store.Setting) []SettingChange {
	out := []SettingChange{}
	for i, s := range past {
		if len(out) > 0 && s.Since.Before(out[0].At) {
			continue
		}
		c := SettingChange{Name: s.Name, After: s.Value, At: s.Since}
		if i > 0 && past[i-1].Name == s.Name {
			c.Before = past[i-1].Value
		}
		if len(out) > 0 && s.Since.After(out[0].At) {
			out = out[:0]
		}
		out = append(out, c)
	}
	return out
}

// undoSettings takes back the last change. Who names another one has not seen
// what came since, and takes nothing of somebody else's back.
func undoSettings(ctx context.Context, d *Desk, at time.Time) (Settled, error) {
	now, err := settled(ctx, d)
	if err != nil {
		return now, err
	}
	if len(now.Last) == 0 {
		return now, throughline.Fail("change settings", throughline.Conflict, "", throughline.Refuse("nothing_settled", "nothing was settled yet"))
	}
	if last := now.Last[0]; !at.IsZero() && !at.Equal(last.At) {
		return now, throughline.Fail("change settings", throughline.Conflict, last.Name,
			throughline.Refuse("settled_since", "something else was settled since then; nothing was taken back"))
	}
	var back []store.Setting
	for _, c := range now.Last {
		back = append(back, store.Setting{Name: c.Name, Value: c.Before})
	}
	return settle(ctx, d, now, back)
}

// ChangeSettings reads every value before it writes any.
func ChangeSettings(ctx context.Context, d *Desk, in SettingChanges) (Settled, error) {
	now, err := settled(ctx, d)
	if err != nil {
		return now, err
	}
	company, today := now.Company, d.Today()
	var write []store.Setting
	for _, c := range in.Changes {
		s, err := d.spellSetting(ctx, c, company, today)
		if err != nil {
			return now, err
		}
		switch s.Name { // what comes with it is read in its light
		case setting.Currency:
			company.Currency = s.Value
		case setting.Fiscal:
			company.Fiscal = setting.Of([]store.Setting{s}).Fiscal
		}
		if held(now.Settings, s.Name) != s.Value {
			write = append(write, s)
		}
	}
	return settle(ctx, d, now, write)
}

// settle appends what differs, all at one instant, and gives what then holds.
func settle(ctx context.Context, d *Desk, now Settled, write []store.Setting) (Settled, error) {
	at := d.Now().Truncate(time.Microsecond)
	if len(now.Last) > 0 && !at.After(now.Last[0].At) { // a change is after the one before, whatever the clock says
		at = now.Last[0].At.Add(time.Microsecond)
	}
	for _, s := range write {
		s.Since = at
		if err := d.Ledger.Settle(ctx, d.Workspace, s); err != nil {
			return now, err
		}
		if s.Name == TimezoneSetting {
			d.Zone = time.Local
			if s.Value != "" {
				zone, err := ZoneNamed(s.Value)
				if err != nil {
					return now, err
				}
				d.Zone = zone
			}
		}
	}
	return settled(ctx, d)
}

func held(kept []store.Setting, name string) string {
	for _, s := range kept {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

// spellSetting brings what a person typed into the form that is kept: a seller
// by id, "default" as nothing.
func (d *Desk) spellSetting(ctx context.Context, in SettingsInput, company setting.Company, today throughline.Day) (store.Setting, error) {
	const op = "change settings"
	if !setting.Known(in.Name) {
		return store.Setting{}, throughline.Fail(op, throughline.Invalid, in.Name, diag.Unknown(in.Name, setting.Names()))
	}
	if in.Value == "default" {
		in.Value = ""
	}
	name := in.Name
	if period, whose, ok := setting.TargetOf(name); ok && strings.HasPrefix(whose, "seller.") {
		p, err := setting.ParsePeriod(period, company.Fiscal)
		if err != nil {
			return store.Setting{}, throughline.Fail(op, throughline.Invalid, period, err)
		}
		id, err := d.Lists.Seller(ctx, &d.Desk, strings.TrimPrefix(whose, "seller."))
		if err != nil {
			return store.Setting{}, err
		}
		name = setting.TargetName(p, id, "")
	}
	name, value, err := setting.Spelt(name, in.Value, company, today)
	if err == nil && name == setting.Language && value != "" && phrase.Match(value) != value {
		err = throughline.Refuse("no_language", "the pages speak no %q", "word", value)
	}
	if err != nil {
		return store.Setting{}, throughline.Fail(op, throughline.Invalid, in.Value, err)
	}
	return store.Setting{Name: name, Value: value}, nil
}

func zoneWord(zone *time.Location) string {
	if zone == time.Local {
		return "machine"
	}
	return zone.String()
}

// ZoneNamed gives the time zone of a name of the IANA list.
func ZoneNamed(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, errors.New("it is no time zone such as Europe/Berlin, America/New_York or UTC")
	}
	return zone, nil
}

// KeptZone gives the zone that the company has settled; nil where it has none.
func KeptZone(ctx context.Context, l store.Settings, ws throughline.Workspace) (*time.Location, error) {
	kept, err := l.Settings(ctx, ws)
	if err != nil {
		return nil, err
	}
	for _, s := range kept {
		if s.Name == TimezoneSetting {
			zone, err := ZoneNamed(s.Value)
			if err != nil {
				return nil, throughline.Fail(
					"count days in",
					throughline.Invalid,
					s.Value,
					errors.New(
						"this program does not know the time zone that is settled; throughline admin settings timezone default --timezone UTC takes it back",
					),
				)
			}
			return zone, nil
		}
	}
	return nil, nil
}
