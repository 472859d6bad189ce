package throughline

// Class is the buying class of one purchase (DOMAIN 4). Price is no input to it.
type Class string

// The buying classes. Unclassified is an answer: ask, do not guess.
const (
	Transactional         Class = "transactional"
	TransactionalInformal Class = "transactional-informal"
	Complex               Class = "complex"
	ComplexNoProcess      Class = "complex-no-process"
	Unclassified          Class = "unclassified"
)

// Classes lists the buying classes from the most practised to the unknown.
func Classes() []Class {
	return []Class{Transactional, TransactionalInformal, Complex, ComplexNoProcess, Unclassified}
}

// Known reports whether c is one of the classes.
func (c Class) Known() bool {
	for _, k := range Classes() {
		if c == k {
			return true
		}
	}
	return false
}
