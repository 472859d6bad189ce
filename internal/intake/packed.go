package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake/jsontable"
	"github.com/throughline/throughline/internal/intake/workbook"
)

// Exports often come packed: many tables in one .zip, as Salesforce sends them,
// a table of its own as .gz, sheets in a workbook. Nothing is unpacked onto the disk; a file is opened anew for each pass.

// listed reports whether a file of a folder or an archive is a table by its name.
func listed(name string) bool {
	name = strings.ToLower(name)
	switch path.Ext(strings.TrimSuffix(name, packedEnd)) {
	case ".csv", ".tsv", ".txt":
		return !strings.HasSuffix(name, ".rejects.csv")
	case ".xlsx", ".json", ".jsonl", ".ndjson":
		return path.Ext(name) != packedEnd
	}
	return false
}

const packedEnd = ".gz"

// fileOrPacked gives the tables behind a path that is no folder: what it
// begins with says how it is packed, not its name.
func fileOrPacked(name string, info fs.FileInfo) ([]File, error) {
	size := info.Size()
	if !info.Mode().IsRegular() { // looking at the first bytes might take them away, or wait for them
		return []File{fileAt(name, size)}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, throughline.Fail("open", kindOf(err), name, pathCause(err))
	}
	defer f.Close()
	head, _ := bufio.NewReaderSize(f, 16).Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return []File{{Name: name, Open: func() (io.ReadCloser, error) { return openGzip(name) }}}, nil
	case bytes.Equal(head, []byte("PK\x03\x04")):
		return tablesOf(name, size)
	case isJSON(name):
		return JSON(fileAt(name, size)), nil
	}
	return []File{fileAt(name, size)}, nil
}

func isJSON(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonl", ".ndjson":
		return true
	}
	return false
}

// JSON gives the tables in a file of JSON. What holds no records is left
// as it is, for its reader to say so.
func JSON(f File) []File {
	t, err := jsontable.Read(f.Open)
	if err != nil {
		return []File{f}
	}
	out := []File{{Name: f.Name, Size: f.Size, Open: func() (io.ReadCloser, error) { return t.Text(), nil }}}
	if t.History {
		out = append(out, File{Name: f.Name + "/history", Size: f.Size, Open: func() (io.ReadCloser, error) { return t.HistoryText(), nil }})
	}
	return out
}

// mostInner bounds a workbook that stands in an archive: it is held in memory.
const mostInner = 64 << 20

// sheetsOf gives the sheets of a workbook: the only one under the workbook's
// name, several under their own. What is called one and is none is left as it
// is, for its reader to say so.
func sheetsOf(name string, open func() (io.ReaderAt, int64, io.Closer, error)) ([]File, error) {
	at, size, closer, err := open()
	if err != nil {
		return nil, err
	}
	b, err := workbook.Open(at, size)
	closer.Close()
	if errors.Is(err, workbook.ErrDamaged) {
		return []File{{Name: name, Size: size, Open: func() (io.ReadCloser, error) {
			at, size, closer, err := open()
			if err != nil {
				return nil, err
			}
			return struct {
				io.Reader
				io.Closer
			}{io.NewSectionReader(at, 0, size), closer}, nil
		}}}, nil
	}
	if err != nil {
		return nil, throughline.Fail("open workbook", throughline.Invalid, name, err)
	}
	var out []File
	for i, sheet := range b.Sheets() {
		f := File{Name: name, Size: sheet.Size, Open: func() (io.ReadCloser, error) {
			at, size, closer, err := open()
			if err != nil {
				return nil, err
			}
			b, err := workbook.Open(at, size)
			if err == nil && i < len(b.Sheets()) {
				var text io.ReadCloser
				if text, err = b.Text(i); err == nil {
					return &sheetReader{text, closer, name}, nil
				}
			}
			closer.Close()
			if err == nil {
				err = workbook.ErrDamaged
			}
			return nil, throughline.Fail("read workbook", throughline.Invalid, name, err)
		}}
		if len(b.Sheets()) > 1 {
			f.Name = filepath.Join(name, path.Base("/"+strings.ReplaceAll(sheet.Name, "/", "-")))
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, throughline.Fail("open workbook", throughline.Invalid, name, errors.New("it has no sheet that shows a table"))
	}
	return out, nil
}

// sheetReader says of a broken sheet which workbook it is in.
type sheetReader struct {
	io.ReadCloser
	book io.Closer
	name string
}

func (s *sheetReader) Read(b []byte) (int, error) {
	n, err := s.ReadCloser.Read(b)
	if err != nil && err != io.EOF {
		err = throughline.Fail("read workbook", throughline.Invalid, s.name, err)
	}
	return n, err
}

func (s *sheetReader) Close() error { return errors.Join(s.ReadCloser.Close(), s.book.Close()) }

// workbookAt opens a workbook that is a file of its own.
func workbookAt(name string) func() (io.ReaderAt, int64, io.Closer, error) {
	return func() (io.ReaderAt, int64, io.Closer, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, 0, nil, throughline.Fail("open", kindOf(err), name, pathCause(err))
		}
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, 0, nil, throughline.Fail("open", kindOf(err), name, pathCause(err))
		}
		return f, info.Size(), f, nil
	}
}

// workbookIn opens a workbook that stands in an archive.
func workbookIn(name string, i int) func() (io.ReaderAt, int64, io.Closer, error) {
	return func() (io.ReaderAt, int64, io.Closer, error) {
		r, err := openEntry(name, i)
		if err != nil {
			return nil, 0, nil, err
		}
		defer r.Close()
		b, err := io.ReadAll(io.LimitReader(r, mostInner+1))
		if err == nil && len(b) > mostInner {
			err = throughline.Fail("open workbook", throughline.Invalid, name, errors.New("a workbook in it is larger than 64 MB; give it by itself"))
		}
		if err != nil {
			return nil, 0, nil, err
		}
		return bytes.NewReader(b), int64(len(b)), io.NopCloser(nil), nil
	}
}

// tablesOf lists the tables in a zip archive, called by the archive's name and
// their own. A workbook, which is one too, gives its sheets.
func tablesOf(name string, size int64) ([]File, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, throughline.Fail("open archive", throughline.Corrupt, name, errors.New("it is damaged or ends early; export it again"))
	}
	defer z.Close()
	var out []File
	for i, e := range z.File {
		if e.Name == "[Content_Types].xml" {
			return sheetsOf(name, workbookAt(name))
		}
		base := path.Base(filepath.ToSlash(e.Name))
		if !e.Mode().IsRegular() || strings.HasPrefix(base, ".") || strings.HasPrefix(e.Name, "__MACOSX/") || !listed(base) {
			continue
		}
		f := File{
			Name: filepath.Join(name, base),
			Size: int64(min(e.UncompressedSize64, 1<<62)),
			Open: func() (io.ReadCloser, error) { return openEntry(name, i) },
		}
		switch {
		case strings.EqualFold(path.Ext(base), ".xlsx"):
			sheets, err := sheetsOf(f.Name, workbookIn(name, i))
			if err != nil {
				return nil, err
			}
			out = append(out, sheets...)
		case isJSON(base):
			out = append(out, JSON(f)...)
		default:
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil, throughline.Fail(
			"open archive",
			throughline.Invalid,
			name,
			errors.New("it holds no table: no file in it ends in .csv, .tsv, .txt, .xlsx or .json"),
		)
	}
	return out, nil
}

// packedReader reads what is packed and says of a broken archive what it is.
type packedReader struct {
	io.Reader
	name  string
	close []io.Closer // the inner first
}

func (p *packedReader) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	var pathError *fs.PathError
	if err != nil && err != io.EOF && !errors.As(err, &pathError) {
		err = throughline.Fail("read archive", throughline.Corrupt, p.name, errors.New("it is damaged or ends early; export it again"))
	}
	return n, err
}

func (p *packedReader) Close() error {
	var all error
	for _, c := range p.close {
		all = errors.Join(all, c.Close())
	}
	return all
}

func openGzip(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, throughline.Fail("open", kindOf(err), name, pathCause(err))
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		f.Close()
		return nil, throughline.Fail("read archive", throughline.Corrupt, name, errors.New("it begins like gzip and is none"))
	}
	return &packedReader{Reader: z, name: name, close: []io.Closer{z, f}}, nil
}

func openEntry(name string, i int) (io.ReadCloser, error) {
	z, err := zip.OpenReader(name)
	if err != nil || i >= len(z.File) {
		return nil, throughline.Fail("open archive", throughline.Corrupt, name, errors.New("it is not what it was when it was opened first"))
	}
	if z.File[i].Flags&1 != 0 {
		z.Close()
		return nil, throughline.Fail(
			"read archive",
			throughline.Invalid,
			name,
			errors.New("a table in it is locked with a password; unpack it first"),
		)
	}
	r, err := z.File[i].Open()
	if err != nil {
		z.Close()
		return nil, throughline.Fail(
			"read archive",
			throughline.Corrupt,
			name,
			errors.New("a table in it is packed in a way that is not read, or damaged"),
		)
	}
	return &packedReader{Reader: r, name: filepath.Join(name, path.Base(filepath.ToSlash(z.File[i].Name))), close: []io.Closer{r, z}}, nil
}
