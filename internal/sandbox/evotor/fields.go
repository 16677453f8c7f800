package evotor

// field is one member of a product or group. The catalog keeps each as its JSON
// text, "" where it is absent.
type field uint8

const (
	fType field = iota
	fName
	fCode
	fPrice
	fCostPrice
	fQuantity
	fMeasure
	fTax
	fAllow
	fDescription
	fArticle
	fParent
	fBarcodes
	fChoices
	fAlcocodes
	fStrength
	fAlcoKind
	fTare
	fExcisable
	fAgeLimit
	fClassCode
	fPackage
	fTrace
	fAttributes
	fVariants
	fFree
	fieldCount
)

// form is the JSON form of a value.
type form uint8

const (
	formText form = iota
	formNumber
	formWhole
	formBool
	formTexts
	formMap // an object of texts
	formAny
)

// meaning is what both generations call a field, "" where they have none, and
// its form.
type meaning struct {
	v1, v2 string
	form   form
	// product and group say in which of the two entities of V2 it stands.
	product, group bool
	// server says that only the Cloud writes it.
	server bool
}

// meanings are in the order of fields, which is that of answers (API V2,
// Товары; API V1, definitions product). traceability is no documented field: it
// stands for those that the Cloud may add at any time.
var meanings = [fieldCount]meaning{
	fType:        {v1: "type", v2: "type", product: true},
	fName:        {v1: "name", v2: "name", product: true, group: true},
	fCode:        {v1: "code", v2: "code", product: true},
	fPrice:       {v1: "price", v2: "price", form: formNumber, product: true},
	fCostPrice:   {v1: "costPrice", v2: "cost_price", form: formNumber, product: true},
	fQuantity:    {v1: "quantity", v2: "quantity", form: formNumber, product: true},
	fMeasure:     {v1: "measureName", v2: "measure_name", product: true},
	fTax:         {v1: "tax", v2: "tax", product: true},
	fAllow:       {v1: "allowToSell", v2: "allow_to_sell", form: formBool, product: true},
	fDescription: {v1: "description", v2: "description", product: true},
	fArticle:     {v1: "articleNumber", v2: "article_number", product: true},
	fParent:      {v1: "parentUuid", v2: "parent_id", product: true, group: true},
	fBarcodes:    {v1: "barCodes", v2: "barcodes", form: formTexts, product: true, group: true},
	fChoices:     {v2: "attributes_choices", form: formMap, product: true},
	fAlcocodes:   {v1: "alcoCodes", v2: "alcocodes", form: formTexts, product: true},
	fStrength:    {v1: "alcoholByVolume", v2: "alcohol_by_volume", form: formNumber, product: true},
	fAlcoKind:    {v1: "alcoholProductKindCode", v2: "alcohol_product_kind_code", form: formWhole, product: true},
	fTare:        {v1: "tareVolume", v2: "tare_volume", form: formNumber, product: true},
	fExcisable:   {v2: "is_excisable", form: formBool, product: true},
	fAgeLimit:    {v2: "is_age_limited", form: formBool, product: true},
	fClassCode:   {v2: "classification_code", product: true},
	fPackage:     {v2: "quantity_in_package", form: formWhole, product: true, server: true},
	fTrace:       {v2: "traceability", form: formAny, product: true},
	fAttributes:  {v2: "attributes", form: formAny, group: true},
	fVariants:    {v1: "hasVariants", form: formBool},
	fFree:        {v1: "attributes", form: formMap},
}

// fieldV2 gives the field that V2 calls name in that entity.
func fieldV2(name string, group bool) (field, bool) {
	for i, m := range meanings {
		if m.v2 == name && (group && m.group || !group && m.product) {
			return field(i), true
		}
	}
	return 0, false
}

// The types by what they carry (API V2, Схемы товаров; the terminal's list of
// types). Those of the last word have no documents: they stand for the ones to
// come.
const (
	typesV1      = "NORMAL ALCOHOL_MARKED ALCOHOL_NOT_MARKED SERVICE"
	typesAlcohol = "ALCOHOL_MARKED ALCOHOL_NOT_MARKED BEER_MARKED BEER_MARKED_KEG NOT_ALCOHOL_BEER_MARKED ANTISEPTIC_MARKED"
	typesClassed = "NORMAL DAIRY_MARKED WATER_MARKED JEWELRY_MARKED FUR_MARKED BIKE_MARKED LOTTERY_TICKET LOTTERY_PRIZE DIETARY_SUPPLEMENTS_MARKED" +
		" JUICE_MARKED MEDICAL_DEVICES_MARKED WHEELCHAIRS_MARKED FURSLP_MARKED AUTO_FLUIDS_MARKED CHEMICALS_MARKED"
	typesOther = "SERVICE TOBACCO_MARKED SHOES_MARKED MEDICINE_MARKED TYRES_MARKED PERFUME_MARKED PHOTOS_MARKED LIGHT_INDUSTRY_MARKED" +
		" TOBACCO_PRODUCTS_MARKED CAVIAR_MARKED GROCERIES_MARKED VETERINARY_MARKED PET_FOOD_MARKED VEGETABLE_OIL_MARKED TOBACCO_STICKS_MARKED PRESERVES_MARKED"
	typesFuture = "HOLOGRAM_MARKED"
	typesV2     = typesAlcohol + " " + typesClassed + " " + typesOther + " " + typesFuture
)

// The taxes; VAT_25 stands for those to come.
const (
	taxesV1 = "NO_VAT VAT_10 VAT_18 VAT_0 VAT_18_118 VAT_10_110"
	taxesV2 = taxesV1 + " VAT_20 VAT_20_120 VAT_5 VAT_7 VAT_22 VAT_25"
)
