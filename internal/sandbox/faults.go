package sandbox

import (
	"hash/fnv"
	"sort"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
)

// phase says where in the life of a request a fault strikes.
type phase uint8

const (
	before phase = iota // nothing is carried out
	during              // the handler misbehaves
	after               // all is carried out, the answer is spoiled
	steady              // changes how the server behaves from now on
	preset              // stands for several
)

// kind is one way to misbehave.
type faultKind struct {
	name  string
	phase phase
	arg   string // default argument; "-" takes none
	what  string
}

// faultKinds is the table of everything a SPEC may name.
func faultKinds() []faultKind {
	return []faultKind{
		{"500-before", before, "-", "500 with an HTML page, nothing carried out"},
		{"502-before", before, "-", "502 with an HTML page, nothing carried out"},
		{"503-before", before, "-", "503, nothing carried out"},
		{"504-before", before, "-", "504 with an HTML page, nothing carried out"},
		{"maintenance", before, "-", "503 code 1074, nothing carried out"},
		{"429-time", before, "300ms", "429 code 1049 with X-Lognex-Retry-After of the argument"},
		{"429-parallel", before, "-", "429 code 1073 without a time"},
		{"drop-before", before, "-", "connection closed, nothing carried out"},
		{"html-error", before, "404", "the status of the argument with an HTML page"},
		{"slow-page", before, "2s", "the answer comes later"},
		{"revoke-token", before, "-", "401 from now on: the token is revoked"},
		{"413", before, "-", "413 code 1044"},
		{"500-after", after, "-", "carried out, then 500"},
		{"503-after", after, "-", "carried out, then 503"},
		{"504-after", after, "-", "carried out, then 504"},
		{"drop-after", after, "-", "carried out, then the connection closes"},
		{"lost-answer", after, "5m", "carried out, then silence until the argument or the client gives up"},
		{"cut-body", after, "-", "carried out, half of the answer, then the connection closes"},
		{"empty-body", after, "-", "carried out, 200 with an empty body"},
		{"short-bulk", after, "-", "carried out, the last element of the answer array is missing"},
		{"no-gzip", after, "-", "the answer is not compressed"},
		{"changed-between-pages", during, "-", "the first element of the list is edited before a later page is read"},
		{"deleted-between-pages", during, "-", "the first element of the list is deleted before a later page is read: rows move up"},
		{"created-between-pages", during, "-", "an element is added in front before a later page is read: rows move down"},
		{"duplicate-row", during, "-", "a page begins with the last row of the one before it"},
		{"missing-row", during, "-", "the first row of a page is missing"},
		{"1065", during, "1", "that element of a bulk write (from 1) was changed in parallel"},
		{"partial-bulk", during, "3", "every so-manieth element of a bulk write is refused with 1075"},
		{"1088", during, "-", "half of a bulk write is carried out, then 1088"},
		{"clock-skew", steady, "10s", "the server's clock is ahead by the argument from now on"},
		{"variant-order", steady, "-", "variants cannot be sorted by id (1063)"},
		{"no-limits", steady, "-", "neither limit is kept: no 429 comes of itself"},
		{"default", preset, "5%", "that part of requests is answered 429 or 503, nothing carried out"},
		{"none", preset, "-", "no faults; those added before are dropped"},
	}
}

// fault is one entry of a SPEC.
type fault struct {
	faultKind
	value   string
	method  string // "" is any
	prefix  string // path after the base; "" is any
	left    int    // how many times more; -1 is for ever
	percent int    // of the requests that match; 0 is each
}

// parseFaults reads a SPEC: entries joined by commas, each
// name[=arg][:METHOD[:path-prefix[:xN or N%]]]. Times and parts may also stand
// in place of the method or the path.
func parseFaults(spec string) ([]*fault, error) {
	var out []*fault
	for _, text := range strings.Split(spec, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		f, err := parseFault(text)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func parseFault(text string) (*fault, error) {
	parts := strings.Split(text, ":")
	name, arg, hasArg := strings.Cut(parts[0], "=")
	f := &fault{left: -1}
	for _, k := range faultKinds() {
		if k.name == name {
			f.faultKind, f.value = k, k.arg
		}
	}
	if f.name == "" {
		return nil, i18n.Errorf(i18n.T("unknown fault %q: known are %s", "неизвестный сбой %q: известны %s"), name, faultNames())
	}
	if hasArg {
		f.value = arg
	}
	if err := f.checkArg(hasArg); err != nil {
		return nil, err
	}
	places := []*string{&f.method, &f.prefix}
	for _, p := range parts[1:] {
		if ok, err := f.count(p); err != nil {
			return nil, err
		} else if ok {
			continue
		}
		if len(places) == 0 {
			return nil, i18n.Errorf(i18n.T("fault %q: %q is neither xN nor N%%", "сбой %q: %q не xN и не N%%"), text, p)
		}
		*places[0] = p
		places = places[1:]
	}
	f.method = strings.ToUpper(f.method)
	return f, nil
}

// count reads xN or N%.
func (f *fault) count(p string) (bool, error) {
	switch {
	case len(p) > 1 && p[0] == 'x':
		n, err := strconv.Atoi(p[1:])
		if err != nil || n < 1 {
			return false, i18n.Errorf(i18n.T("fault %q: a number of times is expected, not %q", "сбой %q: ожидается число раз, а не %q"), f.name, p)
		}
		f.left = n
	case strings.HasSuffix(p, "%"):
		n, err := strconv.Atoi(strings.TrimSuffix(p, "%"))
		if err != nil || n < 1 || n > 100 {
			return false, i18n.Errorf(i18n.T("fault %q: a part from 1%% to 100%% is expected, not %q", "сбой %q: ожидается доля от 1%% до 100%%, а не %q"), f.name, p)
		}
		f.percent = n
	default:
		return false, nil
	}
	return true, nil
}

func (f *fault) checkArg(given bool) error {
	bad := i18n.Errorf(i18n.T("fault %q: the argument %q does not fit", "сбой %q: аргумент %q не подходит"), f.name, f.value)
	switch {
	case f.arg == "-":
		if given {
			return bad
		}
	case strings.HasSuffix(f.arg, "s"), strings.HasSuffix(f.arg, "m"):
		if _, err := time.ParseDuration(f.value); err != nil {
			return bad
		}
	case strings.HasSuffix(f.arg, "%"):
		if ok, err := f.count(f.value); err != nil || !ok {
			return bad
		}
	default:
		if n, err := strconv.Atoi(f.value); err != nil || n < 1 {
			return bad
		}
	}
	return nil
}

func faultNames() string {
	var names []string
	for _, k := range faultKinds() {
		names = append(names, k.name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

func (f *fault) duration() time.Duration {
	d, _ := time.ParseDuration(f.value)
	return d
}

func (f *fault) number() int {
	n, _ := strconv.Atoi(f.value)
	return n
}

// misfortune decides which request meets which fault: by the seed, the request
// and how often the same request came, so that the order of parallel requests
// plays no part.
type misfortune struct {
	seed   int64
	faults []*fault
	seen   map[uint64]int // times a request came
	row    map[uint64]int // faults by chance in a row
	skew   time.Duration
	noSort bool // variant-order
	free   bool // no-limits
}

func newMisfortune(seed int64) *misfortune {
	return &misfortune{seed: seed, seen: map[uint64]int{}, row: map[uint64]int{}}
}

func (m *misfortune) add(spec string) error {
	list, err := parseFaults(spec)
	if err != nil {
		return err
	}
	for _, f := range list {
		switch {
		case f.name == "none":
			m.faults, m.skew, m.noSort, m.free = nil, 0, false, false
		case f.name == "clock-skew":
			m.skew = f.duration()
		case f.name == "variant-order":
			m.noSort = true
		case f.name == "no-limits":
			m.free = true
		default:
			m.faults = append(m.faults, f)
		}
	}
	return nil
}

// maxRow is how many faults by chance one request meets in a row at most: a
// client that tries three times gets through.
const maxRow = 2

// next gives the fault of this request, nil for none. path is relative to the
// base, with a leading slash.
func (m *misfortune) next(method, path, query string, body []byte) *fault {
	if len(m.faults) == 0 {
		return nil
	}
	key := hash(m.seed, method, path, query, string(body))
	n := m.seen[key]
	m.seen[key]++
	for i, f := range m.faults {
		if f.left == 0 || f.method != "" && f.method != method || !strings.HasPrefix(path, f.prefix) {
			continue
		}
		if f.percent > 0 {
			roll := hash(m.seed, f.name, strconv.Itoa(i), strconv.FormatUint(key, 16), strconv.Itoa(n))
			if int(roll%100) >= f.percent || m.row[key] >= maxRow {
				continue
			}
			m.row[key]++
			if f.name == "default" {
				return byChance(roll)
			}
		}
		if f.left > 0 {
			f.left--
		}
		return f
	}
	delete(m.row, key)
	return nil
}

// byChance gives one of the two faults that the default preset stands for.
func byChance(roll uint64) *fault {
	name := "503-before"
	if roll/100%2 == 0 {
		name = "429-time"
	}
	f, err := parseFault(name)
	if err != nil {
		return nil
	}
	return f
}

func hash(seed int64, parts ...string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(strconv.FormatInt(seed, 10)))
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	// FNV's low bits are weak for short keys; mix them.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
