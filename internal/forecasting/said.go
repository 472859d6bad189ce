package forecasting

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/intake/logfile"
)

// writeForecasts writes every forecast that was scored, one a row, so that
// anybody can score them anew (scripts/rescore does): the case, the day in days
// since 1970 and as an instant, the days ahead, the model, its chances and what
// came. The columns are described in docs/formats/forecasts.md.
func writeForecasts(path string, h *forecast.History, said []forecast.Said) error {
	ends := h.Ends
	if ends == nil {
		ends = []forecast.End{forecast.Won, forecast.Lost, forecast.NoDecision}
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	return logfile.ToFile(path, func(w io.Writer) error {
		c := csv.NewWriter(w)
		err := c.Write([]string{"case", "origin", "origin_day", "horizon_days", "model", "won", "lost", "no_decision", "open", "came"})
		for _, s := range said {
			if err != nil {
				return err
			}
			id := h.Subjects[s.Subject].ID
			if id == "" {
				id = strconv.Itoa(s.Subject)
			}
			row := []string{id, forecast.Instant(s.Origin).Format("2006-01-02T15:04:05Z"), number(s.Origin), number(s.Horizon), s.Model}
			for _, e := range []forecast.End{forecast.Won, forecast.Lost, forecast.NoDecision} {
				v := ""
				if k := slices.Index(ends, e); k >= 0 {
					v = number(s.Chance[k])
				}
				row = append(row, v)
			}
			err = c.Write(append(row, number(s.Chance[len(ends)]), s.Came.String()))
		}
		if c.Flush(); err == nil {
			err = c.Error()
		}
		return err
	})
}
