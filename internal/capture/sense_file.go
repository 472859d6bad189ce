package capture

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The form of senses.bin: gzip around one block for each model; a block is a
// line "labels features scale way" (the way is "each" or "all", by which belief
// is shared out), a line of the biases, a line of labels parted by tabs, a line for each
// feature, and then a byte for each weight, which times scale is the weight. After the
// blocks stands a line of words.

// faint is the weight below which a feature is left out.
const faint = 0.02

// mostFeatures and mostLabels bound what a block may claim to hold.
const (
	mostFeatures = 1 << 20
	mostLabels   = 1 << 8
)

func writeSenses(s *senses) []byte {
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	for _, m := range s.all() {
		(*m).write(zip)
	}
	fmt.Fprintln(zip, strings.Join(s.words, " "))
	_ = zip.Close() // a buffer takes all
	return out.Bytes()
}

func (m *fitted) write(w io.Writer) {
	n, top := len(m.labels), 0.0
	var names []string
	for name, at := range m.index {
		most := 0.0
		for l := range n {
			most = max(most, math.Abs(m.speaks(at, l)))
		}
		if most >= faint {
			names, top = append(names, name), max(top, most)
		}
	}
	slices.Sort(names)
	scale := top / 127
	way := "all"
	if m.each {
		way = "each"
	}
	fmt.Fprintf(w, "%d %d %s %s\n", n, len(names), number9(scale), way)
	fmt.Fprintf(w, "%s\n%s\n", numbers(m.bias), strings.Join(m.labels, "\t"))
	row := make([]byte, n)
	for _, name := range names {
		fmt.Fprintf(w, "%s\n", name)
	}
	for _, name := range names {
		at := m.index[name]
		for l := range n {
			row[l] = byte(int8(math.Round(m.speaks(at, l) / scale)))
		}
		_, _ = w.Write(row)
	}
}

// all gives the models in the order of the file.
func (s *senses) all() []**fitted {
	var out []**fitted
	for i := range s.kind {
		out = append(out, &s.kind[i])
	}
	return append(out, &s.end, &s.event, &s.stance, &s.place)
}

func numbers(xs []float64) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = number9(x)
	}
	return strings.Join(out, " ")
}

func number9(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

func readSenses(b []byte) (*senses, error) {
	zip, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(zip)
	s := &senses{}
	for _, m := range s.all() {
		if *m, err = readFitted(r); err != nil {
			return nil, err
		}
	}
	words, err := r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	s.words = strings.Fields(words)
	return s, nil
}

var errSenses = errors.New("it is cut off or not of this form")

func readFitted(r *bufio.Reader) (*fitted, error) {
	line := func() (string, error) {
		s, err := r.ReadString('\n')
		return strings.TrimSuffix(s, "\n"), err
	}
	head, err := line()
	if err != nil {
		return nil, err
	}
	var n, features int
	var scale float64
	var way string
	if _, err := fmt.Sscanf(head, "%d %d %g %s", &n, &features, &scale, &way); err != nil || n < 1 || n > mostLabels || features < 0 ||
		features > mostFeatures {
		return nil, errSenses
	}
	biases, err := line()
	if err != nil {
		return nil, err
	}
	labels, err := line()
	if err != nil {
		return nil, err
	}
	m := &fitted{each: way == "each", labels: strings.Split(labels, "\t"), index: make(map[string]int, features), bias: make([]float64, n)}
	bias := strings.Fields(biases)
	if len(m.labels) != n || len(bias) != n {
		return nil, errSenses
	}
	for l, b := range bias {
		if m.bias[l], err = strconv.ParseFloat(b, 64); err != nil {
			return nil, errSenses
		}
	}
	var names strings.Builder // one text for all: of a string each a quarter of the memory is overhead
	ends := make([]int, features)
	for i := range features {
		name, err := r.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		names.Write(name[:len(name)-1])
		ends[i] = names.Len()
	}
	begin := 0
	for i, end := range ends {
		m.index[names.String()[begin:end]], begin = i, end
	}
	raw := make([]byte, n*features)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	m.scale, m.bytes = scale, make([]int8, len(raw))
	for i, b := range raw {
		m.bytes[i] = int8(b)
	}
	return m, nil
}
