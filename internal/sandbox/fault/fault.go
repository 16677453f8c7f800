// Package fault decides which request meets which misfortune by the seed, the
// request and how often the same request came, so that the order of parallel
// requests plays no part. What the misfortunes are is a table of the imitated
// service; what they do is written where they strike.
package fault

import (
	"hash/fnv"
	"sort"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
)

// Phase says where in the life of a request a fault strikes.
type Phase uint8

// The phases, in the order of a request's life.
const (
	Before Phase = iota // nothing is carried out
	During              // the handler misbehaves
	After               // all is carried out, the answer is spoiled
	Steady              // changes how the server behaves from now on
	Preset              // stands for several
)

// Kind is one way to misbehave.
type Kind struct {
	Name  string
	Phase Phase
	Arg   string // default argument, whose form all arguments have; "-" takes none
	What  string
}

// Fault is one entry of a SPEC.
type Fault struct {
	Kind
	value   string
	method  string // "" is any
	prefix  string // path after the base; "" is any
	left    int    // how many times more; -1 is for ever
	percent int    // of the requests that match; 0 is each
}

// Parse reads a SPEC: entries joined by commas, each
// name[=arg][:METHOD[:path-prefix[:xN or N%]]]. Times and parts may also stand
// in place of the method or the path.
func Parse(spec string, kinds []Kind) ([]*Fault, error) {
	var out []*Fault
	for _, text := range strings.Split(spec, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		f, err := parse(text, kinds)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func parse(text string, kinds []Kind) (*Fault, error) {
	parts := strings.Split(text, ":")
	name, arg, hasArg := strings.Cut(parts[0], "=")
	f := &Fault{left: -1}
	for _, k := range kinds {
		if k.Name == name {
			f.Kind, f.value = k, k.Arg
		}
	}
	if f.Name == "" {
		return nil, i18n.Errorf(i18n.T("unknown fault %q: known are %s", "неизвестный сбой %q: известны %s"), name, names(kinds))
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
func (f *Fault) count(p string) (bool, error) {
	switch {
	case len(p) > 1 && p[0] == 'x':
		n, err := strconv.Atoi(p[1:])
		if err != nil || n < 1 {
			return false, i18n.Errorf(i18n.T("fault %q: a number of times is expected, not %q", "сбой %q: ожидается число раз, а не %q"), f.Name, p)
		}
		f.left = n
	case strings.HasSuffix(p, "%"):
		n, err := strconv.Atoi(strings.TrimSuffix(p, "%"))
		if err != nil || n < 1 || n > 100 {
			return false, i18n.Errorf(i18n.T("fault %q: a part from 1%% to 100%% is expected, not %q", "сбой %q: ожидается доля от 1%% до 100%%, а не %q"), f.Name, p)
		}
		f.percent = n
	default:
		return false, nil
	}
	return true, nil
}

func (f *Fault) checkArg(given bool) error {
	bad := i18n.Errorf(i18n.T("fault %q: the argument %q does not fit", "сбой %q: аргумент %q не подходит"), f.Name, f.value)
	switch {
	case f.Arg == "-":
		if given {
			return bad
		}
	case strings.HasSuffix(f.Arg, "s"), strings.HasSuffix(f.Arg, "m"):
		if _, err := time.ParseDuration(f.value); err != nil {
			return bad
		}
	case strings.HasSuffix(f.Arg, "%"):
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

func names(kinds []Kind) string {
	var list []string
	for _, k := range kinds {
		list = append(list, k.Name)
	}
	sort.Strings(list)
	return strings.Join(list, ", ")
}

// Duration gives an argument that is a time.
func (f *Fault) Duration() time.Duration {
	d, _ := time.ParseDuration(f.value)
	return d
}

// Number gives an argument that is a number.
func (f *Fault) Number() int {
	n, _ := strconv.Atoi(f.value)
	return n
}

// Set is the faults of one server. Its callers hold the server's lock.
type Set struct {
	seed   int64
	kinds  []Kind
	chance []string // what the preset "default" stands for
	faults []*Fault
	steady map[string]*Fault
	seen   map[uint64]int // times a request came
	row    map[uint64]int // faults by chance in a row
}

// NewSet makes a set without faults. chance names the kinds that the preset
// "default" stands for, one of which each struck request meets.
func NewSet(seed int64, kinds []Kind, chance ...string) *Set {
	return &Set{seed: seed, kinds: kinds, chance: chance, steady: map[string]*Fault{}, seen: map[uint64]int{}, row: map[uint64]int{}}
}

// Add adds the faults of a SPEC; "none" drops all that were added before.
func (m *Set) Add(spec string) error {
	list, err := Parse(spec, m.kinds)
	if err != nil {
		return err
	}
	for _, f := range list {
		switch {
		case f.Name == "none":
			m.faults = nil
			clear(m.steady)
		case f.Phase == Steady:
			m.steady[f.Name] = f
		default:
			m.faults = append(m.faults, f)
		}
	}
	return nil
}

// On tells that a fault of the phase Steady is in force.
func (m *Set) On(name string) bool { return m.steady[name] != nil }

// Duration gives the argument of a steady fault that is in force, else 0.
func (m *Set) Duration(name string) time.Duration {
	if f := m.steady[name]; f != nil {
		return f.Duration()
	}
	return 0
}

// MaxRow is how many faults by chance one request meets in a row at most: a
// client that tries three times gets through.
const MaxRow = 2

// Next gives the fault of this request, nil for none. path is relative to the
// base, with a leading slash.
func (m *Set) Next(method, path, query string, body []byte) *Fault {
	if len(m.faults) == 0 {
		return nil
	}
	key := Hash(m.seed, method, path, query, string(body))
	n := m.seen[key]
	m.seen[key]++
	for i, f := range m.faults {
		if f.left == 0 || f.method != "" && f.method != method || !strings.HasPrefix(path, f.prefix) {
			continue
		}
		if f.percent > 0 {
			roll := Hash(m.seed, f.Name, strconv.Itoa(i), strconv.FormatUint(key, 16), strconv.Itoa(n))
			if int(roll%100) >= f.percent || m.row[key] >= MaxRow {
				continue
			}
			m.row[key]++
			if f.Name == "default" {
				return m.byChance(roll)
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

// byChance gives one of the faults that the preset stands for.
func (m *Set) byChance(roll uint64) *Fault {
	if len(m.chance) == 0 {
		return nil
	}
	f, err := parse(m.chance[roll/100%uint64(len(m.chance))], m.kinds)
	if err != nil {
		return nil
	}
	return f
}

// Hash mixes a seed and some texts: equal arguments, equal number.
func Hash(seed int64, parts ...string) uint64 {
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
