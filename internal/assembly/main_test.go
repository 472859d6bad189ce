package assembly_test

import (
	"os"
	"testing"

	"github.com/throughline/throughline/internal/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
