package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

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
// begins with says how it is packed, not its name. most bounds what an archive
// unpacks to, 0 does not.
func fileOrPacked(name string, info fs.FileInfo, most int64) ([]File, error) {
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
		return tablesOf(name, size, most)
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
func workbookIn(name string, a *archive, e *zip.File) func() (io.ReaderAt, int64, io.Closer, error) {
	return func() (io.ReaderAt, int64, io.Closer, error) {
		r, err := a.entry(e)
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
func tablesOf(name string, size int64, most int64) ([]File, error) {
	a := &archive{name: name}
	if err := a.open(); err != nil {
		return nil, err
	}
	defer a.Close()
	z, err := zip.NewReader(a, size)
	if err != nil {
		return nil, throughline.Fail("open archive", throughline.Corrupt, name, errors.New("it is damaged or ends early; export it again"))
	}
	a.z = z
	if err := a.bounds(most); err != nil {
		return nil, err
	}
	var out []File
	taken := map[string]bool{}
	for _, e := range z.File {
		if e.Name == "[Content_Types].xml" {
			return sheetsOf(name, workbookAt(name))
		}
		base, ok := tableIn(e)
		if !ok {
			continue
		}
		called := base
		if taken[strings.ToLower(called)] { // two folders of it have one each
			called = strings.ReplaceAll(strings.Trim(path.Clean("/"+filepath.ToSlash(e.Name)), "/"), "/", "-")
		}
		for i := 2; taken[strings.ToLower(called)]; i++ {
			called = strconv.Itoa(i) + "-" + base
		}
		taken[strings.ToLower(called)] = true
		f := File{
			Name: filepath.Join(name, called),
			Size: int64(min(e.UncompressedSize64, 1<<62)),
			Open: func() (io.ReadCloser, error) { return a.entry(e) },
		}
		switch {
		case strings.EqualFold(path.Ext(base), ".xlsx"):
			sheets, err := sheetsOf(f.Name, workbookIn(name, a, e))
			if err != nil {
				return nil, err
			}
			out = append(out, sheets...)
		case isJSON(base):
			out = append(out, JSON(f)...)
		default:
			out = append(out, f)
		}
		if len(out) > mostTables {
			return nil, tooManyTables(name)
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

// mostTables bounds the tables of an archive.
const mostTables = 500

func tooManyTables(name string) error {
	return throughline.Fail("open archive", throughline.Invalid, name,
		fmt.Errorf("it holds more than %d tables; give those of deals by themselves", mostTables))
}

func tableIn(e *zip.File) (base string, ok bool) {
	base = path.Base(filepath.ToSlash(e.Name))
	return base, e.Mode().IsRegular() && !strings.HasPrefix(base, ".") && !strings.HasPrefix(e.Name, "__MACOSX/") && listed(base)
}

// archive is a zip whose directory is read once and whose file is open while
// an entry of it is.
type archive struct {
	name string
	z    *zip.Reader

	mu    sync.Mutex
	f     *os.File
	users int
}

func (a *archive) open() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		f, err := os.Open(a.name)
		if err != nil {
			return throughline.Fail("open archive", kindOf(err), a.name, pathCause(err))
		}
		a.f = f
	}
	a.users++
	return nil
}

// Close ends one use of it.
func (a *archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users--; a.users > 0 || a.f == nil {
		return nil
	}
	f := a.f
	a.f = nil
	return f.Close()
}

// ReadAt reads the file.
func (a *archive) ReadAt(b []byte, at int64) (int, error) {
	a.mu.Lock()
	f := a.f
	a.mu.Unlock()
	if f == nil {
		return 0, os.ErrClosed
	}
	return f.ReadAt(b, at)
}

// bounds refuses an archive of too many tables, or of more bytes than may be unpacked.
func (a *archive) bounds(most int64) error {
	n, size := 0, uint64(0)
	for _, e := range a.z.File {
		if _, ok := tableIn(e); ok {
			n++
			size += min(e.UncompressedSize64, 1<<40)
		}
	}
	switch {
	case n > mostTables:
		return tooManyTables(a.name)
	case most > 0 && size > uint64(most):
		return tooMuch(a.name, most)
	}
	return nil
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

// entry opens a table in it. It gives no more than its directory says.
func (a *archive) entry(e *zip.File) (io.ReadCloser, error) {
	if e.Flags&1 != 0 {
		return nil, throughline.Fail(
			"read archive",
			throughline.Invalid,
			a.name,
			errors.New("a table in it is locked with a password; unpack it first"),
		)
	}
	if err := a.open(); err != nil {
		return nil, err
	}
	r, err := e.Open()
	if err != nil {
		a.Close()
		return nil, throughline.Fail(
			"read archive",
			throughline.Corrupt,
			a.name,
			errors.New("a table in it is packed in a way that is not read, or damaged"),
		)
	}
	return &packedReader{Reader: r, name: filepath.Join(a.name, path.Base(filepath.ToSlash(e.Name))), close: []io.Closer{r, a}}, nil
}
