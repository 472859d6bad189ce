#!/bin/sh
# Times the survival and forecast rooms against numpy and R in one go, and prints ratios.
# Usage: bench/survival/run.sh [DATA]   (needs Debian's python3-numpy python3-pandas r-cran-survival
# r-cran-data.table r-cran-jsonlite r-cran-riskregression, and ../shared/reference/bench)
set -e
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd); ref=$root/../shared/reference/bench
data=${1:-${TMPDIR:-/tmp}/throughline-bench}; mkdir -p "$data"
/usr/bin/python3 "$ref/gen_stats.py" "$data" >/dev/null
out=$data/out.jsonl; : >"$out"
bin=$data/survival.bin; (cd "$root" && go build -o "$bin" ./bench/survival)
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
/usr/bin/python3 "$here/count.py" "$data" 11 >>"$out"
"$bin" "$data" aj cox >>"$out"
DATA=$data RESULTS=$out REPS=${REPS:-1} Rscript "$ref/bench_r.R" cox >/dev/null
"$bin" "$data" csc mc >>"$out"
DATA=$data RESULTS=$out REPS=${REPS:-1} Rscript "$ref/bench_r.R" csc >/dev/null
/usr/bin/python3 "$ref/mc_numpy.py" "$data/deals10k.csv" | sed 's/^median \([0-9.]*\) s.*/{"what":"mc 10k x 10k","peer":"numpy","wall":\1}/' >>"$out"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
/usr/bin/python3 - "$out" <<'P'
import json, sys
rows = [json.loads(l) for l in open(sys.argv[1]) if l.strip().startswith('{')]
def wall(what, peer):
    for r in rows:
        if what in r['what'] and peer in r['peer']: return r['wall']
    return float('nan')
def line(name, ours, theirs, aim): print('%-44s ours %8.4f s  theirs %8.4f s  ratio %6.2f  (%s)' % (name, ours, theirs, theirs / ours, aim))
line('aj 1M x 100 strata / numpy count', wall('aj 1M x 100', 'ours'), wall('aj 1M x 100', 'numpy'), 'at least 0.5')
line('cox 100k x 20 / coxph', wall('cox 100k', 'ours'), wall('ties, Efron', 'coxph'), 'at least 4')
line('cox 100k x 20 / coxph.fit', wall('cox 100k', 'ours'), wall('matrix fit only', 'coxph.fit'), 'at least 1')
line('csc models 3 x 100k x 5 / riskRegression', wall('csc 3', 'ours'), wall('3 cause-specific', 'risk'), 'at least 10 with the next')
line('csc risks 10k x 12 / riskRegression', wall('csc risks', 'ours'), wall('12 horizons', 'risk'), '')
line('both', wall('csc 3', 'ours') + wall('csc risks', 'ours'), wall('3 cause-specific', 'risk') + wall('12 horizons', 'risk'), 'at least 10')
line('mc 10k x 10k / numpy', wall('mc 10k x 10k, shock 0', 'ours'), wall('mc 10k', 'numpy'), 'at least 5, under 1 s')
P
