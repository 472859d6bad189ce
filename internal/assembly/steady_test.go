package assembly_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// counting counts how many answers were given again.
type counting struct {
	store.Ledger
	again int
}

func (c *counting) Answer(ctx context.Context, q store.Question, make func() ([]byte, error)) ([]byte, bool, error) {
	text, again, err := c.Ledger.Answer(ctx, q, make)
	if again {
		c.again++
	}
	return text, again, err
}

// TestTheSameQuestion: who asks the same again gets the same bytes from memory; nobody
// gets what somebody else asked for, in whatever order they ask; and what is written,
// settled or taken away is in the next answer.
func TestTheSameQuestion(t *testing.T) {
	f := newFloor(t)
	memory := &counting{Ledger: f.desk.Ledger}
	f.desk.Ledger = memory
	list, one := "/api/deals?limit=50&sort=title", "/api/deals/"+f.deals[wordCara].id.String()
	all := []string{wordBo, wordCara, wordDan, wordEve, wordNobody}
	look := func(who string, words []string, status int) {
		t.Helper()
		for range 2 {
			_, body := f.who[who].send("GET", list, nil)
			for _, w := range all {
				if strings.Contains(strings.ToLower(body), w) != slices.Contains(words, w) {
					t.Errorf("%s is listed %q: %t", who, w, !slices.Contains(words, w))
				}
			}
			f.who[who].wants("GET", one, nil, status, "")
		}
	}
	f.settle(setting.OfTeam)
	look("Ann", all, 200)
	look("Bo", []string{wordBo, wordCara}, 200)
	look("Dan", []string{wordDan}, 404)
	if memory.again == 0 {
		t.Fatal("nothing was answered from memory")
	}
	f.settle(setting.Own)
	look("Ann", all, 200)
	look("Bo", []string{wordBo}, 404)
	f.settle(setting.OfTeam)
	f.put("North", "Bo", false)
	look("Bo", []string{wordBo}, 404)
	f.put("North", "Bo", true)
	look("Bo", []string{wordBo, wordCara}, 200)
	f.who["Bo"].wants("GET", one, nil, 200, "Capybara rollout")
	f.ann.wants("POST", strings.TrimPrefix(one, "/api")+"/title", url.Values{"title": {"Renamed by Ann"}}, 303, "")
	f.who["Bo"].wants("GET", one, nil, 200, "Renamed by Ann")
	f.who["Bo"].wants("GET", list, nil, 200, "Renamed by Ann")
	if body := f.who["Bo"].wants("GET", one+"?lang=zh", nil, 200, ""); body == f.who["Bo"].wants("GET", one, nil, 200, "") {
		t.Error("another language gets the same words")
	}
	f.who["Bo"].wants("GET", one+"?fields=title", nil, 200, `{"title":"Renamed by Ann"}`)
	if _, err := f.desk.Ledger.ErasePerson(t.Context(), f.desk.Workspace, throughline.PersonID(f.deals[wordCara].person), f.desk.Now()); err != nil {
		t.Fatal(err)
	}
	if body := f.who["Bo"].wants("GET", one, nil, 200, ""); strings.Contains(body, "Capybara Smith") {
		t.Error("somebody who was erased is still named")
	}
}
