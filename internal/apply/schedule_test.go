package apply_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sandbox"
)

var (
	schedules = flag.Int("schedules", 4, "how many random schedules of faults are tried")
	seed      = flag.Uint64("seed", 1, "of the first schedule")
	edits     = flag.Int("edits", 300, "how many items a schedule edits")
)

// troubles is what may happen to a request of an import.
var troubles = []string{
	"500-before", "502-before", "503-before", "504-before", "maintenance", "drop-before", "429-time=1ms", "429-parallel", "413", "html-error=502", "html-error=404",
	"500-after", "503-after", "504-after", "drop-after", "lost-answer=5ms", "cut-body", "empty-body", "short-bulk", "1065=2", "partial-bulk=7", "1088",
	"slow-page=5ms", "duplicate-row", "missing-row",
}

// schedule is one random course of events.
type schedule struct {
	w      *world
	random *rand.Rand
	mu     sync.Mutex
	theirs map[catalog.Key]bool // edited by somebody else while the import ran
}

func (s *schedule) faults() string {
	var list []string
	for range 1 + s.random.IntN(6) {
		method := "POST"
		if s.random.IntN(3) == 0 {
			method = "GET"
		}
		list = append(list, fmt.Sprintf("%s:%s:/entity/:x%d", troubles[s.random.IntN(len(troubles))], method, 1+s.random.IntN(2)))
	}
	return strings.Join(list, ",")
}

// meddle edits an item as somebody else, now and then before a request.
func (s *schedule) meddle(r *http.Request, _ []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(r.URL.Path, "/entity/") || s.random.IntN(8) > 0 {
		return
	}
	k := s.w.plan.Steps[s.random.IntN(len(s.w.plan.Steps))].Target
	if k.ID == "" {
		return
	}
	s.theirs[k] = true
	if err := s.w.server.SetPrice(k.Type, k.ID, s.w.price.Member(), strconv.Itoa(100+s.random.IntN(100))); err != nil {
		s.w.t.Error(err)
	}
}

// run lets processes begin and die until one comes through.
func (s *schedule) run() {
	for range 40 {
		f := &fate{each: s.meddle}
		if s.random.IntN(2) == 0 {
			f.at, f.how = 1+s.random.IntN(30), []moment{beforeWrite, tornWrite, afterWrite, lostAnswer, afterAnswer}[s.random.IntN(5)]
		}
		if s.w.process(f) == nil {
			return
		}
	}
	s.w.t.Fatal("the run does not end")
}

// Under any faults, deaths and meddling, every item ends in one state: applied
// ones hold what was wanted unless somebody edited them since, the others are
// reported and were not overwritten, and no item is created twice.
func TestRandomSchedules(t *testing.T) {
	schedules, edits := schedules, edits
	if testing.Short() {
		few, some := min(2, *schedules), min(120, *edits)
		schedules, edits = &few, &some
	}
	for n := range *schedules {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(*seed+uint64(n), 7))
			w := newWorld(t, sandbox.Options{Products: *edits, Seed: int64(*seed) + int64(n)})
			w.batch = 20 + random.IntN(200)
			keys := append(w.keys("product", *edits), w.keys("variant", *edits/10)...)
			w.raise(keys, create("new one", "0a7f6c1e-6d4b-8c1a-9f00-000000000001"), create("new two", "0a7f6c1e-6d4b-8c1a-9f00-000000000002"))
			made := len(w.server.IDs("product"))
			s := &schedule{w: w, random: random, theirs: map[catalog.Key]bool{}}
			if err := w.server.Fault(s.faults()); err != nil {
				t.Fatal(err)
			}
			s.run()
			if err := w.server.Fault("none"); err != nil {
				t.Fatal(err)
			}
			s.check(made)
		})
	}
}

func (s *schedule) check(made int) {
	t := s.w.t
	r, err := s.w.dir.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	held := s.w.held()
	created := 0
	for i, step := range s.w.plan.Steps {
		o := r.Outcomes[i]
		switch {
		case o == nil:
			t.Fatalf("%s has no outcome", step.Target.ID)
		case step.Op == plan.Create && o.State == plan.Applied:
			created++
		case step.Op == plan.Create:
		default:
			a := step.Set[0]
			wanted := catalog.Money.Equal(held[i], a.Want)
			switch {
			case o.State == plan.Applied && !wanted && !s.theirs[step.Target]:
				t.Errorf("%s is applied and holds %s, not %s", step.Target.ID, held[i].Text(), a.Want.Text())
			case o.State != plan.Applied && wanted:
				t.Errorf("%s is %s %s and holds what was wanted", step.Target.ID, o.State, o.Code)
			case o.State == plan.Stale && step.Target.Type == "product" && !s.theirs[step.Target]: // a variant may follow its product
				t.Errorf("%s is stale and nobody touched it: %s", step.Target.ID, o.Message)
			case o.State == plan.Rejected && o.Code == "":
				t.Errorf("%s is refused without a reason", step.Target.ID)
			}
		}
	}
	if now := len(s.w.server.IDs("product")); now-made != created {
		t.Errorf("%d items were created, %d are reported", now-made, created)
	}
}
