package templates

import (
	"errors"
	"regexp"
	"strings"
)

// cutLast divides a path at its last point.
func cutLast(path string) (head, last string) {
	if at := strings.LastIndexByte(path, '.'); at >= 0 {
		return path[:at], path[at+1:]
	}
	return "", path
}

// nearest finds the name that was perhaps meant: the same letters, or few
// others.
func nearest(name string, known []string) string {
	best, distance := "", max(1, min(3, len(name)/3))+1
	for _, k := range known {
		if k == name {
			continue
		}
		if strings.EqualFold(k, name) {
			return k
		}
		if d := editDistance(strings.ToLower(name), strings.ToLower(k), distance); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts the letters to change, to drop, to add or to swap with
// their neighbour, up to limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 200 {
		return limit
	}
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(next[j]+1, row[j+1]+1, cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// unknownName is a finding about a name that the data does not have.
func unknownName(s *tab, c *cell, path string, known []string) Finding {
	f := found(s, c, "render-unknown", path)
	_, last := cutLast(path)
	if near := nearest(strings.TrimSuffix(last, "()"), known); near != "" {
		return f.fixed(replaceName(c.text, last, near))
	}
	return f
}

// replaceName replaces a whole name in a text.
func replaceName(text, was, with string) string {
	if was == "" {
		return text
	}
	var b strings.Builder
	for {
		at := strings.Index(text, was)
		if at < 0 {
			return b.String() + text
		}
		end := at + len(was)
		b.WriteString(text[:at])
		if at > 0 && (isLetter(text[at-1]) || isDigit(text[at-1])) || end < len(text) && (isLetter(text[end]) || isDigit(text[end])) {
			b.WriteString(was)
		} else {
			b.WriteString(with)
		}
		text = text[end:]
	}
}

var wholeDivisor = regexp.MustCompile(`/(\s*)100\b(\.?)`)

// withDoubles makes the divisor 100 a number with a point.
func withDoubles(text string) string {
	return wholeDivisor.ReplaceAllStringFunc(text, func(m string) string {
		if strings.HasSuffix(m, ".") {
			return m
		}
		return m + ".0"
	})
}

var schemePattern = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://`)

// withoutSlashes drops the last // and what follows it; the slashes of an
// address are divided between texts that an expression joins.
func withoutSlashes(text string) string {
	for {
		m := schemePattern.FindStringIndex(text)
		if m == nil {
			break
		}
		scheme := text[m[0] : m[1]-len("://")]
		joined := `${"` + scheme + `" + ":/" + "/"}`
		if open := strings.LastIndex(text[:m[0]], "${"); open >= 0 && !strings.Contains(text[open:m[0]], "}") {
			quote, inside := openQuote(text[open+2 : m[0]])
			if !inside {
				return text
			}
			joined = scheme + quote + " + " + quote + ":/" + quote + " + " + quote + "/"
		}
		text = text[:m[0]] + joined + text[m[1]:]
	}
	if at := strings.LastIndex(text, "//"); at >= 0 {
		return strings.TrimRight(text[:at], " ")
	}
	return text
}

// openQuote says whether a piece of an expression ends inside a text.
func openQuote(source string) (quote string, inside bool) {
	for _, r := range source {
		switch {
		case inside:
			inside = string(r) != quote
		case r == '"' || r == '\'':
			quote, inside = string(r), true
		}
	}
	return quote, inside
}

// straightQuotes replaces typographic quotes.
func straightQuotes(text string) string {
	return strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "‚", "'", "″", `"`, "′", "'").Replace(text)
}

var onePath = regexp.MustCompile(`^\s*[A-Za-z_][\w.]*(?:\(\))?\s*$`)

// nullSafeTest puts a comparison with null in front of a test.
func nullSafeTest(text, source string) string {
	switch {
	case strings.TrimSpace(source) == "null":
		return text
	case !onePath.MatchString(source):
		return strings.Replace(text, "${"+source+"}", "${("+source+") != null && ("+source+")}", 1)
	}
	return strings.Replace(text, "${"+source+"}", "${"+source+" != null && "+source+"}", 1)
}

// attributeFinding says what is wrong with an attribute.
func attributeFinding(s *tab, c *cell, name string, err error) Finding {
	var syntax *syntaxError
	switch {
	case err == nil:
		return found(s, c, "attribute-missing", name)
	case errors.Is(err, errNotExpression):
		value, _ := c.tag.attr(name)
		bare := strings.TrimRight(strings.TrimLeft(value, " ${"), " }")
		return found(s, c, "attribute-bare", name).fixed(strings.Replace(c.text, value, "${"+bare+"}", 1))
	case errors.As(err, &syntax):
		return found(s, c, "attribute-broken", name, syntax)
	}
	return found(s, c, "attribute-broken", name, err)
}

// selectFinding is about a select that names the variable of a loop with
// groupBy.
func selectFinding(s *tab, c *cell, name string) Finding {
	value, _ := c.tag.attr("select")
	return found(s, c, "select-variable", name).fixed(strings.Replace(c.text, value, replaceName(value, name, groupName+".item"), 1))
}

// broken is a finding about an expression that cannot be read.
func broken(s *tab, c *cell) Finding {
	p := c.parsed
	if strings.Count(p.brokenText, `"`)%2 == 1 || strings.Count(p.brokenText, `'`)%2 == 1 {
		return found(s, c, "expression-brace")
	}
	if looksAggregate(p.brokenText) {
		return found(s, c, "colon-letter").fixed(spacedColons(c.text))
	}
	return found(s, c, "expression-broken", p.broken)
}

var tightColon = regexp.MustCompile(`([A-Za-z()][0-9]*):`)

// clocks are the spellings of a time in a format, with their equals that have
// no colon.
var clocks = regexp.MustCompile(`(%(?:\d+\$|<)?t)H:%(?:\d+\$|<)?tM(:%(?:\d+\$|<)?tS)?`)

// spacedColons puts a space before the colons that are taken for aggregates; a
// time in a format is spelled without them.
func spacedColons(text string) string {
	text = clocks.ReplaceAllStringFunc(text, func(m string) string {
		parts := clocks.FindStringSubmatch(m)
		if parts[2] != "" {
			return parts[1] + "T"
		}
		return parts[1] + "R"
	})
	text = tightColon.ReplaceAllString(text, "$1 :")
	return text
}
