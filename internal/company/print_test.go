package company_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
)

func TestPrint(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SHOW"))
	skip, _ := strconv.Atoi(os.Getenv("SKIP"))
	if n == 0 {
		t.Skip("set SHOW")
	}
	i := 0
	for c := range company.Generate(1, today, book(t)) {
		if i++; i <= skip {
			continue
		}
		deal.Sort(c.Batch.Facts)
		fmt.Printf("\n##### %+v\n", c.Truth)
		for _, f := range c.Batch.Facts {
			b, _ := json.Marshal(f.Body)
			fmt.Println(f.Happened.Format("2006-01-02"), f.Learned.Sub(f.Happened).Hours()/24, f.Body.Kind(), f.Grade, string(b))
		}
		if n--; n == 0 {
			return
		}
	}
}
