package statement

import "strings"

// Word says what a word can be, for readers of other texts than statements.
type Word struct {
	Actor bool // a person or body that may act for a customer
	Thing bool // a thing, or a seller, that does nothing for a customer
	Act   bool // shows something a third party could see
	Weak  bool // a verb that shows nothing
	Past  bool // a past form or participle
}

// Word looks a single word up, in any case; words in no list are judged by their ending.
func (l *Linter) Word(w string) Word {
	k := l.words.of(strings.ToLower(w))
	return Word{Actor: k&actor != 0, Thing: k&(thing|noActor) != 0, Act: k&act != 0, Weak: k&(weak|vague) != 0, Past: k&(past|participle) != 0}
}
