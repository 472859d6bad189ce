package intake_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake"
)

func zipped(t *testing.T, files ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.Bytes()
}

// TestPacked: archives and gzipped tables are the files in them, under their
// own names, each as often as it is opened; what is broken is said, not half read.
func TestPacked(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	long := strings.Repeat("id,stage\n1,Proposal made and sent\n", 9000)
	export := zipped(t, "Opportunity.csv", long, "data/Account.CSV", "a,b\n", "../../evil.csv", "x\n", "readme.md", "no", "__MACOSX/._Opportunity.csv", "no", "old.rejects.csv", "no", "folder/", "")
	put("a.csv", []byte("plain\n"))
	put("b.csv.gz", gzipped(long))
	put("c.zip", export)
	put("d.md", []byte("no"))
	files, err := intake.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var bases []string
	for _, f := range files {
		bases = append(bases, f.Base())
		for range 2 {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			r.Close()
			got[f.Base()] = string(text)
		}
	}
	if want := []string{"a.csv", "b.csv", "Opportunity.csv", "Account.CSV", "evil.csv"}; !reflect.DeepEqual(bases, want) {
		t.Errorf("files %q, want %q", bases, want)
	}
	if want := map[string]string{"a.csv": "plain\n", "b.csv": long, "Opportunity.csv": long, "Account.CSV": "a,b\n", "evil.csv": "x\n"}; !reflect.DeepEqual(got, want) {
		t.Error("the texts are not those that were packed")
	}
	if got := intake.RejectsName("deals.csv.gz"); got != "deals.rejects.csv" {
		t.Errorf("rejects go to %s", got)
	}
	for name, data := range map[string][]byte{
		"short.zip": export[:len(export)/2], "empty.zip": zipped(t, "readme.md", "no"),
		"short.gz": gzipped(long)[:60], "fake.gz": {0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		files, err := intake.Files(put(name, data))
		for _, f := range files {
			var r io.ReadCloser
			if r, err = f.Open(); err == nil {
				_, err = io.Copy(io.Discard, r)
				r.Close()
			}
		}
		if k := throughline.KindOf(err); err == nil || k != throughline.Corrupt && k != throughline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	damaged := bytes.Clone(export)
	damaged[60] ^= 0xff
	if files, err = intake.Files(put("damaged.zip", damaged)); err == nil {
		r, e := files[0].Open()
		if err = e; e == nil {
			_, err = io.Copy(io.Discard, r)
			r.Close()
		}
	}
	if throughline.KindOf(err) != throughline.Corrupt {
		t.Errorf("a damaged archive: %v", err)
	}
	locked := bytes.Clone(export)
	locked[6] |= 1
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	files, err = intake.Files(put("locked.zip", locked))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = files[0].Open(); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a locked archive: %v", err)
	}
	book, err := intake.Files(put("book.xlsx", zipped(t, "[Content_Types].xml", "<x/>", "xl/a.csv", "no")))
	if err != nil || len(book) != 1 || book[0].Base() != "book.xlsx" {
		t.Errorf("a workbook: %+v, %v", book, err)
	}
}

// TestAnArchiveIsBounded: neither too many tables nor too much text comes of
// one, and two tables of one name are both read.
func TestAnArchiveIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	put := func(files ...string) {
		if err := os.WriteFile(path, zipped(t, files...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("north/deals.csv", "id\n1\n", "south/Deals.csv", "id\n2\n", "south/deals.csv", "id\n3\n")
	files, err := intake.FilesWithin(1<<20, path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Base())
	}
	if want := []string{"deals.csv", "south-Deals.csv", "2-deals.csv"}; !reflect.DeepEqual(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	put("a.csv", strings.Repeat("x\n", 1000))
	if _, err := intake.FilesWithin(1000, path); throughline.KindOf(err) != throughline.Invalid {
		t.Error(err)
	}
	packed := filepath.Join(t.TempDir(), "b.csv.gz")
	if err := os.WriteFile(packed, gzipped(strings.Repeat("x\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if files, err = intake.FilesWithin(1000, packed); err != nil {
		t.Fatal(err)
	}
	r, err := files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); throughline.KindOf(err) != throughline.Invalid {
		t.Error(err)
	}
	var many []string
	for i := range 501 {
		many = append(many, "t"+strings.Repeat("x", i)+".csv", "")
	}
	put(many...)
	if _, err := intake.Files(path); throughline.KindOf(err) != throughline.Invalid {
		t.Error(err)
	}
}
