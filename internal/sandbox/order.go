package sandbox

import (
	"slices"
	"strings"
)

// Answers name the members of an entity in one order, whatever was written
// last: an entity that holds what it held has the text that it had.
const (
	headOrder  = "meta id accountId owner shared group syncId updated name description code externalCode archived pathName productFolder vat vatEnabled useParentVat effectiveVat effectiveVatEnabled uom country "
	goodsOrder = "minPrice minprice salePrices supplier "
)

func memberOrder(typ string) []string {
	rest := map[string]string{
		"product": "images " + goodsOrder + "attributes buyPrice article weight volume barcodes paymentItemType discountProhibited " +
			"minimumBalance minimumStock weighed onTap partialDisposal alcoholic tnved ppeType taxSystem packs variantsCount isSerialTrackable trackingType files",
		"service": goodsOrder + "buyPrice discountProhibited paymentItemType taxSystem attributes barcodes files",
		"bundle":  "images " + goodsOrder + "overhead article weight volume barcodes paymentItemType discountProhibited tnved partialDisposal taxSystem trackingType attributes components files",
		"variant": "characteristics images " + goodsOrder + "buyPrice article barcodes discountProhibited minimumStock packs product",
	}[typ]
	if rest == "" {
		return nil
	}
	return strings.Fields(headOrder + rest)
}

// ordered puts the members into their order; one without a place stays behind
// the member that it follows.
func (o object) ordered(typ string) object {
	order := memberOrder(typ)
	if order == nil {
		return o
	}
	place := make(map[string]int, len(order))
	for i, name := range order {
		place[name] = i
	}
	type placed struct {
		at int
		field
	}
	list, last := make([]placed, len(o)), 0
	for i, f := range o {
		if at, ok := place[f.name]; ok {
			last = at
		}
		list[i] = placed{last, f}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return a.at - b.at })
	sorted := make(object, len(o))
	for i, p := range list {
		sorted[i] = p.field
	}
	return sorted
}

// inOrder puts custom fields into the order of their definitions.
func (a *account) inOrder(list []object) {
	place := map[string]int{}
	for i, d := range a.attributes {
		place[d.id] = i
	}
	slices.SortStableFunc(list, func(x, y object) int { return place[x.text("id")] - place[y.text("id")] })
}
