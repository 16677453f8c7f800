package plan

import (
	"fmt"
	"slices"
	"testing"

	"catalogsheet/internal/catalog"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var order = []string{"variant", "product", "service"}

func drawSteps(t *rapid.T) []Step {
	n := rapid.IntRange(0, 40).Draw(t, "n")
	steps := make([]Step, n)
	for i := range steps {
		steps[i] = Step{
			Op:     rapid.SampledFrom([]Op{Update, Create}).Draw(t, "op"),
			Target: catalog.Key{Type: rapid.SampledFrom(order).Draw(t, "type"), ID: fmt.Sprint(i)},
			Set:    []Assign{{Field: "b", Was: catalog.Of("1"), Want: catalog.Of("2")}, {Field: "a", Was: catalog.Blank(), Want: catalog.Of("3")}},
		}
	}
	return steps
}

func TestEqualPlansAreEqualBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := drawSteps(t)
		shuffled := rapid.Permutation(steps).Draw(t, "shuffled")
		a, errA := New(Plan{Source: "s"}, order, steps).Hash()
		b, errB := New(Plan{Source: "s"}, order, shuffled).Hash()
		if errA != nil || errB != nil || a != b {
			t.Fatalf("%s and %s (%v, %v)", a, b, errA, errB)
		}
	})
}

func TestBatchesPartitionTheSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New(Plan{}, order, drawSteps(t))
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		next := 0
		for b := range p.Batches(limit) {
			if b.First != next || b.Last <= b.First || b.Last-b.First > limit {
				t.Fatalf("batch %v after %d with limit %d", b, next, limit)
			}
			for _, s := range p.Steps[b.First:b.Last] {
				if s.Target.Type != p.Steps[b.First].Target.Type || s.Op != p.Steps[b.First].Op {
					t.Fatalf("a batch mixes %v and %v", s, p.Steps[b.First])
				}
			}
			next = b.Last
		}
		if next != len(p.Steps) {
			t.Fatalf("%d of %d steps are in a batch", next, len(p.Steps))
		}
	})
}

func TestTypesGoInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New(Plan{}, order, drawSteps(t))
		if !slices.IsSortedFunc(p.Steps, func(a, b Step) int {
			return slices.Index(order, a.Target.Type) - slices.Index(order, b.Target.Type)
		}) {
			t.Fatal("a later type goes first")
		}
	})
}

// Undoing an undo gives the first plan again.
func TestInverseOfInverse(t *testing.T) {
	none := func(string) (Assign, bool) { return Assign{}, false }
	took := func(p Plan) (list []Written) {
		for _, s := range p.Steps {
			before := map[catalog.Field]catalog.Value{}
			for _, a := range s.Set {
				before[a.Field] = a.Was
			}
			list = append(list, Written{Step: s, Before: before})
		}
		return list
	}
	rapid.Check(t, func(t *rapid.T) {
		steps := drawSteps(t)
		for i := range steps {
			steps[i].Op = Update
		}
		p := New(Plan{Source: "s"}, order, steps)
		back := Inverse(Plan{Source: "s"}, order, took(p), none)
		again := Inverse(Plan{Source: "s"}, order, took(back), none)
		if diff := cmp.Diff(p, again, cmp.AllowUnexported(catalog.Value{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Only what was written is taken back; a created item is retired, not deleted.
func TestInverseLeavesTheRest(t *testing.T) {
	archive := func(string) (Assign, bool) {
		return Assign{Field: "archived", Kind: catalog.Flag, Was: catalog.Of("false"), Want: catalog.Of("true")}, true
	}
	p := Inverse(Plan{}, order, []Written{
		{
			Step:   Step{Op: Update, Target: catalog.Key{Type: "product", ID: "1"}, Set: []Assign{{Field: "a", Want: catalog.Of("2")}, {Field: "b", Want: catalog.Of("3")}}},
			Before: map[catalog.Field]catalog.Value{"b": catalog.Of("1")},
		},
		{Step: Step{Op: Create, Target: catalog.Key{Type: "product"}, Set: []Assign{{Field: "name", Want: catalog.Of("x")}}}, NewID: "7"},
	}, archive)
	if len(p.Steps) != 2 || len(p.Steps[0].Set) != 1 || p.Steps[0].Set[0].Field != "b" {
		t.Fatalf("got %+v", p.Steps)
	}
	if s := p.Steps[1]; s.Op != Update || s.Target.ID != "7" || s.Set[0].Field != "archived" {
		t.Fatalf("got %+v", s)
	}
}
