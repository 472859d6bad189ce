package eventlog

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unsafe"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// Open reads a compact file in one go, into memory that the log owns: whatever
// is taken from the log (its slices, the strings of its dictionaries) keeps
// that memory alive, and nothing has to be closed. The file is not mapped: a
// string shares the bytes it was cut from without holding on to a mapping, so
// that a mapping given back, or a file cut short under it, ends the program.
func Open(path string) (*File, error) {
	fail := func(kind throughline.Kind, err error) (*File, error) {
		return nil, throughline.Fail("open compact log", kind, path, err)
	}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return fail(throughline.NotFound, err)
	}
	if err != nil {
		return fail(throughline.Unavailable, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fail(throughline.Unavailable, err)
	}
	if info.Size() < headerSize {
		return fail(throughline.Corrupt, errors.New("it is no tlog file"))
	}
	words := make([]uint64, (info.Size()+7)/8) // begins at a multiple of eight
	data := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return fail(throughline.Unavailable, err)
	}
	out, err := ReadBytes(data)
	if err != nil {
		return fail(throughline.Corrupt, err)
	}
	return out, nil
}

// Save writes a compact file in one step: it is there whole or not at all.
func (l *Log) Save(path string, note []byte) (err error) {
	defer func() {
		if err != nil {
			err = throughline.Fail("save compact log", throughline.Unavailable, path, err)
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(path), ".tlog-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<20)
	if err = l.WriteFile(w, note); err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// origin is the note in a cached file: what it was made from and what was said about it.
type origin struct {
	Path     string        `json:"path"`
	Size     int64         `json:"size"`
	Modified time.Time     `json:"modified"`
	Reading  string        `json:"reading"`
	Findings diag.Findings `json:"findings,omitempty"`
}

// Cached gives the log of a source file, from folder dir if it lies there in
// compact form and neither the file's size nor its time nor the way of reading
// (a word that names reader and options) has changed, else by parse, and then
// keeps it there. The findings come back as they were. A cache that cannot be
// read or written is passed over: it can only save time.
func Cached(dir, source, reading string, parse func() (*Log, diag.Findings, error)) (*Log, diag.Findings, error) {
	abs, err := filepath.Abs(source)
	if err != nil {
		return parse()
	}
	info, err := os.Stat(abs)
	if err != nil {
		return parse()
	}
	sum := sha256.Sum256([]byte(abs + "\x00" + reading))
	path := filepath.Join(dir, hex.EncodeToString(sum[:12])+".tlog")
	want := origin{Path: abs, Size: info.Size(), Modified: info.ModTime().UTC(), Reading: reading}
	if f, err := Open(path); err == nil {
		var got origin
		if json.Unmarshal(f.Note, &got) == nil && got.Path == want.Path && got.Size == want.Size && got.Modified.Equal(want.Modified) &&
			got.Reading == want.Reading {
			return f.Log, got.Findings, nil
		}
	}
	l, found, err := parse()
	if err != nil || l == nil {
		return l, found, err
	}
	want.Findings = found
	if note, err := json.Marshal(want); err == nil && os.MkdirAll(dir, 0o700) == nil && l.Save(path, note) == nil {
		keepWithin(dir, cacheMost)
	}
	return l, found, nil
}

// cacheMost bounds what a cache takes: the files written longest ago go first.
const cacheMost = 4 << 30

// keepWithin removes the oldest compact files until the rest fit.
func keepWithin(dir string, most int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	total := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && filepath.Ext(e.Name()) == ".tlog" {
			files = append(files, info)
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files {
		if total <= most {
			return
		}
		if os.Remove(filepath.Join(dir, f.Name())) == nil {
			total -= f.Size()
		}
	}
}
