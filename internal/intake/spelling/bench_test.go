package spelling

import (
	"testing"
	"time"
)

// BenchmarkRead reads what columns mostly hold, quick spellings and slow.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name  string
		texts []string
	}{
		{"days", []string{"2026-02-23", "02/23/2026", "23.02.2026", "2026/2/3", "23-Feb-2026", "Feb 23, 2026"}},
		{"instants", []string{"2026-02-23T20:55:00.5+01:00", "02/23/26 08:55 PM", "2026-02-23 20:55:00", "20260223T205500Z"}},
		{"sentences", []string{"2023年11月7日 下午2:30", "7 de noviembre de 2023", "Tue Nov 07 2023 15:30:00 GMT+0100 (CET)", "2023-W45-2"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			column := DateColumn{order: DMY, zones: Zones{Days: time.UTC, Clocks: time.UTC}}
			for b.Loop() {
				for _, s := range c.texts {
					column.Read(s)
				}
			}
		})
	}
	b.Run("amounts", func(b *testing.B) {
		column := AmountColumn{point: Dot, currency: "EUR"}
		for b.Loop() {
			for _, s := range []string{"145000", "1,234.56", "1.234,56 €", "CHF 1'234.50", "1,5 Mio €", "30万元", "2.4E+7"} {
				column.Read(s)
			}
		}
	})
	b.Run("nothing", func(b *testing.B) {
		for b.Loop() {
			for _, s := range []string{"Ada Lovelace", "null", "0000-00-00", "—", "2026-02-23", "n/a"} {
				Nothing(s, Day)
				Nothing(s, Name)
			}
		}
	})
}
