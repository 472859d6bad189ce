package setting

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Period is a run of whole months that a company counts in: a month, a quarter
// or a year of its own.
type Period struct {
	From  throughline.Day `json:"from"`
	Until throughline.Day `json:"until"` // its last day
}

// MonthOf gives the month of a day.
func MonthOf(d throughline.Day) Period { return months(d, 1) }

// QuarterOf gives the quarter of a day, of a year that begins with a month.
func QuarterOf(d throughline.Day, first time.Month) Period { return start(d, first, 3) }

// YearOf gives the year of a day, which begins with a month.
func YearOf(d throughline.Day, first time.Month) Period { return start(d, first, 12) }

// start goes back to where a run of n months began that holds the day.
func start(d throughline.Day, first time.Month, n int) Period {
	if first < time.January || first > time.December {
		first = time.January
	}
	t := d.Civil()
	back := (int(t.Month()) - int(first) + 12) % n
	return months(throughline.DateOf(t.Year(), t.Month()-time.Month(back), 1), n)
}

func months(d throughline.Day, n int) Period {
	t := d.Civil()
	return Period{throughline.DateOf(t.Year(), t.Month(), 1), throughline.DateOf(t.Year(), t.Month()+time.Month(n), 0)}
}

// Months counts the months of a period.
func (p Period) Months() int {
	a, b := p.From.Civil(), p.Until.Civil()
	return 12*(b.Year()-a.Year()) + int(b.Month()-a.Month()) + 1
}

// Has reports whether a day lies in the period.
func (p Period) Has(d throughline.Day) bool {
	return !d.IsZero() && d.Compare(p.From) >= 0 && d.Compare(p.Until) <= 0
}

// Next gives the period of the same length that lies n further on, or back.
func (p Period) Next(n int) Period {
	t := p.From.Civil()
	return months(throughline.DateOf(t.Year(), t.Month()+time.Month(n*p.Months()), 1), p.Months())
}

// Key spells a period by its months, whatever the fiscal year: "2026-11",
// "2026-10..2026-12".
func (p Period) Key() string {
	a := p.From.Civil().Format("2006-01")
	if p.Months() == 1 {
		return a
	}
	return a + ".." + p.Until.Civil().Format("2006-01")
}

// Fiscal gives the year in which the fiscal year of the period begins, and
// which of the runs of its length it is in it, counted from one.
func (p Period) Fiscal(first time.Month) (year, number int) {
	y := YearOf(p.From, first)
	t, a := y.From.Civil(), p.From.Civil()
	return t.Year(), (12*(a.Year()-t.Year())+int(a.Month()-t.Month()))/p.Months() + 1
}

// ParsePeriod reads what Key spells, and what people say of quarters and years:
// 2026-Q4 and 2026 are those of the fiscal year that begins in 2026.
func ParsePeriod(word string, first time.Month) (Period, error) {
	word = strings.ToUpper(strings.TrimSpace(word))
	if a, b, two := strings.Cut(word, ".."); two {
		from, err1 := time.Parse("2006-01", a)
		until, err2 := time.Parse("2006-01", b)
		p := Period{throughline.DayOf(from, nil), months(throughline.DayOf(until, nil), 1).Until}
		if err1 == nil && err2 == nil && p.Months() >= 1 && p.Months() <= 12 {
			return p, nil
		}
		return Period{}, noPeriod(word)
	}
	if t, err := time.Parse("2006-01", word); err == nil {
		return MonthOf(throughline.DayOf(t, nil)), nil
	}
	year, rest, quarter := strings.Cut(word, "-Q")
	if !quarter {
		year, rest, quarter = strings.Cut(word, " Q")
	}
	y, err := strconv.Atoi(year)
	if err != nil || y < 1900 || y > 9999 {
		return Period{}, noPeriod(word)
	}
	if first < time.January || first > time.December {
		first = time.January
	}
	begins := throughline.DateOf(y, first, 1)
	if !quarter {
		return months(begins, 12), nil
	}
	q, err := strconv.Atoi(rest)
	if err != nil || q < 1 || q > 4 {
		return Period{}, noPeriod(word)
	}
	return QuarterOf(begins, first).Next(q - 1), nil
}

func noPeriod(word string) error {
	return throughline.Refuse("no_period", "%q is no month such as 2026-11, quarter such as 2026-Q4 or year such as 2026", "word", word)
}

// Working counts the days of a period, from a day on, on which the company works.
func (c Company) Working(p Period, from throughline.Day) int {
	if from.Compare(p.From) < 0 {
		from = p.From
	}
	n := 0
	for d := from; d.Compare(p.Until) <= 0; d = d.Add(1) {
		if c.Workdays[d.Civil().Weekday()] {
			n++
		}
	}
	return n
}

// Spell gives a period in the words of programs: "2026-Q4", "FY2026-Q3", "2026-11".
func (p Period) Spell(first time.Month) string {
	year, n := p.Fiscal(first)
	switch {
	case p.Months() == 3 && first == time.January:
		return fmt.Sprintf("%d-Q%d", year, n)
	case p.Months() == 3 && p == QuarterOf(p.From, first):
		return fmt.Sprintf("FY%d-Q%d", year, n)
	}
	return p.Key()
}
