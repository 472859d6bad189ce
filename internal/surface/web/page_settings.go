package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/arrival"
)

// settingsView is the page of what the company has settled.
type settingsView struct {
	frame
	Jobs     string // the address of what goes on behind the server, for whoever may see it
	Problem  string // why what was sent is not kept
	At       string // and under which heading
	Changed  []string
	Made     string // when that change was made: what undo takes back
	Undo     bool
	Name     string
	Language []choice
	Zone     string
	ZoneSaid string
	Currency string
	Rates    []rateView
	Rate     rateView // the one being added
	Fiscal   []choice
	Workdays []choice
	Targets  []targetView
	Periods  []choice
	Sellers  []choice
	Target   targetView // the one being added
	Themes   []choice
	Counting []choice
	Sights   []choice // who sees a deal
}

type rateView struct{ Name, Code, Worth, Day, Said string }

type targetView struct{ Name, Period, Whose, Amount, Team, Since string }

const themeCookie = "theme"

// theme is the one that was chosen in this browser; "" is the browser's own.
func (v *visit) theme() string {
	if c, err := v.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// settledLanguage speaks the company's language to who has chosen none.
func (v *visit) settledLanguage(lang string) string {
	if _, err := v.Cookie(languageCookie); err == nil || v.query.Get("lang") != "" || v.desk.Ledger == nil {
		return lang
	}
	c, err := v.desk.Company(v.Context())
	if err != nil || !phrase.Speaks(c.Language) || c.Language == lang {
		return lang // a ledger that cannot be read is told where it is read for the page
	}
	v.p, v.desk.Language = phrase.For(c.Language), c.Language
	return c.Language
}

func (s *site) settings(v *visit) (component, error) {
	now, err := ask[caretaking.Settled](v, operation.ShowSettings, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	out, err := v.settingsView(now)
	if err != nil {
		return nil, err
	}
	return settingsPage(out), nil
}

func (v *visit) settingsView(now caretaking.Settled) (settingsView, error) {
	p, c := v.p, now.Company
	out := settingsView{frame: v.frame(p.Say("setting.title"), "settings"), Name: c.Name, Currency: c.Currency}
	if v.desk.May(member.Jobs, false) && !v.made {
		out.Jobs = v.link(jobsPath)
	}
	for _, s := range now.Settings {
		if s.Name == setting.Timezone {
			out.Zone = s.Value
		}
	}
	zone := now.Zone
	if zone == "machine" {
		zone = p.Say("setting.machine")
	}
	out.ZoneSaid = p.Say("setting.zone_now", "zone", zone, "day", p.Day(now.Today))
	out.Language = append(out.Language, choice{Word: p.Say("setting.language_browser"), Here: c.Language == ""})
	for _, l := range phrase.Languages() {
		out.Language = append(out.Language, choice{Word: languageNames[l], Href: l, Here: c.Language == l})
	}
	for _, r := range c.Rates {
		out.Rates = append(out.Rates, rateView{Name: setting.RateName(r.Currency), Code: r.Currency, Worth: spellRate(r.Worth), Day: r.Day.String(),
			Said: v.rateWord(r)})
	}
	for m := time.January; m <= time.December; m++ {
		out.Fiscal = append(out.Fiscal, choice{Word: p.Say(fmt.Sprintf("month.%d", int(m))), Href: fmt.Sprint(int(m)), Here: m == c.Fiscal})
	}
	for i := 1; i <= 7; i++ {
		out.Workdays = append(out.Workdays, choice{Word: p.Say("setting.day_" + weekdays[i%7]), Href: weekdays[i%7], Here: c.Workdays[i%7]})
	}
	for _, t := range c.Targets {
		x := targetView{Name: setting.TargetName(t.Period, t.Seller, t.Team), Period: v.periodWord(t.Period, c), Amount: p.Money(t.Amount),
			Since: p.Day(throughline.DayOf(t.Since, v.zone()))}
		switch {
		case t.Team != "":
			x.Whose = p.Say("setting.team", "name", t.Team)
		case !t.Seller.IsZero():
			if x.Whose = now.Sellers[t.Seller]; x.Whose == "" {
				x.Whose = t.Seller.String()
			}
		default:
			x.Whose = p.Say("setting.whole")
		}
		out.Targets = append(out.Targets, x)
	}
	out.Periods = v.targetPeriods(c)
	ours, err := ask[showing.Ours](v, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return out, err
	}
	for _, o := range ours.People {
		out.Sellers = append(out.Sellers, choice{Word: o.Name, Href: o.ID.String()})
	}
	for _, x := range setting.Sights() {
		out.Sights = append(out.Sights, choice{Word: p.Say("setting.sight_" + string(x)), Href: string(x), Here: c.Sight == x})
	}
	out.Counting = []choice{{Word: p.Say("setting.counting_on"), Here: !c.Uncounted}, {Word: p.Say("setting.counting_off"), Href: "off", Here: c.Uncounted}}
	out.Themes = []choice{{Word: p.Say("setting.theme_system"), Here: v.theme() == ""}}
	for _, t := range []string{"light", "dark"} {
		out.Themes = append(out.Themes, choice{Word: p.Say("setting.theme_" + t), Href: t, Here: v.theme() == t})
	}
	if v.query.Get("changed") != "" && len(now.Last) > 0 {
		for _, x := range now.Last {
			out.Changed = append(out.Changed, v.changeWord(x, now))
		}
		out.Undo, out.Made = out.Writes, now.Last[0].At.UTC().Format(time.RFC3339Nano)
	}
	return out, nil
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// targetPeriods offers this quarter and the next three, their months, and the year.
func (v *visit) targetPeriods(c setting.Company) []choice {
	q := setting.QuarterOf(v.today, c.Fiscal)
	var out []choice
	add := func(p setting.Period) { out = append(out, choice{Word: v.periodWord(p, c), Href: p.Key()}) }
	for n := range 4 {
		add(q.Next(n))
	}
	add(setting.YearOf(v.today, c.Fiscal))
	m := setting.MonthOf(q.From)
	for n := range 6 {
		add(m.Next(n))
	}
	return out
}

// periodWord names a period as this company counts it.
func (v *visit) periodWord(p setting.Period, c setting.Company) string {
	year, n := p.Fiscal(c.Fiscal)
	span := fmt.Sprint(year)
	if c.Fiscal != time.January {
		span = fmt.Sprintf("%d/%02d", year, (year+1)%100)
	}
	t := p.From.Civil()
	switch {
	case p.Months() == 1:
		return v.p.Say("forecast.month", "month", v.p.Say(fmt.Sprintf("month.%d", int(t.Month()))), "year", fmt.Sprint(t.Year()))
	case p == setting.QuarterOf(p.From, c.Fiscal):
		return v.p.Say("setting.quarter", "year", span, "n", n)
	case p == setting.YearOf(p.From, c.Fiscal):
		return v.p.Say("setting.year", "year", span)
	}
	return v.p.Say("setting.span", "from", v.p.Day(p.From), "until", v.p.Day(p.Until))
}

func spellRate(x float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.6f", x), "0"), ".")
}

func (v *visit) rateWord(r setting.Rate) string {
	return v.p.Say("setting.rate", "code", r.Currency, "worth", spellRate(r.Worth), "own", r.In, "day", v.p.Day(r.Day))
}

// changeWord says what was changed: "Currency: EUR, before USD".
func (v *visit) changeWord(x caretaking.SettingChange, now caretaking.Settled) string {
	word := v.settingWord(x.Name, now)
	before, after := x.Before, x.After
	if before == "" {
		before = v.p.Say("setting.unset")
	}
	if after == "" {
		after = v.p.Say("setting.unset")
	}
	return v.p.Say("setting.changed", "what", word, "before", before, "after", after)
}

func (v *visit) settingWord(name string, now caretaking.Settled) string {
	if period, whose, ok := setting.TargetOf(name); ok {
		word := v.p.Say("setting.target")
		if p, err := setting.ParsePeriod(period, now.Company.Fiscal); err == nil {
			word += " " + v.periodWord(p, now.Company)
		}
		if id, err := throughline.ParseID(strings.TrimPrefix(whose, "seller.")); err == nil {
			whose = now.Sellers[throughline.PersonID(id)]
		} else {
			whose = strings.TrimPrefix(whose, "team.")
		}
		return strings.TrimSpace(word + " " + whose)
	}
	if code, ok := strings.CutPrefix(name, "rate."); ok {
		return v.p.Say("setting.rate_of", "code", code)
	}
	if _, ok := setting.OursOf(name); ok {
		return v.p.Say("setting.ours")
	}
	return v.p.Say("setting.is_" + name)
}

// postSettings keeps one card of the page; what cannot be kept comes back with
// the reason and everything that was typed.
func (s *site) postSettings(v *visit) (component, error) {
	card := v.PostFormValue("card")
	changes, err := v.settingChanges(card)
	if err == nil {
		if _, err = ask[caretaking.Settled](v, operation.ChangeSettings, &caretaking.SettingChanges{Changes: changes}); err == nil {
			v.goTo = "/settings?changed=" + card + "#" + card
			return nil, nil
		}
	}
	kind := throughline.KindOf(err)
	if kind != throughline.Invalid && kind != throughline.NotFound && kind != throughline.Conflict {
		return nil, err
	}
	now, shown := ask[caretaking.Settled](v, operation.ShowSettings, &desk.Nothing{})
	if shown != nil {
		return nil, shown
	}
	out, shown := v.settingsView(now)
	if shown != nil {
		return nil, shown
	}
	v.status = statuses[kind]
	out.Problem, out.At = v.refusal(err), card
	v.typedAgain(&out, card)
	return settingsPage(out), nil
}

// typedAgain puts back what was typed on the card that was sent.
func (v *visit) typedAgain(out *settingsView, card string) {
	form := v.PostFormValue
	switch card {
	case "company":
		out.Name, out.Zone = form("name"), form("timezone")
		chooseHere(out.Language, form("language"))
	case "money":
		out.Currency = form("currency")
		for i := range out.Rates {
			r := &out.Rates[i]
			r.Worth, r.Day = form(r.Name), form("day."+r.Name)
		}
		out.Rate = rateView{Code: form("code"), Worth: form("worth"), Day: form("rate_day")}
	case "year":
		chooseHere(out.Fiscal, form("fiscal_year"))
		for i := range out.Workdays {
			out.Workdays[i].Here = slices.Contains(v.PostForm["working_days"], out.Workdays[i].Href)
		}
	case "sight":
		chooseHere(out.Sights, form("deals_seen"))
	case "counting":
		chooseHere(out.Counting, form("counting"))
	case "targets":
		chooseHere(out.Periods, form("period"))
		chooseHere(out.Sellers, form("seller"))
		out.Target = targetView{Amount: form("amount"), Team: form("team")}
	}
}

func chooseHere(list []choice, here string) {
	for i := range list {
		list[i].Here = list[i].Href == here
	}
}

// settingChanges reads the fields of one card.
func (v *visit) settingChanges(card string) (out []caretaking.SettingsInput, err error) {
	set := func(name, value string) {
		out = append(out, caretaking.SettingsInput{Name: name, Value: strings.TrimSpace(value)})
	}
	form := v.PostFormValue
	switch card {
	case "company":
		set(setting.Name, form("name"))
		set(setting.Language, form("language"))
		set(setting.Timezone, form("timezone"))
	case "money":
		set(setting.Currency, form("currency"))
		for name := range v.PostForm {
			if strings.HasPrefix(name, "rate.") {
				set(name, strings.TrimSpace(form(name)+" "+form("day."+name)))
				if form(name) == "" {
					out[len(out)-1].Value = ""
				}
			}
		}
		slices.SortFunc(out[1:], func(a, b caretaking.SettingsInput) int { return strings.Compare(a.Name, b.Name) })
		if code := strings.TrimSpace(form("code")); code != "" || strings.TrimSpace(form("worth")) != "" {
			if strings.TrimSpace(form("worth")) == "" {
				return nil, throughline.Fail("change settings", throughline.Invalid, code, throughline.Refuse("no_worth", "what is one %s worth?", "word", code))
			}
			set("rate."+code, form("worth")+" "+form("rate_day"))
		}
	case "year":
		set(setting.Fiscal, form("fiscal_year"))
		set(setting.Workdays, strings.Join(v.PostForm["working_days"], ","))
		if len(v.PostForm["working_days"]) == 0 {
			return nil, throughline.Fail("change settings", throughline.Invalid, "", throughline.Refuse("no_workday", "on no day at all?"))
		}
	case "sight":
		set(setting.Seeing, form("deals_seen"))
	case "counting":
		set(setting.Counting, form("counting"))
	case "targets":
		if gone := form("gone"); gone != "" {
			set(gone, "")
			return out, nil
		}
		if strings.TrimSpace(form("amount")) == "" {
			return nil, throughline.Fail("change settings", throughline.Invalid, "", throughline.Refuse("target_amount", "%q is no amount such as 1200000 EUR", "word", ""))
		}
		name := "target." + form("period")
		if team := strings.TrimSpace(form("team")); form("seller") != "" {
			name += "/seller." + form("seller")
		} else if team != "" {
			name += "/team." + team
		}
		set(name, form("amount"))
	default:
		return nil, throughline.Fail("change settings", throughline.Invalid, card, throughline.Refuse("unknown_word", "%q is no setting", "word", card))
	}
	return out, nil
}

// undoSettings puts back what held before the change that the page told of.
func (s *site) undoSettings(v *visit) (string, error) {
	at, err := time.Parse(time.RFC3339Nano, v.text("at"))
	if err != nil {
		return "", throughline.Fail("change settings", throughline.Invalid, v.text("at"), throughline.Refuse("no_change", "%q is no change of a setting", "word", v.text("at")))
	}
	if _, err := ask[caretaking.Settled](v, operation.UndoSettings, &caretaking.SettingsBack{At: at}); err != nil {
		return "", err
	}
	return "/settings?changed=undo", nil
}

// postTheme keeps which colours this browser shows.
func (s *site) postTheme(v *visit) (string, error) {
	c := &http.Cookie{Name: themeCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if word := v.PostFormValue("theme"); word == "light" || word == "dark" {
		c.Value, c.MaxAge = word, 365*24*3600
	}
	http.SetCookie(v.out, c)
	return v.then("/settings#theme"), nil
}
