package migration

import (
	"context"
	"slices"
	"strings"

	"catalogsheet/internal/plan"
)

// Verify reads a store whole by V2 and compares it with steps that were carried
// out. differ gives, by step, the fields that hold something else, with what
// they hold in Was; a document that is not there differs in all of them. The
// stock is not compared: tills go on selling.
func (s *Source) Verify(ctx context.Context, store string, steps []plan.Step) (two State, differ map[int][]plan.Assign, err error) {
	if two, err = s.V2(ctx, store); err != nil {
		return State{}, nil, err
	}
	differ = map[int][]plan.Assign{}
	for i, step := range steps {
		doc, _ := two.of(step.Target)
		for _, a := range step.Set {
			m, ok := memberOf(a.Field)
			if !ok || doc != nil && a.Field == fieldQuantity {
				continue
			}
			if a.Was = m.form.get(doc[m.key]); !m.equal(a.Was, a.Want) {
				differ[i] = append(differ[i], a)
			}
		}
	}
	return two, differ, nil
}

// Missing counts the items of V1 that V2 does not have under their ids.
func Missing(c *Catalog, two State) int {
	var ids []string
	for _, it := range c.Items {
		id := strings.ToLower(it.UUID)
		if two.Groups[id] == nil && two.Products[id] == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return len(slices.Compact(ids))
}

// HeldInstead spells what V2 holds in fields that differ.
func HeldInstead(differ []plan.Assign) string {
	parts := make([]string, len(differ))
	for i, a := range differ {
		m, _ := memberOf(a.Field)
		parts[i] = m.v1 + ": " + shownNow(a)
	}
	return "V2: " + strings.Join(parts, "; ")
}
