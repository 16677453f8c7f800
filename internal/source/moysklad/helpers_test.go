package moysklad

import (
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
)

func assign(f catalog.Field, k catalog.Kind, was, want string) plan.Assign {
	return plan.Assign{Field: f, Kind: k, Was: catalog.Of(was), Want: catalog.Of(want)}
}
