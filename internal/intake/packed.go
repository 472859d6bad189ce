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
)

// Exports often come packed: many tables in one .zip, as Salesforce sends them, or
// a table of its own as .gz. Nothing is unpacked onto the disk; a file is opened anew for each pass.

// listed reports whether a file of a folder or an archive is a table by its name.
func listed(name string) bool {
	name = strings.ToLower(name)
	switch path.Ext(strings.TrimSuffix(name, packedEnd)) {
	case ".csv", ".tsv", ".txt":
		return !strings.HasSuffix(name, ".rejects.csv")
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
	}
	return []File{fileAt(name, size)}, nil
}

// tablesOf lists the tables in a zip archive, called by the archive's name and
// their own. A workbook, which is one too, is left to whoever reads it to refuse.
func tablesOf(name string, size int64) ([]File, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, throughline.Fail("open archive", throughline.Corrupt, name, errors.New("it is damaged or ends early; export it again"))
	}
	defer z.Close()
	var out []File
	for i, e := range z.File {
		if e.Name == "[Content_Types].xml" {
			return []File{fileAt(name, size)}, nil
		}
		base := path.Base(filepath.ToSlash(e.Name))
		if !e.Mode().IsRegular() || strings.HasPrefix(base, ".") || strings.HasPrefix(e.Name, "__MACOSX/") || !listed(base) {
			continue
		}
		out = append(out, File{Name: filepath.Join(name, base), Size: int64(min(e.UncompressedSize64, 1<<62)),
			Open: func() (io.ReadCloser, error) { return openEntry(name, i) }})
	}
	if len(out) == 0 {
		return nil, throughline.Fail("open archive", throughline.Invalid, name, errors.New("it holds no table: no file in it ends in .csv, .tsv or .txt"))
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
		return nil, throughline.Fail("read archive", throughline.Invalid, name, errors.New("a table in it is locked with a password; unpack it first"))
	}
	r, err := z.File[i].Open()
	if err != nil {
		z.Close()
		return nil, throughline.Fail("read archive", throughline.Corrupt, name, errors.New("a table in it is packed in a way that is not read, or damaged"))
	}
	return &packedReader{Reader: r, name: filepath.Join(name, path.Base(filepath.ToSlash(z.File[i].Name))), close: []io.Closer{r, z}}, nil
}
