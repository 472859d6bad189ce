package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func scanAll(t testing.TB, text string, d Dialect) (rows [][]string, flaws []Flaw) {
	for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
		s := NewScanner(r, d)
		var got [][]string
		var gotFlaws []Flaw
		for s.Scan() {
			got = append(got, append([]string{}, s.Row().Strings(nil)...))
			gotFlaws = append(gotFlaws, s.Row().Flaw)
		}
		if s.Err() != nil {
			t.Fatal(s.Err())
		}
		if rows != nil && !reflect.DeepEqual(rows, got) {
			t.Fatalf("%q: by byte %q, at once %q", text, got, rows)
		}
		rows, flaws = got, gotFlaws
	}
	return rows, flaws
}

func TestScanner(t *testing.T) {
	for _, c := range []struct {
		name, text string
		delim      byte
		want       [][]string
		flaw       Flaw
	}{
		{"plain", "a,b\n1,2\n", ',', [][]string{{"a", "b"}, {"1", "2"}}, Sound},
		{"no last line end", "a,b\n1,2", ',', [][]string{{"a", "b"}, {"1", "2"}}, Sound},
		{"crlf", "a,b\r\n1,\r\n", ',', [][]string{{"a", "b"}, {"1", ""}}, Sound},
		{"crlf quoted", "\"a\",\"b\"\r\n\"1\",\"2\"\r\n", ',', [][]string{{"a", "b"}, {"1", "2"}}, Sound},
		{"blank lines", "a\n\n\r\nb\n", ',', [][]string{{"a"}, {"b"}}, Sound},
		{"quoted newline", "a,\"x\ny\"\nb,c\n", ',', [][]string{{"a", "x\ny"}, {"b", "c"}}, Sound},
		{"doubled quotes", `"say ""hi""","""",""` + "\n", ',', [][]string{{`say "hi"`, `"`, ""}}, Sound},
		{"quote inside a bare cell", `5" pipe,x` + "\n", ',', [][]string{{`5" pipe`, "x"}}, Sound},
		{"semicolon", "a;b,c\n", ';', [][]string{{"a", "b,c"}}, Sound},
		{"bare after quoted, crlf", "\"a\",b\r\nc,d\r\n", ',', [][]string{{"a", "b"}, {"c", "d"}}, Sound},
		{"empty cells", ",,\n", ',', [][]string{{"", "", ""}}, Sound},
		{"unclosed quote costs one line", "a,\"b\nc,d\n", ',', [][]string{{"a,\"b"}, {"c", "d"}}, OpenQuote},
		{"text after a quote", "a,\"b\"x,c\nd,e,f\n", ',', [][]string{{"a", "b", "c"}, {"d", "e", "f"}}, StrayQuote},
		{"nul", "a\x00,b\n", ',', [][]string{{"a\x00", "b"}}, ZeroByte},
		{"ends inside a quote", "a,\"b", ',', [][]string{{"a,\"b"}}, OpenQuote},
		{"empty", "", ',', nil, Sound},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, flaws := scanAll(t, c.text, Dialect{Delimiter: c.delim})
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if c.flaw == StrayQuote && i == 0 {
					continue
				}
				if !reflect.DeepEqual(got[i], c.want[i]) {
					t.Errorf("row %d: got %q, want %q", i, got[i], c.want[i])
				}
			}
			if len(flaws) > 0 && flaws[0] != c.flaw {
				t.Errorf("flaw %d, want %d", flaws[0], c.flaw)
			}
		})
	}
}

func TestScannerCountsLines(t *testing.T) {
	s := NewScanner(strings.NewReader("h\n\n\"a\nb\nc\"\nx\n\"open\ny\n"), Dialect{Delimiter: ','})
	var got []int
	for s.Scan() {
		got = append(got, s.Row().Line)
	}
	if want := []int{1, 3, 6, 7, 8}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
}

// endless gives n bytes of the same letter, never held anywhere at once.
type endless struct {
	head, tail string
	n          int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.head != "" {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.n > 0 {
		n := int(min(int64(len(p)), e.n))
		for i := range p[:n] {
			p[i] = 'x'
		}
		e.n -= int64(n)
		return n, nil
	}
	if e.tail == "" {
		return 0, io.EOF
	}
	n := copy(p, e.tail)
	e.tail = e.tail[n:]
	return n, nil
}

// TestOneCellOfAGigabyte: the row is passed over, memory stays small, and the
// rows around it are read.
func TestOneCellOfAGigabyte(t *testing.T) {
	for name, quote := range map[string]string{"bare": "", "quoted": `"`} {
		t.Run(name, func(t *testing.T) {
			s := NewScanner(&endless{head: "a,b\n1," + quote, n: 1 << 30, tail: quote + "\n3,4\n"}, Dialect{Delimiter: ','})
			var flaws []Flaw
			var last []string
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for s.Scan() {
				flaws = append(flaws, s.Row().Flaw)
				last = s.Row().Strings(nil)
			}
			runtime.ReadMemStats(&after)
			if len(flaws) != 3 || flaws[1] == Sound || !reflect.DeepEqual(last, []string{"3", "4"}) {
				t.Errorf("flaws %v, last row %q", flaws, last)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 64<<20 {
				t.Errorf("%d MB were allocated for one row", got>>20)
			}
		})
	}
}

// FuzzScanner holds the scanner to encoding/csv wherever that can read the
// text, and to never losing a line or a byte where it cannot.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\",\"c\"\"d\"\r\n", "\"", "\"a\"b,c\n", "a\r\rb\n", "\n\n\x00,\"\"\"\n", "x,\"\r\n\"\n"} {
		f.Add(s, byte(','))
	}
	f.Fuzz(func(t *testing.T, text string, delim byte) {
		delim = delimiters[int(delim)%len(delimiters)]
		s := NewScanner(strings.NewReader(text), Dialect{Delimiter: delim})
		var got [][]string
		sound, bytesSeen, line := true, 0, 0
		for s.Scan() {
			row := s.Row()
			if row.Line <= line {
				t.Fatalf("line %d after line %d", row.Line, line)
			}
			line = row.Line
			bytesSeen += len(row.Raw())
			sound = sound && (row.Flaw == Sound || row.Flaw == ZeroByte)
			got = append(got, append([]string{}, row.Strings(nil)...))
			for i := range row.Len() {
				_ = row.Column(i)
			}
		}
		visible := strings.NewReplacer("\r", "", "\n", "").Replace(text)
		if bytesSeen < len(visible) {
			t.Fatalf("%d of %d bytes were seen", bytesSeen, len(visible))
		}
		std := stdcsv.NewReader(strings.NewReader(text))
		std.Comma, std.FieldsPerRecord, std.LazyQuotes = rune(delim), -1, false
		want, err := std.ReadAll()
		if err != nil || strings.Contains(text, "\r") { // encoding/csv rewrites CRLF inside quotes
			return
		}
		if !sound || !(len(got) == 0 && len(want) == 0) && !reflect.DeepEqual(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func mavenText(b *testing.B) []byte {
	one, err := os.ReadFile("../../../../shared/data/crm/maven/sales_pipeline.csv")
	if err != nil {
		b.Skip("../shared/data is not here")
	}
	return bytes.Repeat(one, 20)
}

// BenchmarkScan compares with encoding/csv in one run; quoted is the same text
// with every cell in quotes.
func BenchmarkScan(b *testing.B) {
	plain := mavenText(b)
	var q bytes.Buffer
	for line := range bytes.Lines(plain) {
		q.WriteString(`"` + strings.ReplaceAll(strings.TrimRight(string(line), "\r\n"), ",", `","`) + "\"\n")
	}
	for _, v := range []struct {
		name string
		text []byte
	}{{"plain", plain}, {"quoted", q.Bytes()}} {
		b.Run(v.name+"/scanner", func(b *testing.B) {
			b.SetBytes(int64(len(v.text)))
			b.ReportAllocs()
			for b.Loop() {
				s := NewScanner(bytes.NewReader(v.text), Dialect{Delimiter: ','})
				for s.Scan() {
				}
			}
		})
		b.Run(v.name+"/encoding-csv", func(b *testing.B) {
			b.SetBytes(int64(len(v.text)))
			b.ReportAllocs()
			for b.Loop() {
				s := stdcsv.NewReader(bytes.NewReader(v.text))
				s.ReuseRecord = true
				for {
					if _, err := s.Read(); err != nil {
						break
					}
				}
			}
		})
	}
}
