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
	weight []float64      // rows of len(labels), as they are learned
	bytes  []int8         // the same as they are kept: times scale they are the weights
	scale  float64
	bias   []float64
}

// speaks gives what a row says for a label.
func (m *fitted) speaks(row, label int) float64 {
	at := row*len(m.labels) + label
	if m.bytes != nil {
		return float64(m.bytes[at]) * m.scale
	}
	return m.weight[at]
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

// of gives the share of belief in each label.
func (m *fitted) of(fs []feature) []float64 {
	p := m.scores(fs)
	if m.each {
		apart(p)
	} else {
		softmax(p)
	}
	return p
}

// scores gives what speaks for each label, as logits.
func (m *fitted) scores(fs []feature) []float64 {
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
			for l := range n {
				p[l] += m.speaks(at, l) * scale
			}
		}
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
			if w := m.speaks(at, label); w > best {
				best, start, end = w, f.start, f.end
			}
		}
	}
	return start, end
}
