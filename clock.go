package throughline

import "time"

// Clock tells the time. It is handed in; pure rooms take an instant instead.
type Clock func() time.Time
