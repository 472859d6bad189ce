package company

// stories are the hand-made deals, each a few lines of its own.
var stories = []func(*world) []Case{
	northfield, ashlow, tarnside, coldbrook, sternau, halvard, brookvale, larkholm, clervaux, navigation, landed,
}
