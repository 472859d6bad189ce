package forecasting

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/leak"
	"github.com/throughline/throughline/internal/outlook"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/survival"
)

// BacktestInput says on what to look back, and how.
type BacktestInput struct {
	desk.View
	LogInput
	Origins int    `name:"origins" placeholder:"N" json:"origins,omitempty" query:"origins" help:"How many days to forecast from (default 6)."`
	Seed    uint64 `name:"seed" placeholder:"N" default:"1" json:"seed,omitempty" query:"seed" help:"Seed of the draws."`

	Forecasts string `name:"forecasts" placeholder:"FILE" type:"path" json:"forecasts,omitempty" help:"Write every forecast that was scored to FILE as a table: case, origin, horizon, model, chances, end."`
}

// LogInput names an event log to forecast from in place of the database.
type LogInput struct {
	Log string `arg:"" optional:"" name:"log" json:"log,omitempty" help:"An event log: XES, OCEL, Parquet or a table, gzipped or not. Without one: the deals in the database."`
	logfile.LogColumns
	logfile.Ends
	Attributes []string `name:"attribute" sep:"none" placeholder:"NAME" json:"attributes,omitempty" help:"Use this attribute of the opening, and only those named so."`
	Without    []string `name:"without" sep:"none" placeholder:"NAME" json:"without,omitempty" help:"Leave this attribute out."`
}

// OnFiles reports whether the input names a log.
func (in *LogInput) OnFiles() bool { return in.Log != "" }

// alone refuses what is said about a log where none is named.
func (in *LogInput) alone(op string) error {
	if len(in.Won)+len(in.Lost)+len(in.NoDecision)+len(in.Attributes)+len(in.Without) > 0 || in.LogColumns != (logfile.LogColumns{}) {
		return throughline.Fail(op, throughline.Invalid, "", errors.New("--won, --case and their like are about a LOG, and none is named"))
	}
	return nil
}

// Backtest is the answer of BacktestForecast.
type Backtest struct {
	Of        string            `json:"of"`    // the file, or "ledger"
	Cases     int               `json:"cases"` // deals or cases
	Ends      map[string]int    `json:"ends"`  // how they ended; "open" for the rest, "other" where we stepped back
	Until     throughline.Day   `json:"until"` // the last day the history knows of
	Origins   []throughline.Day `json:"origins"`
	Horizons  []float64         `json:"horizons"`             // days ahead
	Models    []ModelScore      `json:"models"`               // ours first
	Used      string            `json:"used"`                 // the one that earned its place
	Enough    bool              `json:"enough"`               // false: too little history; the used one is a default
	EndedOnly bool              `json:"ended_only,omitempty"` // every case has ended: those still open at the end are missing from it
	Priced    bool              `json:"priced"`
	Shock     float64           `json:"shock"`              // of the common monthly shock, on the log scale, as it was seen
	Believed  float64           `json:"shock_drawn"`        // the same, as it is drawn with
	Freedom   float64           `json:"shock_looks"`        // how many looks that rests on, what is believed beforehand among them
	Curves    []Calibration     `json:"calibration"`        // of the used model
	Points    []BacktestPoint   `json:"points"`             // revenue, or wins, our model said and that came
	Words     []string          `json:"words"`              // what it comes to, in sentences
	Forgotten int               `json:"forgotten"`          // open ones that are older than any was at its end, and silent
	Excluded  []leak.Finding    `json:"excluded,omitempty"` // attributes that were not known on the first day
	Found     diag.Findings     `json:"findings,omitempty"`
}

// Findings gives the findings.
func (b Backtest) Findings() diag.Findings { return b.Found }

// ModelScore is how one model did. Numbers that do not exist are null.
type ModelScore struct {
	Name     string   `json:"name"`
	Used     bool     `json:"used"`
	Brier    *float64 `json:"brier"`
	LogScore *float64 `json:"log_score"`
	Slope    *float64 `json:"calibration_slope"` // null where the history does not tell it
	SlopeLow *float64 `json:"calibration_slope_low"`
	SlopeUp  *float64 `json:"calibration_slope_high"`
	N        int      `json:"n"`
	Coverage *float64 `json:"coverage_80"` // share of origins whose revenue fell into the 80 % interval
	CRPS     *float64 `json:"crps"`
}

// Calibration is what was said of one end against what came.
type Calibration struct {
	End   string            `json:"end"`
	Bands []CalibrationBand `json:"bands"`
}

// CalibrationBand is a group of forecasts with about the same chance.
type CalibrationBand struct {
	N    int     `json:"n"`
	Said float64 `json:"said"`
	Came float64 `json:"came"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// BacktestPoint is one origin's revenue by the middle horizon.
type BacktestPoint struct {
	On   throughline.Day `json:"on"`
	By   throughline.Day `json:"by"`
	P10  float64         `json:"p10"`
	P50  float64         `json:"p50"`
	P90  float64         `json:"p90"`
	Came float64         `json:"came"`
}

// RunBacktest tells how good forecasts would have been.
func RunBacktest(ctx context.Context, d *Forecaster, in BacktestInput) (Backtest, error) {
	const op = "backtest forecast"
	if in.Origins < 0 || in.Origins > 100 {
		return Backtest{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--origins is a number from 1 to 100"))
	}
	var h *forecast.History
	var found diag.Findings
	var excluded []leak.Finding
	var err error
	of := "ledger"
	if in.Log == "" {
		if err = in.alone(op); err != nil {
			return Backtest{}, err
		}
		var past past
		if past, err = d.whole().past(ctx, in.Day(&d.Desk).End(d.Days())); err != nil {
			return Backtest{}, err
		}
		h, excluded = past.history, past.built.Excluded
	} else {
		of = in.Log
		if h, excluded, found, err = logHistory(ctx, d, op, in.LogInput); err != nil || h == nil {
			return Backtest{Of: of, Found: found, Ends: map[string]int{}}, err
		}
	}
	out, said, err := lookBack(
		h,
		forecast.BacktestSettings{Origins: in.Origins, Fit: forecast.Settings{Seed: in.Seed}, Told: d.lookingBack()},
		d.Language,
		d.Days(),
	)
	out.Of, out.Found, out.Excluded = of, found, excluded
	if err != nil {
		return out, err
	}
	out.Words = append(out.Words, phrase.For(d.Language).LeftOut(excluded)...)
	if in.Forecasts != "" {
		if err = writeForecasts(in.Forecasts, h, said); err != nil {
			err = throughline.Fail(op, throughline.Unavailable, in.Forecasts, err)
		}
	}
	return out, err
}

// lookingBack shows how far a backtest has come.
func (d *Forecaster) lookingBack() func(done, of int) {
	return func(done, of int) {
		d.Report(desk.Progress{Doing: "looking back", Done: int64(done), Total: int64(of), Unit: "days"})
	}
}

// logHistory reads a log as a history; nil with findings where it cannot be used.
func logHistory(ctx context.Context, d *Forecaster, op string, in LogInput) (*forecast.History, []leak.Finding, diag.Findings, error) {
	rules, err := in.Ends.Rules(op)
	if err != nil {
		return nil, nil, nil, err
	}
	l, found, err := logfile.Open(ctx, in.Log, in.Opening(d.Cache, d.Bytes))
	if err != nil || l == nil {
		return nil, nil, found, err
	}
	if len(rules) == 0 { // as for mining: what is said here outweighs the playbook
		rules = outlook.EndsIn(l, d.Mapping())
	}
	if len(outlook.OutcomesOf(rules)) == 0 {
		return nil, nil, nil, throughline.Fail(
			op,
			throughline.Invalid,
			in.Log,
			errors.New(
				"say which cases end how, such as --won outcome=accepted --no-decision outcome=cancelled, or under history in the playbook's mapping; nothing is guessed",
			),
		)
	}
	columns, excluded, more := outlook.OfLog(l, rules, outlook.LogChoice{Use: in.Attributes, Leave: in.Without, FirstDay: d.Mapping().FirstDay})
	for i := range more { // a terminal activity that also comes in the middle is no fault of anybody's
		if more[i].Check == "log-outcome-twice" {
			more[i].Severity = diag.Hint
		}
	}
	found = append(found, more...)
	if len(columns.IDs) == 0 || more.Errors() {
		return nil, nil, append(found, diag.Finding{Check: "forecast-log", Severity: diag.Error, Message: "the log has no case to learn from"}), nil
	}
	if len(columns.Ends) == 0 {
		return nil, nil, append(
			found,
			diag.Finding{Check: "forecast-log", Severity: diag.Error, Message: "no case of the log ends as said, so there is nothing to look back on",
				Hint: "throughline mine summary shows what the log holds"},
		), nil
	}
	h, err := forecast.FromLog(columns)
	return h, excluded, found, err
}

// lookBack runs the backtest and puts it into words; with it come the forecasts
// that were scored.
func lookBack(h *forecast.History, set forecast.BacktestSettings, language string, zone *time.Location) (Backtest, []forecast.Said, error) {
	b, err := forecast.RunBacktest(h, set)
	if err != nil {
		return Backtest{}, nil, err
	}
	out := Backtest{Cases: len(h.Subjects), Ends: map[string]int{}, Until: dayAt(h.Until, zone), Used: b.Used, Enough: b.Enough,
		Priced: b.Priced, Shock: b.Shock, Believed: b.Believed, Freedom: b.Freedom, Horizons: b.Horizons, Origins: []throughline.Day{},
		Points: []BacktestPoint{}, Curves: []Calibration{}}
	for i := range h.Subjects {
		s := &h.Subjects[i]
		e := s.End
		if e != forecast.Open && max(s.Ended, s.Learned) > h.Until {
			e = forecast.Open
		}
		out.Ends[e.String()]++
	}
	out.EndedOnly, out.Forgotten = b.EndedOnly, b.Forgotten
	for _, o := range b.Origins {
		out.Origins = append(out.Origins, dayAt(o, zone))
	}
	for _, m := range b.Models {
		s := ModelScore{Name: m.Name, Used: m.Name == b.Used, N: m.N}
		if m.N > 0 {
			s.Brier, s.LogScore = number(m.Brier), number(m.Log)
			if m.Slope.Known {
				s.Slope, s.SlopeLow, s.SlopeUp = number(m.Slope.Slope), number(m.Slope.Low), number(m.Slope.High)
			}
			s.Coverage, s.CRPS = number(m.Coverage), number(m.CRPS)
		}
		out.Models = append(out.Models, s)
	}
	for _, c := range b.Curves[b.Used] {
		v := Calibration{End: c.End.String(), Bands: []CalibrationBand{}}
		for _, x := range c.Bands {
			v.Bands = append(v.Bands, band(x))
		}
		out.Curves = append(out.Curves, v)
	}
	for _, p := range b.Points {
		out.Points = append(out.Points, BacktestPoint{dayAt(p.Origin, zone), dayAt(p.Origin+p.Horizon, zone), p.P10, p.P50, p.P90, p.Came})
	}
	out.Words = backtestWords(out, language)
	return out, b.Said, nil
}

func band(b survival.Band) CalibrationBand {
	return CalibrationBand{b.N, clean01(b.Said), clean01(b.Came), clean01(b.Low), clean01(b.High)}
}

// clean01 holds a chance inside 0-1; what is no number is 0.
func clean01(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return min(max(x, 0), 1)
}

// number is a pointer to x, nil where it is none that JSON can hold.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func dayAt(day float64, zone *time.Location) throughline.Day {
	return throughline.DayOf(forecast.Instant(day), zone)
}

// KeptBacktest gives the backtest that forecasts of a day speak from.
func KeptBacktest(ctx context.Context, d *Forecaster, in BacktestInput) (Backtest, error) {
	d = d.whole() // how good the models were tells of no deal
	day := in.Day(&d.Desk)
	for range 2 {
		b, ok, err := d.keptBacktest(ctx, day, func(int) bool { return true })
		if ok || err != nil {
			return b, err
		}
		if _, err := d.forecast(ctx, day, 1); err != nil {
			return Backtest{}, err
		}
		if d.Forecasts != nil { // where nothing may be kept, the last fit has it
			d.Forecasts.fitting.Lock()
			f := d.Forecasts.fits
			d.Forecasts.fitting.Unlock()
			if f.key.day == day {
				return f.backtest, nil
			}
		}
	}
	return Backtest{}, throughline.Fail("read backtest", throughline.NotFound, day.String(), errors.New("it could not be kept"))
}
