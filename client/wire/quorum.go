package wire

// MaxEvil returns how many of n guardians may be dishonest or absent, n > 0.
func MaxEvil(n int) int { return max(n-1, 0) / 3 }

// Threshold returns how many of n guardians must agree.
func Threshold(n int) int { return n - MaxEvil(n) }

// OneHonest returns the least number of n guardians of which at least one is
// honest.
func OneHonest(n int) int { return MaxEvil(n) + 1 }
