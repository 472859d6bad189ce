package web

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
)

var errNotYet = errors.New("the first forecast is still being worked out")

// periodCSV is what is seen as a file: the deals, in the order in which they stand.
func (s *site) periodCSV(w http.ResponseWriter, r *http.Request) {
	s.page(func(v *visit) (component, error) {
		in, err := v.periodInput()
		if err != nil {
			return nil, err
		}
		in.Limit = mostPeriodFile
		f, err := ask[forecasting.PeriodForecast](v, operation.ForecastPeriodSoon, in)
		if err != nil {
			return nil, err
		}
		if f.Pending != nil && !f.Pending.Older {
			return nil, throughline.Fail("forecast period", throughline.Unavailable, in.Period, errNotYet)
		}
		if err := v.desk.NoteTaken(v.Context(), "forecast_csv"); err != nil {
			return nil, err
		}
		return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			if _, err := io.WriteString(w, "\ufeff"); err != nil { // spreadsheets then read the signs as they are
				return err
			}
			return csv.NewWriter(w).WriteAll(periodRecords(v, f))
		}), nil
	}).ServeHTTP(&csvWriter{ResponseWriter: w}, r)
}

// csvWriter says that what is written is a file, where it is one.
type csvWriter struct{ http.ResponseWriter }

// WriteHeader names the file.
func (w *csvWriter) WriteHeader(status int) {
	if status == http.StatusOK {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="forecast.csv"`)
	}
	w.ResponseWriter.WriteHeader(status)
}

// cell keeps a spreadsheet from taking words for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func decimal(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

func periodRecords(v *visit, f forecasting.PeriodForecast) [][]string {
	p := v.p
	out := [][]string{{"id", p.Say("period.col_customer"), p.Say("period.col_deal"), p.Say("period.col_owner"), p.Say("period.col_amount"), "currency",
		p.Say("period.col_amount") + " " + f.Currency, p.Say("period.col_end"), "until", v.end("won"), v.end("lost"), v.end("no_decision"), v.end("open"), "won_low", "won_high",
		p.Say("period.col_call"), p.Say("period.col_expected") + " " + f.Currency, p.Say("period.col_change") + " " + f.Currency}}
	share := func(x float64) string { return fmt.Sprintf("%.4f", x) }
	for _, x := range f.Rows {
		counted, low, high := "", "", ""
		if x.Counted {
			counted = decimal(x.Cents)
		}
		if x.Ranged {
			low, high = share(x.Low.Won), share(x.High.Won)
		}
		out = append(out, []string{x.ID.String(), cell(x.Account), cell(x.Title), cell(x.Owner), decimal(x.Amount.Cents), x.Amount.Currency, counted, x.Close.String(),
			x.By.String(), share(x.Chances.Won), share(x.Chances.Lost), share(x.Chances.NoDecision), share(x.Chances.Open), low, high, cell(x.Call),
			decimal(x.Expected), decimal(x.Change)})
	}
	return out
}
