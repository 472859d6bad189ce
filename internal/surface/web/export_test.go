package web

import "github.com/throughline/throughline/internal/phrase"

// Refusal is what a page in this language says of a refusal.
func Refusal(lang string, err error) string { return (&visit{p: phrase.For(lang)}).refusal(err) }
