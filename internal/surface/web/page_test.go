package web_test

import "testing"

func TestLook(t *testing.T) {
	s := open(t).fill(t)
	doc, r := s.get(t, "/")
	h, _ := doc.Html()
	t.Log(r.StatusCode, len(h), doc.Find("h1").Text(), doc.Find(".row").Length())
	href, _ := doc.Find(".row-link").First().Attr("href")
	doc, r = s.get(t, href)
	h, _ = doc.Html()
	t.Log(r.StatusCode, len(h), doc.Find("h1").Text())
}
