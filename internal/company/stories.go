package company

// stories are the hand-made deals, each a few lines of its own.
var stories = []func(*world) []Case{}
