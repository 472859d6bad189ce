#!/usr/bin/python3
"""The hand-written numpy count that Aalen-Johansen is measured against.
Usage: count.py DATA REPS. One stratified table of day x end, then the curves."""
import sys, time, json, numpy as np, pandas as pd
d = pd.read_csv(sys.argv[1] + '/aj1m.csv')
reps = int(sys.argv[2])
day, status = d.day.values, d.status.values
def count(g, G):
    D = int(day.max()) + 1
    c = np.bincount((g * D + day) * 4 + status, minlength=G * D * 4).reshape(G, D, 4)
    left = c.sum(2)
    risk = left.sum(1, keepdims=True) - np.cumsum(left, 1) + left
    ev = c[:, :, 1:]
    with np.errstate(divide='ignore', invalid='ignore'):
        h = np.where(risk[:, :, None] > 0, ev / risk[:, :, None], 0)
    s = np.cumprod(1 - h.sum(2), 1)
    before = np.concatenate([np.ones((G, 1)), s[:, :-1]], 1)
    return np.cumsum(before[:, :, None] * h, 1)
for g, G in ((d.g100.values, 100),):
    ts = []
    for _ in range(reps):
        t = time.perf_counter(); f = count(g, G); ts.append(time.perf_counter() - t)
    print(json.dumps(dict(what='aj 1M x %d strata' % G, peer='numpy count', wall=sorted(ts)[len(ts) // 2], min=min(ts))))
