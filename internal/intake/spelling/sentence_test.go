package spelling

import (
	"testing"
	"time"
)

// TestDatesInWords: every spelling of one day, and of one moment of it, as
// programs and people in many places write it.
func TestDatesInWords(t *testing.T) {
	for want, texts := range map[string][]string{
		"2023-11-07T00:00:00Z": {"2023年11月7日", "2023年11月07号", "２０２３年１１月７日", "2023 年 11 月 7 日", "二〇二三年十一月七日", "2023年11月7日 星期二", "2023年11月7日(火)", "2023년 11월 7일", "2023년 11월 7일 화요일",
			"2023. 11. 7.", "2023.11.07.", "2023. november 7.", "2023. nov. 7., kedd", "7. November 2023", "Dienstag, 7. November 2023", "7 novembre 2023", "mardi 7 novembre 2023", "mar. 7 nov. 2023", "7 de noviembre de 2023",
			"martes, 7 de noviembre de 2023", "7 de novembro de 2023", "terça-feira, 7 de novembro de 2023", "martedì 7 novembre 2023", "7 ноября 2023 г.", "7 ноября 2023 года", "вторник, 7 ноября 2023 г.", "7 nov. 2023",
			"7 listopada 2023", "7. listopadu 2023", "7 november 2023", "7 Kasım 2023", "7th of November 2023", "the 7th of November, 2023", "November 7th, 2023", "Tuesday, November 7, 2023", "Tue 7 Nov 2023", "Tue 11/07/2023", "7-nov.-2023",
			"7/Nov/2023", "2023-W45-2", "2023W452", "2023/11/07", "٢٠٢٣-١١-٠٧", "２０２３／１１／０７", "٧ نوفمبر ٢٠٢٣", "20231107", "45237", "1699315200", "1699315200000", "2023\u201011\u201007"},
		"2023-11-07T14:30:00Z": {"2023年11月7日 下午2:30", "2023/11/7 下午2点30分", "2023/11/7 下午2点半", "2023-11-07 14时30分", "2023.11.7 星期二 14:30", "2023/11/7 (火曜日) 14:30", "2023/11/7 오후 2시 30분", "2023年11月7日下午2点30分", "2023年11月7日 14时30分", "2023年11月7日14時30分00秒", "2023-11-07 下午 2:30", "2023. 11. 7. 오후 2:30:00", "2023년 11월 7일 오후 2시 30분", "7. November 2023, 14:30 Uhr", "7 novembre 2023 à 14h30", "7 novembre 2023 14:30",
			"7 de noviembre de 2023, 2:30 p. m.", "7 Nov 2023 2:30 p.m.", "11/07/2023 2:30 P.M.", "November 7, 2023 at 2:30 PM", "7.11.2023 kl. 14.30", "Tue, 07 Nov 2023 14:30:00 +0000", "Tue, 7 Nov 2023 15:30:00 +0100 (CET)", "Tue Nov 07 2023 15:30:00 GMT+0100 (Central European Standard Time)",
			"Tue Nov  7 14:30:00 2023", "Tue Nov 7 15:30:00 CET 2023", "2023-11-07 15:30:00 CET", "2023-11-07 09:30 EST", "2023-11-07T15:30:00+01:00[Europe/Berlin]", "2023-11-07 15:30 Europe/Berlin", "2023-11-07 16:30 UTC+2", "20231107T143000Z", "20231107143000", "2023-W45-2T14:30:00Z",
			"1699367400", "1699367400000", "1699367400000000", "45237.6041667", "2023年11月7日 晚上14:30x"},
	} {
		for _, s := range texts {
			col := DateColumn{order: MDY, zones: Zones{Clocks: atUTC}}
			if s == "7.11.2023 kl. 14.30" {
				col.order = DMY
			}
			if s == "2023年11月7日 晚上14:30x" { // not understood whole
				if _, fault := col.Read(s); fault == DateFine {
					t.Errorf("%q was read", s)
				}
				continue
			}
			got, fault := col.Read(s)
			if fault != DateFine || got.UTC().Format(time.RFC3339Nano) != want {
				t.Errorf("%q: %s %s, want %s", s, got.UTC().Format(time.RFC3339Nano), fault, want)
			}
		}
	}
}

// TestNoDates: what is no day, or not a day alone, is not made one.
func TestNoDates(t *testing.T) {
	for _, s := range []string{"2023年11月", "11月7日", "November 2023", "7 November", "2023-W45", "2023-W54-1", "2022-W53-1", "Q4 2023", "next Tuesday", "7 Brumaire 2023", "7 November 2023 maybe", "31. Februar 2024", "7.11", "2:30 pm", "mars 2024", "4 5 November 2023",
		"2023年11月7日 晚上12:00", "7 November 2023 25:00", "7 November 2023 13:30 a.m.", "Order 7 of 2023", "Series 4 2024", "1234567", "123456789012345", "room 7/11/2023", "+49 30 1234567", "2023-13-07", "mar. mar. 2024"} {
		col := DateColumn{order: MDY, zones: Zones{Clocks: atUTC}}
		if at, fault := col.Read(s); fault == DateFine {
			t.Errorf("%q was read as %s", s, at)
		}
	}
}

// TestZoneWordsOfSeveralPlaces: CST is read only where the zone that was named uses it.
func TestZoneWordsOfSeveralPlaces(t *testing.T) {
	for place, want := range map[string]string{"Asia/Shanghai": "2023-11-07T06:30:00Z", "America/Chicago": "2023-11-07T20:30:00Z", "Europe/Berlin": "", "UTC": ""} {
		zone, err := time.LoadLocation(place)
		if err != nil {
			t.Skip("no time zones here")
		}
		col := DateColumn{order: MDY, zones: Zones{Clocks: zone}}
		got, fault := col.Read("Tue Nov 07 14:30:00 CST 2023")
		if want == "" && fault != SeveralZone || want != "" && got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s: %s %q, want %s", place, got.UTC().Format(time.RFC3339), fault, want)
		}
	}
}

// TestNothing: the words of programs are nothing everywhere, those of people
// where a name or a category cannot be meant.
func TestNothing(t *testing.T) {
	all := []Kind{Name, Word, Category, Number, Day, ID}
	for _, c := range []struct {
		words []string
		yes   []Kind
	}{
		{[]string{"null", "NULL", "(null)", `\N`, "NaN", "#N/A", "N/A", "n/a", "undefined", "<NA>", "--None--", "-", "--", "—", " - ", "#REF!", "(blank)"}, all},
		{[]string{"None", "none", "nil", "NaT"}, []Kind{Name, Word, Number, Day, ID}},
		{[]string{"n.a.", "无", "暂无", "k.A."}, []Kind{Name, Word, Number, Day, ID}},
		{[]string{"NA", "TBD", "unknown", "?", "未知"}, []Kind{Number, Day}},
		{[]string{"0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "0001-01-01T00:00:00", "1/1/0001 12:00:00 AM", "1900-01-00", "9999-12-31 23:59:59", "1970-01-01", "1970-01-01T00:00:00Z"}, []Kind{Day}},
		{[]string{"Null", "Nan"}, []Kind{Word, Category, Number, Day, ID}},
		{[]string{"Nil", "Nat"}, []Kind{Number, Day, ID}},
		{[]string{"Null GmbH", "Nordic", "0", "00", "1970-01-01 08:00", "Nona", "N", "no", "2024-01-01", "0,00", "K.A. Nielsen", "lost: none"}, nil},
	} {
		for _, w := range c.words {
			for _, k := range all {
				want := false
				for _, y := range c.yes {
					want = want || y == k
				}
				if w == "0" && k == Day {
					continue
				}
				if got := Nothing(w, k); got != want {
					t.Errorf("%q as %d: %v", w, k, got)
				}
			}
		}
	}
}
