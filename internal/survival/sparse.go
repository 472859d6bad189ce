package survival

// Sparse holds rows of covariates of which most are zero.
type Sparse struct {
	Cols int
	from []int32 // row i is from[i]:from[i+1]
	col  []int32
	val  []float64
}

// NewSparse begins a matrix of cols columns.
func NewSparse(cols int) *Sparse { return &Sparse{Cols: cols, from: []int32{0}} }

// Set puts a value into the row that is being written; zeros are left out.
// A column is set at most once a row.
func (m *Sparse) Set(col int, v float64) {
	if v != 0 {
		m.col, m.val = append(m.col, int32(col)), append(m.val, v)
	}
}

// Close ends the row and gives its number.
func (m *Sparse) Close() int {
	m.from = append(m.from, int32(len(m.col)))
	return len(m.from) - 2
}

// Rows gives the number of closed rows.
func (m *Sparse) Rows() int { return len(m.from) - 1 }

// Row gives the columns and values of row i.
func (m *Sparse) Row(i int) ([]int32, []float64) {
	a, b := m.from[i], m.from[i+1]
	return m.col[a:b], m.val[a:b]
}
