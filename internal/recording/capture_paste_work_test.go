package recording

import (
	"fmt"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/intake/paste"
)

// TestManyNamesInWhatIsPasted: of thousands of names few are somebody new, and
// the work grows with their number and not with its square.
func TestManyNamesInWhatIsPasted(t *testing.T) {
	work := func(names int) int {
		w := &writers{having: map[string][]int{}, row: map[throughline.PersonID]int{}, email: map[string][]int{}, domain: map[string]bool{}, asked: map[string]meant{}}
		w.add(capture.Person{ID: throughline.PersonID(throughline.KeyedID(time.Time{}, "a")), Name: "Petra Lang"})
		nobody := 0
		for i := range names {
			for range 2 {
				if w.who(paste.Part{Who: paste.Name{Name: fmt.Sprintf("Petra N%c%c%c", 'a'+i/676, 'a'+i/26%26, 'a'+i%26)}}) < 0 {
					nobody++
				}
			}
		}
		if len(w.people) != 1+mostNewcomers || nobody != 2*(names-mostNewcomers) {
			t.Errorf("of %d names %d are somebody, %d words are nobody's", names, len(w.people), nobody)
		}
		return w.steps
	}
	if few, many := work(1000), work(16000); many > 17*few {
		t.Errorf("%d steps for a thousand names, %d for sixteen thousand", few, many)
	}
}
