package jsontable_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/intake/jsontable"
)

func read(text string) (*jsontable.Table, error) {
	return jsontable.Read(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil })
}

func all(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnswersOfAPIs(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"hubspot":   {`{"results":[{"id":"1","properties":{"dealname":"A, \"b\"","amount":"5"},"associations":{"contacts":{"results":[{"id":"9","type":"x"},{"id":"8"},{"id":"9"}]}}}],"paging":{"next":{}}}`, "\"amount\",\"contacts\",\"dealname\",\"id\"\n\"5\",\"8;9\",\"A, \"\"b\"\"\",\"1\"\n"},
		"pipedrive": {`{"success":true,"data":[{"id":7,"org_id":{"name":"Acme","value":3},"won_time":null}],"additional_data":{}}`, "\"id\",\"org_id name\",\"org_id value\",\"won_time\"\n\"7\",\"Acme\",\"3\",\n"},
		"odoo":      {`{"jsonrpc":"2.0","result":[{"id":3,"stage_id":[2,"Won"],"tag_ids":[4,5]}]}`, "\"id\",\"stage_id\",\"stage_id id\",\"tag_ids\"\n\"3\",\"Won\",\"2\",\"4;5\"\n"},
		"lines":     {"{\"id\":1,\"x\":true}\n{\"id\":12345678901234567890}\n", "\"id\",\"x\"\n\"1\",\"true\"\n\"12345678901234567890\",\n"},
		"inner":     {`{"data":{"items":[{"a":"1\n2"}]}}`, "\"a\"\n\"1 2\"\n"},
		"a list":    {`[{"a":1},{"b":2},3]`, "\"a\",\"b\"\n\"1\",\n,\"2\"\n"},
	} {
		tb, err := read(c.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := all(t, tb.Text()); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestHistoryOfFields(t *testing.T) {
	tb, err := read(`{"results":[{"id":"1","propertiesWithHistory":{"dealstage":[{"value":"won","timestamp":"2026-02-01T00:00:00Z"},{"value":"new","timestamp":"2026-01-01T00:00:00Z"}]}},{"id":"2"}]}`)
	if err != nil || !tb.History || tb.Records != 2 {
		t.Fatalf("%+v, %v", tb, err)
	}
	want := "\"record id\",\"property\",\"value\",\"timestamp\"\n\"1\",\"dealstage\",\"won\",\"2026-02-01T00:00:00Z\"\n\"1\",\"dealstage\",\"new\",\"2026-01-01T00:00:00Z\"\n"
	if got := all(t, tb.HistoryText()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	half := tb.Text() // a reader that is closed early leaves nothing behind
	if err := half.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoRecords(t *testing.T) {
	for _, in := range []string{"", "{}", "[]", "3", `"x"`, `{"results":[]}`, "[1,2]"} {
		if _, err := read(in); !errors.Is(err, jsontable.ErrNoRecords) {
			t.Errorf("%q: %v", in, err)
		}
	}
	for _, in := range []string{"{", `[{"a":1}`, `[{"a":"` + strings.Repeat("x", 9<<20) + `"}]`, strings.Repeat("[", 20_000)} {
		if _, err := read(in); err == nil || errors.Is(err, jsontable.ErrNoRecords) {
			t.Errorf("%.20q: %v", in, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"results":[{"id":"1","properties":{"a":[1,"x"]},"versions":{"a":[{"value":1}]}}]}`)
	f.Add(`[{"a":{"b":{"c":{"d":1}}}},{"a":[[1,"x"]]}]`)
	f.Fuzz(func(t *testing.T, in string) {
		tb, err := read(in)
		if err != nil {
			return
		}
		_ = all(t, tb.Text())
		_ = all(t, tb.HistoryText())
	})
}

// TestFalseForNothing: where a column holds texts as well, false is empty.
func TestFalseForNothing(t *testing.T) {
	tb, err := read(`[{"active":false,"partner_id":[7,"Acme"],"reason":"price"},{"active":true,"partner_id":false,"reason":false}]`)
	if err != nil {
		t.Fatal(err)
	}
	want := "\"active\",\"partner_id\",\"partner_id id\",\"reason\"\n\"false\",\"Acme\",\"7\",\"price\"\n\"true\",,,\n"
	if got := all(t, tb.Text()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
