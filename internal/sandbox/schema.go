package sandbox

// fieldKind is how a field of a body is read.
type fieldKind uint8

const (
	kindIgnored fieldKind = iota // read-only: accepted and not looked at
	kindText
	kindFlag
	kindNumber // not negative
	kindVat
	kindEnum
	kindRef
	kindPrice
	kindPrices
	kindBarcodes
	kindAttributes
	kindComponents
	kindFeatures
	kindPacks
	kindOpaque  // an object or null, kept as it is
	kindSync    // syncId: at creation only
	kindRefused // fields whose writing this imitation does not know
	kindDate
)

// rule is what a type says of one field.
type rule struct {
	kind     fieldKind
	max      int    // characters of a text
	of       string // types of a reference, words of an enum
	required bool
	fixed    bool // may be set at creation only
}

var (
	text255   = rule{kind: kindText, max: 255}
	text4096  = rule{kind: kindText, max: 4096}
	flagRule  = rule{kind: kindFlag}
	readOnly  = rule{}
	refused   = rule{kind: kindRefused}
	priceRule = rule{kind: kindPrice}
)

const taxSystems = "GENERAL_TAX_SYSTEM PATENT_BASED PRESUMPTIVE_TAX_SYSTEM SIMPLIFIED_TAX_SYSTEM_INCOME SIMPLIFIED_TAX_SYSTEM_INCOME_OUTCOME TAX_SYSTEM_SAME_AS_GROUP UNIFIED_AGRICULTURAL_TAX"

// common are the fields that every writable type has.
var common = map[string]rule{
	"meta": readOnly, "id": {kind: kindIgnored, of: "id"}, "accountId": readOnly, "updated": readOnly, "created": readOnly,
	"code": text255, "externalCode": text255, "description": text4096,
}

// schemas are the tables "Атрибуты сущности" of each type's page.
var schemas = map[string]map[string]rule{
	"product": {
		"name": {kind: kindText, max: 255, required: true}, "article": text255, "archived": flagRule, "shared": flagRule,
		"owner": {kind: kindRef, of: "employee"}, "group": readOnly,
		"productFolder": {kind: kindRef, of: "productfolder"}, "pathName": readOnly, "variantsCount": readOnly,
		"salePrices": {kind: kindPrices}, "buyPrice": priceRule, "minPrice": priceRule, "barcodes": {kind: kindBarcodes},
		"attributes": {kind: kindAttributes}, "uom": {kind: kindRef, of: "uom"}, "country": {kind: kindRef, of: "country"},
		"supplier": {kind: kindRef, of: "counterparty organization"}, "weight": {kind: kindNumber}, "volume": {kind: kindNumber},
		"vat": {kind: kindVat}, "vatEnabled": flagRule, "useParentVat": flagRule, "effectiveVat": readOnly, "effectiveVatEnabled": readOnly,
		"taxSystem":       {kind: kindEnum, of: taxSystems},
		"paymentItemType": {kind: kindEnum, of: "GOOD EXCISABLE_GOOD COMPOUND_PAYMENT_ITEM ANOTHER_PAYMENT_ITEM"},
		"trackingType":    text255, "partialDisposal": flagRule, "tnved": text255, "ppeType": text255, "discountProhibited": flagRule,
		"weighed": flagRule, "onTap": flagRule, "isSerialTrackable": flagRule, "alcoholic": {kind: kindOpaque}, "minimumBalance": {kind: kindNumber},
		"minimumStock": {kind: kindOpaque}, "packs": {kind: kindPacks}, "images": refused, "files": refused, "things": refused, "syncId": {kind: kindSync},
	},
	"variant": {
		"name": readOnly, "article": text255, "archived": flagRule, "owner": readOnly, "shared": readOnly, "group": readOnly,
		"product":         {kind: kindRef, of: "product", required: true, fixed: true},
		"characteristics": {kind: kindFeatures, required: true}, "salePrices": {kind: kindPrices}, "buyPrice": priceRule, "minPrice": priceRule,
		"barcodes": {kind: kindBarcodes}, "discountProhibited": flagRule, "packs": {kind: kindPacks}, "minimumStock": {kind: kindOpaque},
		"images": refused, "things": readOnly,
	},
	"service": {
		"name": {kind: kindText, max: 255, required: true}, "archived": flagRule, "shared": flagRule, "owner": {kind: kindRef, of: "employee"}, "group": readOnly,
		"productFolder": {kind: kindRef, of: "productfolder"}, "pathName": readOnly, "salePrices": {kind: kindPrices}, "buyPrice": priceRule, "minPrice": priceRule,
		"barcodes": {kind: kindBarcodes}, "attributes": {kind: kindAttributes}, "uom": {kind: kindRef, of: "uom"}, "vat": {kind: kindVat}, "vatEnabled": flagRule,
		"useParentVat": flagRule, "effectiveVat": readOnly, "effectiveVatEnabled": readOnly, "taxSystem": {kind: kindEnum, of: taxSystems},
		"paymentItemType": text255, "discountProhibited": flagRule, "files": refused, "syncId": {kind: kindSync},
	},
	"bundle": {
		"name": {kind: kindText, max: 255, required: true}, "article": text255, "archived": flagRule, "shared": flagRule, "owner": {kind: kindRef, of: "employee"}, "group": readOnly,
		"productFolder": {kind: kindRef, of: "productfolder"}, "pathName": readOnly, "components": {kind: kindComponents, required: true}, "overhead": priceRule,
		"salePrices": {kind: kindPrices}, "minPrice": priceRule, "barcodes": {kind: kindBarcodes}, "attributes": {kind: kindAttributes},
		"uom": {kind: kindRef, of: "uom"}, "country": {kind: kindRef, of: "country"}, "weight": {kind: kindNumber}, "volume": {kind: kindNumber},
		"vat": {kind: kindVat}, "vatEnabled": flagRule, "useParentVat": flagRule, "effectiveVat": readOnly, "effectiveVatEnabled": readOnly,
		"taxSystem": {kind: kindEnum, of: taxSystems}, "paymentItemType": text255, "trackingType": text255, "partialDisposal": flagRule, "tnved": text255,
		"discountProhibited": flagRule, "images": refused, "files": refused, "syncId": {kind: kindSync},
	},
	"consignment": {
		"name": readOnly, "label": text255, "expiryDate": {kind: kindDate}, "archived": flagRule, "barcodes": {kind: kindBarcodes}, "owner": readOnly, "shared": readOnly, "group": readOnly,
		"attributes": refused, "images": readOnly, "assortment": {kind: kindRef, of: "product variant", required: true, fixed: true},
	},
	"productfolder": {
		"name": {kind: kindText, max: 255, required: true}, "pathName": readOnly, "productFolder": {kind: kindRef, of: "productfolder"}, "archived": readOnly,
		"vat": {kind: kindVat}, "vatEnabled": flagRule, "useParentVat": flagRule, "effectiveVat": readOnly, "effectiveVatEnabled": readOnly,
		"taxSystem": {kind: kindEnum, of: taxSystems}, "shared": flagRule, "owner": {kind: kindRef, of: "employee"}, "group": readOnly,
	},
	"counterparty": {
		"name": {kind: kindText, max: 255, required: true}, "archived": flagRule, "companyType": {kind: kindEnum, of: "legal entrepreneur individual"},
		"shared": flagRule, "owner": {kind: kindRef, of: "employee"}, "group": readOnly, "inn": text255, "syncId": {kind: kindSync},
	},
	"uom": {"name": {kind: kindText, max: 255, required: true}, "owner": readOnly, "group": readOnly, "shared": readOnly},
}

// ruleOf finds the rule of a field; minPrice is spelled both ways for some
// types in the documents.
func ruleOf(typ, name string) (rule, bool) {
	if name == "minprice" && typ != "product" {
		name = "minPrice"
	}
	if r, ok := schemas[typ][name]; ok {
		return r, true
	}
	r, ok := common[name]
	return r, ok
}

// shownName is how a type spells a field in its answers.
func shownName(typ, name string) string {
	if (name == "minPrice" || name == "minprice") && (typ == "service" || typ == "bundle") {
		return "minprice"
	}
	if name == "minprice" {
		return "minPrice"
	}
	return name
}
