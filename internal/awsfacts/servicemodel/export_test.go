package servicemodel

// CompileAll compiles all patterns and returns how many there are.
func CompileAll() int {
	n := 0
	for _, s := range shapes() {
		if s.pattern != nil && s.pattern() != nil {
			n++
		}
	}
	return n
}
