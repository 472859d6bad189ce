package spelling

// LongID gives the 18 signs of a Salesforce id that is written with 15: the
// three that are added tell which letters of each five are capitals, so that
// programs which do not tell them apart still tell ids apart. Reports and pages
// show 15, exports 18; both are one record. Any other text comes back as it is.
func LongID(s string) string {
	if len(s) != 15 {
		return s
	}
	var long [18]byte
	for k := range 3 {
		capitals := 0
		for i := range 5 {
			c := s[k*5+i]
			switch {
			case c >= 'A' && c <= 'Z':
				capitals |= 1 << i
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			default:
				return s
			}
			long[k*5+i] = c
		}
		long[15+k] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals]
	}
	return string(long[:])
}

// OtherID gives the id that is the same record's: 18 signs for 15, and 15 for
// 18 whose last three agree with them. It is "" where there is none.
func OtherID(s string) string {
	switch len(s) {
	case 15:
		if long := LongID(s); long != s {
			return long
		}
	case 18:
		if LongID(s[:15]) == s {
			return s[:15]
		}
	}
	return ""
}
