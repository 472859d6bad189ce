package operation

import (
	"context"
	"errors"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/store"
)

// TimezoneSetting is the name of the setting that says whose days are counted.
const TimezoneSetting = "timezone"

// ManageSettings is `throughline admin settings`.
var ManageSettings = define(Operation{
	Words: []string{"admin", "settings"}, Summary: "Show or change what the company has settled",
	About: "Without a name it shows the settings. There is one so far: timezone, the zone whose days are counted: which day today is, to which day an instant of an export " +
		"belongs that says no zone of its own, and how instants are shown. It is kept in the database for everyone who works with it; --timezone counts for one command only; " +
		"where neither is said the machine's zone holds. What was recorded as a day stays that day in every zone. A server reads it when it starts.",
	Examples: []string{
		"throughline admin settings",
		"throughline admin settings timezone Europe/Berlin",
		"throughline admin settings timezone default",
	},
	Effect: Writes, Permission: MayAdmin, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in SettingsInput) (Settled, error) {
	const op = "admin settings"
	if in.Name != "" && in.Name != TimezoneSetting {
		return Settled{}, throughline.Fail(op, throughline.Invalid, in.Name, diag.Unknown(in.Name, []string{TimezoneSetting}))
	}
	if in.Value != "" {
		s := store.Setting{Name: in.Name, Value: in.Value, Since: d.Now()}
		zone := time.Local
		if in.Value == "default" {
			s.Value = ""
		} else if named, err := ZoneNamed(in.Value); err != nil {
			return Settled{}, throughline.Fail(op, throughline.Invalid, in.Value, err)
		} else {
			zone = named
		}
		if err := d.Ledger.Settle(ctx, d.Workspace, s); err != nil {
			return Settled{}, err
		}
		d.Zone = zone
	}
	kept, err := d.Read().Settings(ctx)
	out := Settled{Settings: append([]store.Setting{}, kept...), Zone: zoneWord(d.Days()), Offset: d.Present().Format("-07:00"), Today: d.Today()}
	return out, err
})

// SettingsInput says which setting to change, and to what.
type SettingsInput struct {
	Name  string `arg:"" optional:"" name:"name" json:"name,omitempty" help:"The setting: timezone."`
	Value string `arg:"" optional:"" name:"value" json:"value,omitempty" help:"What it is from now on; default takes it back."`
}

// Settled is what the company has settled, and what follows from it here.
type Settled struct {
	Settings []store.Setting `json:"settings"` // as kept in the database
	Zone     string          `json:"zone"`     // in force; "machine": nobody has said one
	Offset   string          `json:"offset"`   // of it now, east of UTC: "+02:00"
	Today    throughline.Day `json:"today"`    // in it
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
