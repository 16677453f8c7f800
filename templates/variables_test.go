package templates

import "testing"

func TestFindVariable(t *testing.T) {
	v, ok, _ := FindVariable("consignmentID")
	if !ok || v.Field != "consignmentID" {
		t.Errorf("got %+v, %v", v, ok)
	}
	if _, ok, near := FindVariable("consignmentId"); ok || near != "consignmentID" {
		t.Errorf("a wrong letter case is found (%v) or not corrected (%q)", ok, near)
	}
	if v, _, _ := FindVariable("salePrice"); !v.Minor {
		t.Error("the sale price of a template is in kopecks")
	}
	if _, ok, near := FindVariable("productUUID"); ok || near != "" {
		t.Error("a name that the report does not have was found")
	}
}
