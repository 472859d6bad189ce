// Package piece cuts a stream into pieces that several workers read at the
// same time and one takes over in the order of the stream.
//
// Takes: a reader, gzipped or not, a way to guess where a cut may be, and a way to read a piece.
// Gives: the pieces that have been read, in order, joined again where a cut turned out to be wrong.
// Never: knows a format, or holds more than a few pieces in memory.
//
// A cut is a guess made without reading. It is proved by the piece before it:
// if that one says it ended inside something, the two are joined and read
// again. Since the first piece begins where the stream begins, every piece
// that is taken over began where it should.
package piece

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
)

// Options bound the pieces; zero values give the defaults.
type Options struct {
	Workers int // pieces read at the same time; the number of cores
	Size    int // bytes of a piece; 1 MB
	Limit   int // longest stretch without a cut; 256 MB
}

func (o Options) defaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Size <= 0 {
		o.Size = 1 << 20 // what lies in a second-level cache from reading it until it has been parsed
	}
	if o.Limit <= 0 {
		o.Limit = 256 << 20
	}
	return o
}

// Cut gives the length of the longest beginning of buf behind which a cut may
// be made, 0 where there is none.
type Cut func(buf []byte) int

// Source gives the pieces of a stream.
type Source struct {
	r    io.Reader
	o    Options
	cut  Cut
	gz   bool
	rest []byte
	err  error
	done bool

	in        counted
	head      *bufio.Reader
	raw, made atomic.Int64 // bytes taken from the stream as it is, and unpacked
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Whole estimates how many bytes a stream of this size unpacks to, going by
// what has been unpacked so far.
func (s *Source) Whole(size int64) int64 {
	raw := s.raw.Load()
	if !s.gz || raw == 0 {
		return size
	}
	return int64(float64(size) * float64(s.made.Load()) / float64(raw))
}

// NewSource unpacks a gzip stream, whatever its name says.
func NewSource(r io.Reader, o Options, cut Cut) (*Source, error) {
	s := &Source{o: o.defaults(), cut: cut}
	s.in.r = r
	head := bufio.NewReaderSize(&s.in, 1<<16)
	s.head = head
	s.r = head
	if magic, _ := head.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		s.gz = true
		z, err := gzip.NewReader(head)
		if err != nil {
			return nil, err
		}
		s.r = z
	}
	return s, nil
}

// Err is why the stream ended before its proper end, nil if it did not. damaged
// tells that the packing was at fault, not the reading; say is it in words.
func (s *Source) Err() (say string, damaged bool, err error) {
	switch {
	case s.err == nil:
		return "", false, nil
	case s.gz && errors.Is(s.err, io.ErrUnexpectedEOF):
		return "the gzip file ends early", true, s.err
	case s.gz:
		return "the gzip file is damaged: " + s.err.Error(), true, s.err
	}
	return "the file could not be read further: " + s.err.Error(), false, s.err
}

// Next gives the next piece, in buf or a larger one. last: nothing follows.
func (s *Source) Next(buf []byte) (piece []byte, last bool) {
	buf = append(buf[:0], s.rest...)
	s.rest = s.rest[:0]
	searched := 0
	for {
		want := max(s.o.Size, len(buf)+max(1, s.o.Size/2, len(buf)/4))
		if cap(buf) < want {
			buf = append(make([]byte, 0, want), buf...)
		}
		for len(buf) < want && !s.done {
			n, err := s.r.Read(buf[len(buf):want])
			buf = buf[:len(buf)+n]
			s.made.Add(int64(n))
			s.raw.Store(s.in.n - int64(s.head.Buffered()))
			if err != nil {
				if s.done = true; err != io.EOF {
					s.err = err
				}
			}
		}
		if s.done {
			return buf, true
		}
		if k := s.cut(buf[searched:]); k > 0 {
			s.rest = append(s.rest, buf[searched+k:]...)
			return buf[:searched+k], false
		}
		if len(buf) >= s.o.Limit {
			return buf, false // its reader will find that it does not end well
		}
		searched = max(0, len(buf)-16)
	}
}

// Part reads one piece.
type Part interface {
	// Read reads data, which stays untouched until the part is taken over.
	Read(data []byte)
	// Open reports whether the data ended inside something.
	Open() bool
}

type job[P Part] struct {
	data []byte
	part P
	last bool
	done chan struct{}
}

// Each reads the rest of the source. take gets each part in order, its data
// and whether nothing follows; it returns false to stop. Afterwards the part
// is used again.
func Each[P Part](s *Source, fresh func() P, take func(part P, data []byte, last bool) bool) {
	jobs := make(chan *job[P], s.o.Workers)
	order := make(chan *job[P], s.o.Workers)
	quit := make(chan struct{})
	free := make(chan *job[P], 2*s.o.Workers+4)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(jobs)
		defer close(order)
		for {
			var j *job[P]
			select {
			case j = <-free:
			default:
				j = &job[P]{part: fresh()}
			}
			j.done = make(chan struct{})
			j.data, j.last = s.Next(j.data)
			select {
			case order <- j:
			case <-quit:
				return
			}
			jobs <- j
			if j.last {
				return
			}
		}
	})
	for range s.o.Workers {
		wg.Go(func() {
			for j := range jobs {
				j.part.Read(j.data)
				close(j.done)
			}
		})
	}
	for j := range order {
		<-j.done
		for j.part.Open() && !j.last && len(j.data) < s.o.Limit {
			k, ok := <-order
			if !ok {
				break
			}
			<-k.done
			j.data = append(j.data, k.data...)
			j.last = k.last
			j.part.Read(j.data)
		}
		if !take(j.part, j.data, j.last) {
			break
		}
		select {
		case free <- j:
		default:
		}
	}
	close(quit)
	for range order { // let the producer end
	}
	wg.Wait()
}
