package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// An integerPicture says how a whole number is written, such as "#,##0", "1;o", "I" or "Ww".
// https://www.w3.org/TR/xpath-functions-31/#formatting-integers
type integerPicture struct {
	style      rune // '1' digits, 'a' letters, 'i' Roman numerals, 'w' words
	casing     rune // 'u', 'l' or 't': upper, lower, title
	ordinal    bool
	zero       rune
	mandatory  int
	optional   int
	width      int // exactly so many digits are read, where it is not 0
	separators []separator
	regular    int // the same separator each so many digits
}

// A separator stands so many digits before the end.
type separator struct {
	position int
	text     string
}

// Where the digits of a script begin.
var zeros = []rune{'0', 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090,
	0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10}

func parseIntegerPicture(picture string) *integerPicture {
	p := &integerPicture{casing: 'l', zero: '0'}
	primary := picture
	if i := strings.LastIndexByte(picture, ';'); i >= 0 {
		primary = picture[:i]
		p.ordinal = strings.HasPrefix(picture[i+1:], "o")
	}
	switch primary {
	case "A", "I", "W":
		p.style, p.casing = rune(strings.ToLower(primary)[0]), 'u'
	case "a", "i", "w":
		p.style = rune(primary[0])
	case "Ww":
		p.style, p.casing = 'w', 't'
	default:
		p.style = '1'
		p.digits(primary)
	}
	return p
}

// digits reads a pattern of digits from its end.
func (p *integerPicture) digits(pattern string) {
	runes := []rune(pattern)
	slices.Reverse(runes)
	position := 0
	for _, r := range runes {
		i := slices.IndexFunc(zeros, func(zero rune) bool { return r >= zero && r <= zero+9 })
		switch {
		case i >= 0:
			if p.mandatory > 0 && zeros[i] != p.zero {
				wrongf("the picture %q mixes digits of different scripts", pattern)
			}
			p.zero = zeros[i]
			p.mandatory++
			position++
		case r == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position, string(r)})
		}
	}
	if p.mandatory == 0 {
		wrongf("the picture %q has no digit", pattern)
	}
	positions := make([]int, len(p.separators))
	for i, each := range p.separators {
		positions[i] = each.position
		if each.text != p.separators[0].text {
			return
		}
	}
	p.regular = interval(positions)
}

// interval is the distance of positions that all have the same, and 0 otherwise.
func interval(positions []int) int {
	factor := 0
	for _, each := range positions {
		for a, b := factor, each; ; a, b = b, a%b {
			if b == 0 {
				factor = a
				break
			}
		}
	}
	for i := range positions {
		if !slices.Contains(positions, (i+1)*factor) {
			return 0
		}
	}
	return factor
}

func formatInteger(n float64, picture string) any {
	return parseIntegerPicture(picture).write(math.Floor(n))
}

func (p *integerPicture) write(n float64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	switch p.style {
	case 'a':
		first := 'a'
		if p.casing == 'u' {
			first = 'A'
		}
		return sign + letters(n, first)
	case 'i':
		text := roman(n)
		if p.casing == 'u' {
			text = strings.ToUpper(text)
		}
		return sign + text
	case 'w':
		text := inWords(n, "", p.ordinal)
		switch p.casing {
		case 'u':
			text = strings.ToUpper(text)
		case 'l':
			text = strings.ToLower(text)
		}
		return sign + text
	}
	digits := strconv.FormatFloat(n, 'f', -1, 64)
	digits = strings.Repeat("0", max(0, p.mandatory-len(digits))) + digits
	out := []rune(digits)
	for i := range out {
		out[i] += p.zero - '0'
	}
	text := string(p.separated(out))
	if p.ordinal {
		text += ordinalEnd(digits)
	}
	return sign + text
}

// separated puts the separators between the digits.
func (p *integerPicture) separated(digits []rune) []rune {
	separators := p.separators
	if p.regular > 0 {
		separators = nil
		for i := p.regular; i < len(digits); i += p.regular {
			separators = append(separators, separator{i, p.separators[0].text})
		}
	}
	length := len(digits)
	for _, each := range separators { // from the end, so that what is inserted moves nothing before it
		if at := length - each.position; at >= 0 {
			digits = slices.Insert(digits, at, []rune(each.text)...)
		}
	}
	return digits
}

func ordinalEnd(digits string) string {
	last := digits[len(digits)-1]
	if len(digits) > 1 && digits[len(digits)-2] == '1' || last < '1' || last > '3' {
		return "th"
	}
	return [...]string{"st", "nd", "rd"}[last-'1']
}

func letters(n float64, first rune) string {
	out := ""
	for value := int64(n); value > 0; value = (value - 1) / 26 {
		out = string(first+rune((value-1)%26)) + out
	}
	return out
}

var romans = []struct {
	value float64
	text  string
}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}}

func roman(n float64) string {
	if n >= 1_000_000 {
		wrong("the number is too large for Roman numerals")
	}
	out := ""
	for _, each := range romans {
		for n >= each.value {
			out += each.text
			n -= each.value
		}
	}
	return out
}

var (
	units = []string{"Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
		"Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"}
	ordinalUnits = []string{"Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh",
		"Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth"}
	tens       = []string{"Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"}
	magnitudes = []string{"Thousand", "Million", "Billion", "Trillion"}
)

// inWords writes a number in English words. before is what stands between it and the words before.
func inWords(n float64, before string, ordinal bool) string {
	and := ""
	if before != "" {
		and = " and "
	}
	switch {
	case n < 20 && ordinal:
		return and + ordinalUnits[int(n)]
	case n < 20:
		return and + units[int(n)]
	case n < 100:
		text := and + tens[int(n)/10-2]
		if rest := math.Mod(n, 10); rest > 0 {
			return text + "-" + inWords(rest, "", ordinal)
		}
		if ordinal {
			return text[:len(text)-1] + "ieth"
		}
		return text
	}
	size, name := 100.0, "Hundred"
	if n >= 1000 {
		i := min(int(math.Floor(math.Log10(n)/3)), len(magnitudes))
		size, name = math.Pow(10, float64(3*i)), magnitudes[i-1]
	}
	text := before + inWords(math.Floor(n/size), "", false) + " " + name
	if rest := n - math.Floor(n/size)*size; rest > 0 {
		return text + inWords(rest, ", ", ordinal)
	}
	if ordinal {
		return text + "th"
	}
	return text
}

// wordValues are the numbers that words stand for.
var wordValues = sync.OnceValue(func() map[string]float64 {
	out := map[string]float64{"hundred": 100, "hundredth": 100}
	for i, word := range units {
		out[strings.ToLower(word)], out[strings.ToLower(ordinalUnits[i])] = float64(i), float64(i)
	}
	for i, word := range tens {
		word = strings.ToLower(word)
		out[word], out[word[:len(word)-1]+"ieth"] = float64(10*i+20), float64(10*i+20)
	}
	for i, word := range magnitudes {
		word = strings.ToLower(word)
		out[word], out[word+"th"] = math.Pow(1000, float64(i+1)), math.Pow(1000, float64(i+1))
	}
	return out
})

// fromWords adds up what words stand for.
func fromWords(text string) float64 {
	parts := []float64{0}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" -,\t\n", r) }) {
		value, known := wordValues()[word]
		last := len(parts) - 1
		switch {
		case word == "and":
		case !known:
			wrongf("%q is no number in words", text)
		case value >= 100:
			parts[last] *= value
		case parts[last] >= 1000:
			parts = append(parts, value)
		default:
			parts[last] += value
		}
	}
	sum := 0.0
	for _, each := range parts {
		sum += each
	}
	return sum
}

func parseInteger(text, picture string) any { return parseIntegerPicture(picture).read(text) }

// read is the number that the text stands for.
func (p *integerPicture) read(text string) float64 {
	switch p.style {
	case 'a':
		n := 0.0
		for _, r := range strings.ToLower(text) {
			n = n*26 + float64(r-'a'+1)
		}
		return n
	case 'i':
		return fromRoman(strings.ToLower(text))
	case 'w':
		return fromWords(text)
	}
	if p.ordinal && len(text) > 2 {
		text = text[:len(text)-2]
	}
	for _, each := range p.separators {
		text = strings.ReplaceAll(text, each.text, "")
	}
	digits := []rune(text)
	for i, r := range digits {
		if r >= p.zero && r <= p.zero+9 {
			digits[i] = r - p.zero + '0'
		}
	}
	n, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		wrongf("%q is no number of this picture", text)
	}
	return n
}

func fromRoman(text string) float64 {
	values := map[rune]float64{'m': 1000, 'd': 500, 'c': 100, 'l': 50, 'x': 10, 'v': 5, 'i': 1}
	n, largest := 0.0, 1.0
	runes := []rune(text)
	slices.Reverse(runes)
	for _, r := range runes {
		if value := values[r]; value < largest {
			n -= value
		} else {
			largest = value
			n += value
		}
	}
	return n
}

// pattern is the regular expression of what read reads.
func (p *integerPicture) pattern() string {
	switch p.style {
	case 'a':
		return "[a-zA-Z]+"
	case 'i':
		return "[mdclxviMDCLXVI]+"
	case 'w':
		words := []string{"and", "[\\-, ]"}
		for word := range wordValues() {
			words = append(words, word)
		}
		slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
		return "(?:" + strings.Join(words, "|") + ")+"
	}
	out := "[0-9]+"
	if p.width > 0 {
		out = "[0-9]{" + strconv.Itoa(p.width) + "}"
	}
	if p.ordinal {
		out += "(?:th|st|nd|rd)"
	}
	return out
}
