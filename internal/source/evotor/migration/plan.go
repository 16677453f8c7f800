package migration

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

// The types of what is written: products, and groups by their level, so that a
// level is done before the one below it begins.
const (
	typeProduct = "product"
	typeGroup   = "group"
)

func (t Target) keyType() string {
	switch {
	case !t.Group:
		return typeProduct
	case t.Level <= 1:
		return typeGroup
	}
	return typeGroup + "-" + strconv.Itoa(t.Level)
}

func isGroupType(typ string) bool { return typ == typeGroup || strings.HasPrefix(typ, typeGroup+"-") }

func (s State) document(t Target) Document {
	if t.Group {
		return s.Groups[t.ID]
	}
	return s.Products[t.ID]
}

// result puts together what the stages found.
func (b *builder) result() Result {
	wanted, unknown := b.wanted()
	r := Result{Unknown: unknown, Unused: b.decisions.unused(b.o.Decisions)}
	chosen := map[int]bool{-1: true} // the store's own findings
	for _, n := range b.all {
		if wanted != nil && !wanted[n] {
			continue
		}
		chosen[n.Index] = true
		r.Items++
		if n.kind == KindGroup {
			r.Groups++
		} else {
			r.Products++
		}
		if n.hold.Holds() {
			continue
		}
		t := Target{ID: n.id, Name: n.Name(), Group: n.kind == KindGroup, Values: n.values, index: n.Index}
		if t.Group {
			t.Level = n.level
		}
		r.Targets = append(r.Targets, t)
	}
	for _, f := range b.findings {
		if chosen[f.index] {
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(x, y Finding) int { return cmp.Compare(x.index, y.index) })
	slices.SortStableFunc(r.Targets, func(x, y Target) int {
		return cmp.Or(btoi(y.Group)-btoi(x.Group), cmp.Compare(x.Level, y.Level), cmp.Compare(x.ID, y.ID))
	})
	return r
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wanted gives the items that were chosen with the groups that they lie in;
// nil is all of them.
func (b *builder) wanted() (set map[*node]bool, unknown []string) {
	if len(b.o.Only) == 0 {
		return nil, nil
	}
	set = map[*node]bool{}
	for _, id := range b.o.Only {
		n := b.nodes[strings.ToLower(strings.TrimSpace(id))]
		if n == nil {
			unknown = append(unknown, id)
		}
		for ; n != nil && !set[n]; n = b.nodes[n.parent] {
			set[n] = true
		}
	}
	return set, unknown
}

// StockUnseen adds to what was found that V2 shows no stock although V1 does,
// so that nobody takes it for verified.
func (r *Result) StockUnseen(two State, store string) {
	carried := false
	for _, t := range r.Targets {
		carried = carried || slices.ContainsFunc(t.Values, func(v Assigned) bool { return v.Field == fieldQuantity })
		if _, shown := two.Products[t.ID]["quantity"]; shown {
			return
		}
	}
	if carried {
		r.Findings = append(r.Findings, Finding{ID: store, Kind: "store", Field: "quantity", V1: shownAbsent, Code: "stock-unseen", Status: Noted, index: -1})
	}
}

// Differences compares a target with V2, field by field; exists is false where
// V2 does not have the item at all. What V1 does not give is not compared.
func Differences(t Target, two State, l i18n.Lang) (list []plan.Assign, exists bool) {
	doc := two.document(t)
	for _, v := range t.Values {
		m, ok := memberOf(v.Field)
		if !ok {
			continue
		}
		now := m.form.get(doc[m.key])
		if doc != nil && m.field == fieldQuantity && !now.IsSet() {
			continue // hidden from this application: unknown, not zero
		}
		if doc == nil || !m.equal(now, v.Value) {
			list = append(list, plan.Assign{Field: v.Field, Header: m.title.In(l), Kind: m.kind, Was: now, Want: v.Value})
		}
	}
	return list, doc != nil
}

// Steps makes the steps of everything that V2 does not hold yet. The stock of
// an item that V2 has stays V2's.
func Steps(r Result, two State, store string, l i18n.Lang) []plan.Step {
	var steps []plan.Step
	for _, t := range r.Targets {
		list, exists := Differences(t, two, l)
		if len(list) == 0 {
			continue
		}
		step := plan.Step{Op: plan.Create, Target: catalog.Key{Store: store, Type: t.keyType(), ID: t.ID}, Name: t.Name, ClientID: t.ID, Set: list}
		if exists {
			step.Op, step.ClientID = plan.Update, ""
			step.Set = WithoutStock(list)
		}
		if len(step.Set) > 0 {
			steps = append(steps, step)
		}
	}
	return steps
}

// Order lists the types of steps in the order in which they are written.
func Order(steps []plan.Step) []string {
	deepest := 1
	for _, s := range steps {
		if n, err := strconv.Atoi(strings.TrimPrefix(s.Target.Type, typeGroup+"-")); err == nil {
			deepest = max(deepest, n)
		}
	}
	order := []string{typeGroup}
	for level := 2; level <= deepest; level++ {
		order = append(order, Target{Group: true, Level: level}.keyType())
	}
	return append(order, typeProduct)
}

// snapshotPrefix marks the plans of a migration.
const snapshotPrefix = "evotor-v1-"

// SnapshotID names a migration's plan by what V1 held.
func SnapshotID(body []byte) string { return snapshotPrefix + Hash(body) }

// Is says that a plan is one of a migration, or takes one back.
func Is(p plan.Plan) bool { return strings.HasPrefix(p.Snapshot, snapshotPrefix) }

// WithoutStock leaves out a stock that only differs: what tills sell is no
// reason to write an item.
func WithoutStock(list []plan.Assign) []plan.Assign {
	return slices.DeleteFunc(list, func(a plan.Assign) bool { return a.Field == fieldQuantity && a.Was.IsSet() })
}
