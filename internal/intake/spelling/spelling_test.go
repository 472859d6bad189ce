package spelling

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/throughline/throughline"
)

func TestDates(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here")
	}
	for _, c := range []struct {
		in    string
		order Order
		want  string
		fault DateFault
	}{
		{"2017-06-30", MDY, "2017-06-30", ""},
		{"2017/6/3", MDY, "2017-06-03", ""},
		{"20170630", MDY, "2017-06-30", ""},
		{"2019-10-17 21:10:19.829", MDY, "2019-10-17T19:10:19.829Z", ""},
		{"2019-10-17T21:10:19Z", MDY, "2019-10-17T21:10:19Z", ""},
		{"2019-10-17T21:10:19+05:30", MDY, "2019-10-17T15:40:19Z", ""},
		{"2019-10-17T21:10:19.000+0000", MDY, "2019-10-17T21:10:19Z", ""},
		{"02/23/26 08:55 PM", MDY, "2026-02-23T19:55:00Z", ""},
		{"02/23/26, 12:05 am", MDY, "2026-02-22T23:05:00Z", ""},
		{"02/03/24", MDY, "2024-02-03", ""},
		{"02/03/24", DMY, "2024-03-02", ""},
		{"2.3.2024", DMY, "2024-03-02", ""},
		{"31.12.99", DMY, "1999-12-31", ""},
		{"01-02-69", DMY, "2069-02-01", ""},
		{"23-Feb-2026", MDY, "2026-02-23", ""},
		{"23 February 2026", MDY, "2026-02-23", ""},
		{"Feb 23, 2026", DMY, "2026-02-23", ""},
		{"Sept 3, 2026 14:00", DMY, "2026-09-03T12:00:00Z", ""},
		{"2024-02-29", "", "2024-02-29", ""},
		{"2023-02-29", "", "", NoSuchDay},
		{"31/04/2024", DMY, "", NoSuchDay},
		{"13/13/2024", DMY, "", NoSuchDay},
		{"43101", MDY, "2018-01-01", ""},
		{"43101.5", MDY, "2018-01-01T11:00:00Z", ""},
		{"12345", MDY, "", FarOff},
		{"1514764800", MDY, "2018-01-01", ""},
		{"1514764800000", MDY, "2018-01-01", ""},
		{"1514764801500", MDY, "2018-01-01T00:00:01.5Z", ""},
		{"2300-01-01", MDY, "", FarOff},
		{"tomorrow", MDY, "", NotADate},
		{"2017-06", MDY, "", NotADate},
		{"2017-06-30 25:00", MDY, "", NotADate},
		{"02/23/26 13:55 PM", MDY, "", NotADate},
		{"////////", MDY, "", NotADate},
		{"", MDY, "", ""},
	} {
		col := DateColumn{order: c.order, zones: Of(berlin, time.UTC)}
		got, fault := col.Read(c.in)
		if fault != c.fault {
			t.Errorf("%q: fault %q, want %q", c.in, fault, c.fault)
		} else if s := got.UTC().Format(time.RFC3339Nano); throughline.IsDated(got) {
			if d := throughline.DayOf(got, nil); d.String() != c.want || got != d.Start(berlin) {
				t.Errorf("%q %s: %s, want the day %s where the source is from", c.in, c.order, got, c.want)
			}
		} else if c.want != "" && s != c.want {
			t.Errorf("%q %s: %s, want %s", c.in, c.order, s, c.want)
		}
	}
}

func TestDateOrderIsSettledByTheColumn(t *testing.T) {
	for _, c := range []struct {
		name    string
		values  string
		said    Order
		others  Order
		want    Order
		verdict Verdict
	}{
		{"a 23rd of the second place", "02/03/24 02/23/26", "", "", MDY, Settled},
		{"a 23rd of the first place", "02/03/24 23/02/26", "", "", DMY, Settled},
		{"dots", "02.03.2024 04.05.2024", "", "", DMY, Settled},
		{"nothing says", "02/03/24 04/05/24", "", "", MDY, Assumed},
		{"same both ways", "02/02/24 05/05/24", "", "", MDY, Settled},
		{"another column says", "02/03/24", "", DMY, DMY, Settled},
		{"the person says", "02/03/24 04/05/24", DMY, "", DMY, Settled},
		{"both", "02/23/24 23/02/24 03/24/24", "", "", MDY, Conflicting},
		{"iso", "2024-02-03", "", "", MDY, Settled},
	} {
		var col DateColumn
		for v := range strings.FieldsSeq(c.values) {
			col.Observe(v)
		}
		if got := col.Settle(c.said, c.others, Zones{}); got != c.verdict || col.Order() != c.want {
			t.Errorf("%s: %v %v, want %v %v", c.name, col.Order(), got, c.want, c.verdict)
		}
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		in    string
		point Point
		want  int64
		cur   string
		fault AmountFault
	}{
		{"1234", Dot, 123400, "", ""},
		{"1234.5", Comma, 123450, "", ""},
		{"1.234,56", Dot, 123456, "", ""},
		{"$1,234.56", Comma, 123456, "", ""},
		{"US$1,234.56", Dot, 123456, "USD", ""},
		{"1 234,56 €", Dot, 123456, "EUR", ""},
		{"1\u00a0234\u00a0567,5 €", Dot, 123456750, "EUR", ""},
		{"EUR 1.234.567", Dot, 123456700, "EUR", ""},
		{"CHF 1'234.50", Dot, 123450, "CHF", ""},
		{"(1,234)", Dot, -123400, "", ""},
		{"-5", Dot, -500, "", ""},
		{"€ -5,00", Dot, -500, "EUR", ""},
		{"1.200,-", Dot, 120000, "", ""},
		{"1.200,--", Comma, 120000, "", ""},
		{"1,200.-", Comma, 120000, "", ""},
		{"1.200.-", Dot, 120000, "", ""},
		{"CHF 12.345.678,-", Dot, 1234567800, "CHF", ""},
		{"1.200,50.-", Dot, 0, "", NotAnAmount},
		{"1.20,-", Dot, 0, "", NotAnAmount},
		{"1,234", Comma, 123, "", ""},
		{"1,234", Dot, 123400, "", ""},
		{"1.234", Comma, 123400, "", ""},
		{"1.234", Dot, 123, "", ""},
		{"0.125", Comma, 13, "", ""},
		{"12,34,567.00", Dot, 123456700, "", ""},
		{"2.412E+07", Dot, 2412000000, "", ""},
		{".50", Dot, 50, "", ""},
		{"1.5k", Dot, 150000, "", ""},
		{"2M", Dot, 200000000, "", ""},
		{"1,5 Mio. €", Dot, 150000000, "EUR", ""},
		{"1.5万", Dot, 1500000, "", ""},
		{"30万元", Dot, 30000000, "CNY", ""},
		{"2.3億円", Dot, 23000000000, "JPY", ""},
		{"１２３４", Dot, 123400, "", ""},
		{"١٢٣٤", Dot, 123400, "", ""},
		{"1200,-", Dot, 120000, "", ""},
		{"1'200.-- CHF", Dot, 120000, "CHF", ""},
		{"1200-", Dot, -120000, "", ""},
		{"-0", Dot, 0, "", ""},
		{"¥1,200", Dot, 120000, "", ""},
		{"JPY 1,200", Comma, 120000, "JPY", ""},
		{"TEUR 120", Dot, 12000000, "EUR", ""},
		{"120 T€", Dot, 12000000, "EUR", ""},
		{"€m 1.25", Dot, 125000000, "EUR", ""},
		{"US$ 3.2bn", Dot, 320000000000, "USD", ""},
		{"2,5 млн руб.", Dot, 250000000, "RUB", ""},
		{"3 crore", Dot, 3000000000, "", ""},
		{"50 eur", Dot, 5000, "EUR", ""},
		{"5 EUR USD", Dot, 0, "", NotAnAmount},
		{"1.5 XYZ", Dot, 0, "", NotAnAmount},
		{"50 %", Dot, 0, "", NotAnAmount},
		{"5-10k", Dot, 0, "", NotAnAmount},
		{"~50k", Dot, 0, "", NotAnAmount},
		{"1 mil", Dot, 0, "", NotAnAmount},
		{"12 34", Dot, 0, "", NotAnAmount},
		{"1,23,4", Dot, 0, "", NotAnAmount},
		{"1.2.3", Dot, 0, "", NotAnAmount},
		{"call me", Dot, 0, "", NotAnAmount},
		{"99999999999999999999", Dot, 0, "", TooGreat},
		{"1e99", Dot, 0, "", TooGreat},
		{"12ab34", Dot, 0, "", NotAnAmount},
	} {
		col := AmountColumn{point: c.point}
		got, fault := col.Read(c.in)
		if fault != c.fault || got.Cents != c.want || got.Currency != c.cur {
			t.Errorf("%q: %d %q %q, want %d %q %q", c.in, got.Cents, got.Currency, fault, c.want, c.cur, c.fault)
		}
	}
}

func TestAmountColumns(t *testing.T) {
	for _, c := range []struct {
		values  string
		said    Point
		want    Point
		verdict Verdict
	}{
		{"1,234 1,234.56", 0, Dot, Settled},
		{"1.234 1.234,56", 0, Comma, Settled},
		{"1,234 5,678", 0, Dot, Assumed},
		{"1.234 5.678", 0, Comma, Assumed},
		{"1.234 5.6", 0, Dot, Settled},
		{"12 500", 0, Dot, Settled},
		{"1,5 2.5", 0, Dot, Conflicting},
		{"1.234 1,234 12", 0, Dot, Assumed},
		{"1,234", Comma, Comma, Settled},
	} {
		var col AmountColumn
		for v := range strings.FieldsSeq(c.values) {
			col.Observe(v)
		}
		if got := col.Settle(c.said, ""); got != c.verdict || col.Point() != c.want {
			t.Errorf("%q: %c %v, want %c %v", c.values, col.Point(), got, c.want, c.verdict)
		}
	}
}

// TestALoneSignIsReadAsItIsSaid: where nothing decides, a dot and a comma before
// three digits are both taken as thousands, so that one sentence is true of both.
func TestALoneSignIsReadAsItIsSaid(t *testing.T) {
	var col AmountColumn
	for _, v := range []string{"2.500", "7,125", "40"} {
		col.Observe(v)
	}
	if v := col.Settle(NoPoint, ""); v != Assumed {
		t.Errorf("verdict %v", v)
	}
	if dot, comma := col.Examples(); dot != "2.500" || comma != "7,125" {
		t.Errorf("examples %q %q", dot, comma)
	}
	for v, want := range map[string]int64{"2.500": 250000, "7,125": 712500, "40": 4000, "3.5": 350} {
		if m, fault := col.Read(v); fault != AmountFine || m.Cents != want {
			t.Errorf("%q: %d %s", v, m.Cents, fault)
		}
	}
}

// TestTypedAmounts: right or refused, never a hundred times too much.
func TestTypedAmounts(t *testing.T) {
	for in, want := range map[string]throughline.Money{
		"145000": {Cents: 14500000}, "145000.50": {Cents: 14500050}, "145000,50": {Cents: 14500050}, "145,000": {Cents: 14500000}, "145.000": {Cents: 14500000}, "1,5": {Cents: 150}, "1.5": {Cents: 150}, "12,34": {Cents: 1234},
		"1.234,56 €": {Cents: 123456, Currency: "EUR"}, "1,234.56": {Cents: 123456}, "1 234 567": {Cents: 123456700}, "EUR 50k": {Cents: 5000000, Currency: "EUR"}, "50k": {Cents: 5000000}, "1.5M": {Cents: 150000000}, "1,5 Mio": {Cents: 150000000},
		"1.25 Mio. EUR": {Cents: 125000000, Currency: "EUR"}, "1.5万": {Cents: 1500000}, "30万元": {Cents: 30000000, Currency: "CNY"}, "1.200,-": {Cents: 120000}, "¥1,200": {Cents: 120000}, "１，２３４．５０": {Cents: 123450}, "0.5": {Cents: 50}, "0": {},
	} {
		if got, _, fault := Amount(in, ""); fault != AmountFine || got != want {
			t.Errorf("%q: %+v %s, want %+v", in, got, fault, want)
		}
	}
	for in, want := range map[string]AmountFault{"5 ſaa": NotAnAmount, "ſaa 5": NotAnAmount, "1.234 Mio": TwoReadings, "KWD 1,234": TwoReadings, "0.125": TooFine, "1234.567": TooFine, "-5": Negative, "(5)": Negative, "lots": NotAnAmount, "": NotAnAmount, "12 34": NotAnAmount, "1,23,4": NotAnAmount, "99999999999999999": TooGreat, "5e3 k": NotAnAmount} {
		if got, _, fault := Amount(in, ""); fault != want {
			t.Errorf("%q: %+v %q, want %q", in, got, fault, want)
		}
	}
}

// TestTheCurrencyDecidesWhatASignMeans: also where it stands beside the amount.
func TestTheCurrencyDecidesWhatASignMeans(t *testing.T) {
	for _, c := range []struct {
		in, currency string
		want         throughline.Money
		fault        AmountFault
	}{
		{"1.234", "KWD", throughline.Money{}, TwoReadings},
		{"1,234", "BHD", throughline.Money{}, TwoReadings},
		{"1234", "KWD", throughline.Money{Cents: 123400, Currency: "KWD"}, AmountFine},
		{"1,234.5", "KWD", throughline.Money{Cents: 123450, Currency: "KWD"}, AmountFine},
		{"1.234", "EUR", throughline.Money{Cents: 123400, Currency: "EUR"}, AmountFine},
		{"1,2", "JPY", throughline.Money{}, NoParts},
		{"1200.50", "KRW", throughline.Money{}, NoParts},
		{"JPY 1,2", "", throughline.Money{}, NoParts},
		{"1,200", "JPY", throughline.Money{Cents: 120000, Currency: "JPY"}, AmountFine},
		{"1200.00", "JPY", throughline.Money{Cents: 120000, Currency: "JPY"}, AmountFine},
		{"1.5万", "JPY", throughline.Money{Cents: 1500000, Currency: "JPY"}, AmountFine},
		{"1.234,50", "HUF", throughline.Money{Cents: 123450, Currency: "HUF"}, AmountFine},
		{"EUR 1.5", "JPY", throughline.Money{Cents: 150, Currency: "EUR"}, AmountFine},
	} {
		if got, _, fault := Amount(c.in, c.currency); got != c.want || fault != c.fault {
			t.Errorf("%q %q: %+v %q, want %+v %q", c.in, c.currency, got, fault, c.want, c.fault)
		}
	}
}

// TestThreePlacesAmongHundredths: they are read as the column shows, and said.
func TestThreePlacesAmongHundredths(t *testing.T) {
	for _, c := range []struct {
		values, example string
		n               int
	}{
		{"12,50 1,234 7,001", "1,234", 2},
		{"12.50 1.234", "1.234", 1},
		{"12,50 1.234", "", 0},           // thousands
		{"0.500 12.500 1234.500", "", 0}, // all have three
		{"1,234 5,678", "", 0},           // ambiguous, which is said
		{"12,50 1,234,567", "", 0},
	} {
		var col AmountColumn
		for v := range strings.FieldsSeq(c.values) {
			col.Observe(v)
		}
		col.Settle(NoPoint, "")
		if n, example := col.Doubtful(); n != c.n || example != c.example {
			t.Errorf("%q: %d such as %q, want %d such as %q", c.values, n, example, c.n, c.example)
		}
	}
}

func TestCurrencies(t *testing.T) {
	for in, want := range map[string]string{"eur": "EUR", "€": "EUR", "Euro": "EUR", "US Dollar": "USD", "RMB": "CNY", "元": "CNY", "EUR - Euro": "EUR", "$": "", "Kč": "CZK"} {
		if got, ok := Currency(in); !ok || got != want {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
	for _, in := range []string{"MIO", "XYZ", "", "tbd", "EURO BONDS"} {
		if got, ok := Currency(in); ok {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// FuzzDate: whatever is read as a date is a day within bounds, and its ISO
// form reads back to the same instant.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2017-06-30", "02/23/26 08:55 PM", "23-Feb-2026", "Feb 23, 2026", "2019-10-17T21:10:19.829+05:30", "43101", "T", "1/1/1 1:1"} {
		f.Add(s)
	}
	for _, s := range []string{"2023年11月7日 下午2:30", "7 de noviembre de 2023", "Tue Nov 07 2023 15:30:00 GMT+0100 (CET)", "2023-W45-2", "45237.6", "1699367400", "二十一", "14.30 kl"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, o := range []Order{DMY, MDY, YMD} {
			col := DateColumn{order: o}
			col.Observe(s)
			at, fault := col.Read(s)
			if fault != DateFine || at.IsZero() || at.Unix() == 0 { // the first moment of 1970 is a way to say nothing
				continue
			}
			if y := at.Year(); y < 1969 || y > 2101 {
				t.Fatalf("%q: year %d", s, y)
			}
			back, fault := col.Read(at.Format("2006-01-02T15:04:05.000000Z"))
			if fault == DateFine && !back.Equal(at) {
				t.Fatalf("%q: %v, then %v", s, at, back)
			}
		}
	})
}

// FuzzAmount: an amount that is read prints to something that reads the same.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1.234,56", "$1,234.56", "1 234,56 €", "(1,234)", "2.4E+7", "CHF 1'234.50", "(", "1,", ".", "-,5", "1,5 Mio €", "30万元", "1200,-", "TEUR 5", "１２"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range []Point{Dot, Comma} {
			col := AmountColumn{point: p}
			col.Observe(s)
			m, fault := col.Read(s)
			if fault != AmountFine {
				continue
			}
			if typed, _, fault := Amount(s, ""); fault == AmountFine && p == Dot && typed.Cents != m.Cents {
				if f, _ := readFigure(s); !lone(f) {
					t.Fatalf("%q: typed %d, in a column %d", s, typed.Cents, m.Cents)
				}
			}
			if m.Cents > 9e15+100 || m.Cents < -9e15-100 {
				t.Fatalf("%q: %d", s, m.Cents)
			}
			back, fault := (&AmountColumn{point: Dot}).Read(m.String())
			if fault != AmountFine || back.Cents != m.Cents {
				t.Fatalf("%q: %s reads %d, %s", s, m, back.Cents, fault)
			}
		}
	})
}

// TestWhoseDayADateIs: a date is a day for everyone, a time on clocks has its
// day there, an instant with its zone has the reader's day, unless the source
// says that all of it is from one zone.
func TestWhoseDayADateIs(t *testing.T) {
	for _, c := range []struct {
		said, in, atHome, kiritimati string // day for the company, in Auckland, and for a reader in Kiritimati
		at                           string
	}{
		{"", "2024-04-01", "2024-04-01", "2024-04-01", "2024-03-31T11:00:00Z"},
		{"", "2024-04-01 23:30", "2024-04-01", "2024-04-01", "2024-04-01T10:30:00Z"},
		{"", "2024-03-31T09:59:00Z", "2024-03-31", "2024-03-31", "2024-03-31T09:59:00Z"},
		{"", "2024-03-31T10:30:00Z", "2024-03-31", "2024-04-01", "2024-03-31T10:30:00Z"},
		{"", "2024-03-31T11:30:00+00:00", "2024-04-01", "2024-04-01", "2024-03-31T11:30:00Z"},
		{"America/Phoenix", "2024-03-31", "2024-03-31", "2024-03-31", "2024-03-31T07:00:00Z"},
		{"America/Phoenix", "2024-03-31 23:30:00", "2024-03-31", "2024-03-31", "2024-04-01T06:30:00Z"},
		{"America/Phoenix", "2024-04-01T06:30:00Z", "2024-03-31", "2024-03-31", "2024-04-01T06:30:00Z"},
		{"UTC", "2024-03-31 23:30:00", "2024-03-31", "2024-03-31", "2024-03-31T23:30:00Z"},
		{"Pacific/Chatham", "2024-03-31 00:00", "2024-03-31", "2024-03-31", "2024-03-30T10:15:00Z"},
	} {
		load := func(name string) *time.Location {
			z, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			return z
		}
		var said *time.Location
		if c.said != "" {
			said = load(c.said)
		}
		zones := Of(said, load("Pacific/Auckland"))
		got, fault := (&DateColumn{zones: zones}).Read(c.in)
		if fault != DateFine {
			t.Fatalf("%q: %s", c.in, fault)
		}
		kept := Kept(got)
		if home, far := zones.Day(got).String(), throughline.DayOf(kept, load("Pacific/Kiritimati")).String(); home != c.atHome || far != c.kiritimati || !kept.Equal(got) || got.UTC().Format(time.RFC3339) != c.at {
			t.Errorf("%s %q: %s at home and %s on Kiritimati, at %s; want %s, %s, %s", c.said, c.in, home, far, got.UTC().Format(time.RFC3339), c.atHome, c.kiritimati, c.at)
		}
	}
}

// lone reports whether the figure is one of those that a column may read otherwise.
func lone(f figure) bool {
	_, sure := f.point()
	return !sure
}
