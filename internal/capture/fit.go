package capture

import (
	"math"
	"slices"
)

// fitted is a log-linear model: a weight for each feature and label
// (docs/methods/capture.md, "What is learned").
type fitted struct {
	each   bool // every label is judged by itself: fitEach
	labels []string
	index  map[string]int // feature to row
	weight []float64      // rows of len(labels)
	bias   []float64
}

// sample is what one example has, and how much it counts.
type sample struct {
	label  string
	has    []string
	weight float64
}

// What training places takes: the size of a step, and how strongly weights are
// drawn to nothing. Chosen by cross-validation.
const (
	stepSize = 1.0
	shrink   = 1e-3
)

func featureNames(fs []feature) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.name
	}
	return out
}

// fit goes over the samples in a fixed order that mixes the labels, so that it
// needs no chance: same samples, same numbers.
func fit(samples []sample, rounds int, shrink float64) *fitted {
	m := &fitted{index: map[string]int{}}
	for _, s := range samples {
		if !slices.Contains(m.labels, s.label) {
			m.labels = append(m.labels, s.label)
		}
	}
	slices.Sort(m.labels)
	type row struct {
		label  int
		has    []int
		weight float64
	}
	rows := make([]row, len(samples))
	for i, s := range samples {
		r := row{label: slices.Index(m.labels, s.label), weight: s.weight}
		for _, name := range s.has {
			at, ok := m.index[name]
			if !ok {
				at = len(m.index)
				m.index[name] = at
			}
			r.has = append(r.has, at)
		}
		rows[i] = r
	}
	n := len(m.labels)
	m.weight, m.bias = make([]float64, len(m.index)*n), make([]float64, n)
	p := make([]float64, n)
	stride := stride(len(rows))
	for round := range rounds {
		step := stepSize / (1 + 0.1*float64(round))
		for k := range rows {
			r := &rows[(k*stride+round)%len(rows)]
			m.learn(r.has, r.label, step*r.weight, shrink, p)
		}
	}
	return m
}

// learn moves the weights of one sample a step towards its label; p is room to work in.
func (m *fitted) learn(has []int, label int, step, shrink float64, p []float64) {
	if len(has) == 0 {
		return
	}
	n, scale := len(m.labels), norm(len(has))
	copy(p, m.bias)
	for _, f := range has {
		for l, w := range m.weight[f*n : f*n+n] {
			p[l] += w * scale
		}
	}
	softmax(p)
	p[label]--
	for _, f := range has {
		row := m.weight[f*n : f*n+n]
		for l := range row {
			row[l] -= step * (p[l]*scale + shrink*row[l])
		}
	}
}

// norm keeps long sentences from being surer than short ones.
func norm(features int) float64 { return 3 / math.Sqrt(float64(features)+4) }

func softmax(p []float64) {
	top := slices.Max(p)
	sum := 0.0
	for i, x := range p {
		p[i] = math.Exp(x - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// of gives the share of belief in each label, and what spoke for it.
func (m *fitted) of(fs []feature) []float64 {
	n := len(m.labels)
	p := slices.Clone(m.bias)
	known := 0
	for _, f := range fs {
		if _, ok := m.index[f.name]; ok {
			known++
		}
	}
	scale := norm(known)
	if m.each { // what was never met makes it less sure
		scale = norm(len(fs))
	}
	for _, f := range fs {
		if at, ok := m.index[f.name]; ok {
			for l, w := range m.weight[at*n : at*n+n] {
				p[l] += w * scale
			}
		}
	}
	if m.each {
		apart(p)
	} else {
		softmax(p)
	}
	return p
}

// apart turns what speaks for each label by itself into shares of belief.
func apart(p []float64) {
	sum := 0.0
	for i, x := range p {
		p[i] = 1 / (1 + math.Exp(-x))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}

// why gives the place of the words that spoke most for a label.
func (m *fitted) why(fs []feature, label int) (start, end int) {
	best := 0.0
	for _, f := range fs {
		if at, ok := m.index[f.name]; ok {
			if w := m.weight[at*len(m.labels)+label]; w > best {
				best, start, end = w, f.start, f.end
			}
		}
	}
	return start, end
}
