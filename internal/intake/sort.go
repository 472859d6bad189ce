package intake

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/throughline/throughline"
)

// Sorter puts rows into the order of a key, a time and their arrival, however
// many there are: what does not fit its memory waits in temporary files.
// Exports give history in any order; a timeline needs it deal by deal.
type Sorter struct {
	dir   string // for temporary files; "" is the system's
	limit int    // bytes held in memory
	rows  []sortRow
	size  int
	next  int64
	runs  []*os.File
}

type sortRow struct {
	key     string
	at      int64
	arrival int64
	body    []byte
}

func (a sortRow) compare(b sortRow) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at), cmp.Compare(a.arrival, b.arrival))
}

// NewSorter makes one that holds up to limit bytes in memory; 0 means 64 MB.
func NewSorter(dir string, limit int) *Sorter {
	if limit <= 0 {
		limit = 64 << 20
	}
	return &Sorter{dir: dir, limit: limit}
}

// Add takes a row; it keeps body.
func (s *Sorter) Add(key string, at int64, body []byte) error {
	s.rows = append(s.rows, sortRow{key, at, s.next, body})
	s.next++
	if s.size += len(key) + len(body) + 80; s.size >= s.limit {
		return s.spill()
	}
	return nil
}

func (s *Sorter) spill() error {
	fail := func(err error) error {
		return throughline.Fail("write a temporary file in", throughline.Unavailable, cmp.Or(s.dir, os.TempDir()), err)
	}
	slices.SortFunc(s.rows, sortRow.compare)
	f, err := os.CreateTemp(s.dir, "throughline-sort-*")
	if err != nil {
		return fail(pathCause(err))
	}
	s.runs = append(s.runs, f)
	w := bufio.NewWriterSize(f, 256<<10)
	var b []byte
	for _, r := range s.rows {
		b = binary.AppendUvarint(b[:0], uint64(len(r.key)))
		b = append(b, r.key...)
		b = binary.AppendVarint(b, r.at)
		b = binary.AppendVarint(b, r.arrival)
		b = binary.AppendUvarint(b, uint64(len(r.body)))
		b = append(b, r.body...)
		if _, err := w.Write(b); err != nil {
			return fail(err)
		}
	}
	if err := w.Flush(); err != nil {
		return fail(err)
	}
	clear(s.rows)
	s.rows, s.size = s.rows[:0], 0
	return nil
}

// Close removes the temporary files.
func (s *Sorter) Close() {
	for _, f := range s.runs {
		f.Close()
		_ = os.Remove(f.Name())
	}
	s.runs = nil
}

// Bodies gives the bodies in order. Nothing may be added after.
func (s *Sorter) Bodies() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		slices.SortFunc(s.rows, sortRow.compare)
		if len(s.runs) == 0 {
			for _, r := range s.rows {
				if !yield(r.body, nil) {
					return
				}
			}
			return
		}
		var h merge
		i := 0
		memory := func() (sortRow, error) {
			if i == len(s.rows) {
				return sortRow{}, io.EOF
			}
			i++
			return s.rows[i-1], nil
		}
		pulls := []func() (sortRow, error){memory}
		for _, f := range s.runs {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				yield(nil, throughline.Fail("read", throughline.Unavailable, f.Name(), err))
				return
			}
			r := bufio.NewReaderSize(f, 64<<10)
			pulls = append(pulls, func() (sortRow, error) { return readRow(r) })
		}
		for _, pull := range pulls {
			row, err := pull()
			if err == nil {
				h = append(h, sorted{row, pull})
			} else if err != io.EOF {
				yield(nil, err)
				return
			}
		}
		heap.Init(&h)
		for len(h) > 0 {
			if !yield(h[0].row.body, nil) {
				return
			}
			row, err := h[0].pull()
			switch {
			case err == nil:
				h[0].row = row
				heap.Fix(&h, 0)
			case err == io.EOF:
				heap.Pop(&h)
			default:
				yield(nil, err)
				return
			}
		}
	}
}

type sorted struct {
	row  sortRow
	pull func() (sortRow, error)
}

type merge []sorted

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return m[i].row.compare(m[j].row) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(sorted)) }
func (m *merge) Pop() any {
	old := *m
	last := old[len(old)-1]
	*m = old[:len(old)-1]
	return last
}

// readRow reads what spill wrote; io.EOF only between rows.
func readRow(r *bufio.Reader) (sortRow, error) {
	torn := func(err error) error {
		return throughline.Fail("read a temporary file", throughline.Unavailable, "", fmt.Errorf("it ends too soon: %w", err))
	}
	n, err := binary.ReadUvarint(r)
	if err != nil {
		if errors.Is(err, io.EOF) {
			return sortRow{}, io.EOF
		}
		return sortRow{}, torn(err)
	}
	var row sortRow
	key := make([]byte, n)
	if _, err := io.ReadFull(r, key); err != nil {
		return row, torn(err)
	}
	row.key = string(key)
	if row.at, err = binary.ReadVarint(r); err != nil {
		return row, torn(err)
	}
	if row.arrival, err = binary.ReadVarint(r); err != nil {
		return row, torn(err)
	}
	if n, err = binary.ReadUvarint(r); err != nil {
		return row, torn(err)
	}
	row.body = make([]byte, n)
	if _, err := io.ReadFull(r, row.body); err != nil {
		return row, torn(err)
	}
	return row, nil
}
