package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/intake/workbook"
)

const (
	relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x" Target="/xl/worksheets/sheet2.xml"/><Relationship Id="rId3" Type="x" Target="worksheets/sheet3.xml"/></Relationships>`
	two       = `<workbook xmlns:r="r"><sheets><sheet name="Deals" sheetId="1" r:id="rId1"/><sheet name="Lists" sheetId="2" state="veryHidden" r:id="rId3"/><sheet name="Contacts" sheetId="3" r:id="rId2"/></sheets></workbook>`
	styles    = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="[$d-409]0.00&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>`
	shared    = `<sst><si><t>Topic</t></si><si><r><t xml:space="preserve">Two </t></r><r><t>parts</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si><t>a "quoted", line
broken</t></si></sst>`
)

func made(t testing.TB, parts ...string) *bytes.Reader {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, parts[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func open(t testing.TB, sheet string, more ...string) (string, error) {
	r := made(t, append([]string{"[Content_Types].xml", "<Types/>", "xl/_rels/workbook.xml.rels", relations, "xl/workbook.xml", two, "xl/styles.xml", styles, "xl/sharedStrings.xml", shared,
		"xl/worksheets/sheet1.xml", sheet, "xl/worksheets/sheet2.xml", "<worksheet><sheetData/></worksheet>"}, more...)...)
	b, err := workbook.Open(r, r.Size())
	if err != nil {
		return "", err
	}
	text, err := b.Text(0)
	if err != nil {
		return "", err
	}
	defer text.Close()
	all, err := io.ReadAll(text)
	return string(all), err
}

func TestSheetAsText(t *testing.T) {
	got, err := open(t, `<worksheet><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Deals of November</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="D3" t="str"><v>Closed</v></c></row>
<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4"><v>0.30000000000000004</v></c><c r="C4" s="1"><v>45292</v></c><c r="D4" s="2"><v>45292.5</v></c></row>
<row r="6"><c r="A6" t="b"><v>1</v></c><c r="B6" t="e"><v>#REF!</v></c><c r="C6" s="3"><v>45292</v></c><c r="D6" s="4"><v>45292.000694444444</v></c></row>
</sheetData><autoFilter/></worksheet>`)
	want := "\n\n\"Topic\",\"Two parts\",,\"Closed\"\n" +
		"\"a \"\"quoted\"\", line broken\",\"0.3\",\"2024-01-01\",\"2024-01-01 12:00:00\"\n\n" +
		"\"TRUE\",,\"45292\",\"2024-01-01 00:01:00\"\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

func TestSheetOfOneColumn(t *testing.T) {
	got, err := open(t, `<worksheet><sheetData><row><c t="str"><v>id</v></c></row><row><c><v>7</v></c></row></sheetData></worksheet>`)
	if err != nil || got != "\"id\"\n\"7\"\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestSheetsSeen: hidden sheets are lists behind menus, not tables; counting from 1904 is four years later.
func TestSheetsSeen(t *testing.T) {
	r := made(t, "xl/_rels/workbook.xml.rels", relations, "xl/workbook.xml", strings.Replace(two, "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1), "xl/styles.xml", styles,
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c s="1"><v>1</v></c></row></sheetData></worksheet>`)
	b, err := workbook.Open(r, r.Size())
	if err != nil || len(b.Sheets()) != 2 || b.Sheets()[0].Name != "Deals" || b.Sheets()[1].Name != "Contacts" {
		t.Fatalf("%+v, %v", b, err)
	}
	text, _ := b.Text(0)
	if all, err := io.ReadAll(text); err != nil || string(all) != "\"a\",\"b\"\n\"1904-01-02\",\n" {
		t.Errorf("%q, %v", all, err)
	}
	if _, err := b.Text(1); !errors.Is(err, workbook.ErrDamaged) {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// TestHostile: what would cost memory or time without end is refused, and what is no workbook is said to be none.
func TestHostile(t *testing.T) {
	var large workbook.TooLarge
	for name, c := range map[string]struct {
		sheet string
		large bool
	}{
		"a cell without end":     {"<worksheet><sheetData><row><c><v>" + strings.Repeat("9", 3<<20), true},
		"a cell in pieces":       {"<worksheet><sheetData><row><c t=\"str\"><v>" + strings.Repeat("x<!-- -->", 1<<19) + "</v></c></row></sheetData></worksheet>", false},
		"an attribute":           {`<worksheet a="` + strings.Repeat("a", 3<<20) + `"/>`, true},
		"columns":                {`<worksheet><sheetData><row><c r="ZZZZZ1"><v>1</v></c></row></sheetData></worksheet>`, true},
		"rows":                   {`<worksheet><sheetData><row r="1"><c><v>1</v></c><c><v>1</v></c></row><row r="99999999"><c><v>1</v></c></row></sheetData></worksheet>`, true},
		"depth":                  {strings.Repeat("<a>", 1000), true},
		"an entity of its own":   {`<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>`, false},
		"an entity nobody knows": {`<worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>`, false},
		"an end too soon":        {`<worksheet><sheetData><row><c><v>1`, false},
		"crossed ends":           {`<worksheet><sheetData></worksheet></sheetData>`, false},
	} {
		_, err := open(t, c.sheet)
		switch {
		case name == "a cell in pieces": // half a megabyte of text, more than a cell may hold, less than a piece
			if err != nil && !errors.As(err, &large) {
				t.Errorf("%s: %v", name, err)
			}
		case c.large && !errors.As(err, &large) || !c.large && !errors.Is(err, workbook.ErrDamaged):
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, parts := range [][]string{{"a", "b"}, {"xl/workbook.xml", two}, {"xl/_rels/workbook.xml.rels", "<x", "xl/workbook.xml", two}} {
		r := made(t, parts...)
		if _, err := workbook.Open(r, r.Size()); !errors.Is(err, workbook.ErrDamaged) {
			t.Errorf("%v: %v", parts, err)
		}
	}
	if _, err := workbook.Open(strings.NewReader("no"), 2); !errors.Is(err, workbook.ErrDamaged) {
		t.Error(err)
	}
}

// TestBomb: a part that unpacks to more than it may is stopped on the way.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a gigabyte through a compressor")
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range [][2]string{{"xl/_rels/workbook.xml.rels", relations}, {"xl/workbook.xml", two}} {
		w, _ := z.Create(p[0])
		_, _ = io.WriteString(w, p[1])
	}
	w, _ := z.Create("xl/sharedStrings.xml")
	_, _ = io.WriteString(w, "<sst>")
	row := []byte(strings.Repeat("<si><t>"+strings.Repeat("z", 1<<16)+"</t></si>", 16))
	for range 400 {
		_, _ = w.Write(row)
	}
	_ = z.Close()
	r := bytes.NewReader(b.Bytes())
	book, err := workbook.Open(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	var large workbook.TooLarge
	if _, err := book.Text(0); !errors.As(err, &large) {
		t.Errorf("%d bytes packed: %v", b.Len(), err)
	}
}

// FuzzSheet: any XML gives text or an error, and lines that a reader of CSV takes.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>1</v></c></row></sheetData></worksheet>`)
	f.Add(`<row r="-1"><c r="1" s="99"><v>1e400</v></c></row>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		text, err := open(t, sheet)
		if err == nil && strings.Count(text, "\n") > 1<<21 {
			t.Fatal(fmt.Sprint(len(text)))
		}
	})
}

// TestASmallSheetIsNotUnpackedWhole: a shared text that many cells name counts
// with each of them; a long number keeps its digits.
func TestASmallSheetIsNotUnpackedWhole(t *testing.T) {
	long := "<sst><si><t>" + strings.Repeat("z", 1<<20-16) + "</t></si></sst>"
	r := made(t, "xl/_rels/workbook.xml.rels", relations, "xl/workbook.xml", two, "xl/sharedStrings.xml", long, "xl/worksheets/sheet1.xml",
		`<worksheet><sheetData><row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 4000)+`</row></sheetData></worksheet>`)
	book, err := workbook.Open(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	text, err := book.Text(0)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	var large workbook.TooLarge
	if n, err := io.Copy(io.Discard, text); !errors.As(err, &large) {
		t.Errorf("%d bytes: %v", n, err)
	}
	got, err := open(t, `<sheetData><row r="1"><c r="A1"><v>1234567890123456</v></c><c r="B1"><v>1234567890123457</v></c></row></sheetData>`)
	if want := "\"1234567890123456\",\"1234567890123457\"\n"; got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
