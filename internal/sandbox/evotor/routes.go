package evotor

import (
	"net/http"
	"sort"
	"strings"
)

// Media types (API V2, Обзор).
const (
	mediaV1   = "application/json"
	mediaV2   = "application/vnd.evotor.v2+json"
	mediaBulk = "application/vnd.evotor.v2+bulk+json"
)

// basePathV1 is the path of V1; V2 has none.
const basePathV1 = "/api/v1/inventories"

// route is one resource. A pattern segment {store} names a store, {products}
// stands for both collections of V2, other segments in braces match anything.
type route struct {
	method  string
	pattern string
	params  string // query parameters documented for it
	media   string // accepted Content-Types
	serve   func(*Server, *call) (answer, error)
}

// routesV2 in the order in which they are tried (API V2, Товары, Группы
// товаров, Изображения, Массовые операции).
func routesV2() []route {
	both := mediaV2 + " " + mediaBulk
	return []route{
		{"GET", "stores", "cursor", "", (*Server).getStores},
		{"GET", "stores/{store}", "", "", (*Server).getStore},
		{"GET", "devices", "cursor", "", (*Server).getDevices},
		{"GET", "bulks", "cursor", "", (*Server).getBulks},
		{"GET", "bulks/{id}", "", "", (*Server).getBulk},
		{"GET", "stores/{store}/{products}", "since cursor", "", (*Server).getList},
		{"POST", "stores/{store}/{products}", "", both, (*Server).postMany},
		{"PUT", "stores/{store}/{products}", "", mediaBulk, (*Server).putMany},
		{"DELETE", "stores/{store}/{products}", "id", "", (*Server).deleteMany},
		{"GET", "stores/{store}/{products}/{id}", "", "", (*Server).getOne},
		{"PUT", "stores/{store}/{products}/{id}", "", mediaV2, (*Server).putOne},
		{"PATCH", "stores/{store}/{products}/{id}", "", mediaV2, (*Server).patchOne},
		{"DELETE", "stores/{store}/{products}/{id}", "", "", (*Server).deleteOne},
		{"GET", "stores/{store}/products/{id}/images", "cursor", "", (*Server).getImages},
		{"POST", "stores/{store}/products/{id}/images", "", "multipart/form-data", (*Server).postImage},
		{"DELETE", "stores/{store}/products/{id}/images", "", "", (*Server).deleteImages},
		{"GET", "stores/{store}/products/{id}/images/{image}", "", "", (*Server).getImage},
		{"DELETE", "stores/{store}/products/{id}/images/{image}", "", "", (*Server).deleteImage},
	}
}

// routesV1 (API V1, paths).
func routesV1() []route {
	return []route{
		{"GET", "stores/search", "", "", (*Server).v1Stores},
		{"GET", "devices/search", "", "", (*Server).v1Devices},
		{"GET", "stores/{store}/products", "", "", (*Server).v1Products},
		{"POST", "stores/{store}/products", "", mediaV1, (*Server).v1Post},
		{"POST", "stores/{store}/products/delete", "", mediaV1, (*Server).v1Delete},
		{"GET", "stores/{store}/products/quantities", "", "", (*Server).v1Quantities},
		{"POST", "stores/{store}/products/quantities", "", mediaV1, (*Server).v1SetQuantities},
		{"GET", "stores/{store}/products/schemes", "", "", (*Server).v1Schemes},
		{"GET", "stores/{store}/products/extras", "", "", (*Server).v1Extras},
		{"GET", "stores/{store}/products/{id}/quantities", "", "", (*Server).v1Quantity},
	}
}

// route finds the resource: an unknown path is 404, a known one with another
// method 405.
func (c *call) route() (route, error) {
	table := routesV2()
	if c.v1 {
		table = routesV1()
	}
	known := false
	for _, rt := range table {
		if !matches(rt.pattern, c.parts) {
			continue
		}
		known = true
		if rt.method == c.r.Method {
			return rt, nil
		}
	}
	if known {
		return route{}, refuse(http.StatusMethodNotAllowed)
	}
	return route{}, c.notFound()
}

func (c *call) notFound() error {
	return &apiError{status: http.StatusNotFound, code: "resource_not_found", message: "resource not found"}
}

func matches(pattern string, parts []string) bool {
	want := strings.Split(pattern, "/")
	if len(want) != len(parts) {
		return false
	}
	for i, w := range want {
		if parts[i] == "" || w[0] != '{' && w != parts[i] || w == "{products}" && parts[i] != "products" && parts[i] != "product-groups" {
			return false
		}
	}
	return true
}

// checkHead checks the media types.
func (c *call) checkHead(rt route) error {
	accept, sent := c.r.Header.Get("Accept"), c.r.Header.Get("Content-Type")
	want := mediaV2 + " " + mediaBulk
	if c.v1 {
		want = mediaV1
	}
	if !(c.v1 && accept == "") && !listsMedia(accept, want) {
		return refuse(http.StatusNotAcceptable)
	}
	if len(c.body) > 0 && rt.media != "" && !inWords(mediaOf(sent), rt.media) {
		return refuse(http.StatusUnsupportedMediaType)
	}
	if v := c.r.Header.Get("Content-Encoding"); v != "" && v != "identity" {
		return refuse(http.StatusUnsupportedMediaType)
	}
	c.bulk = mediaOf(sent) == mediaBulk
	return nil
}

func listsMedia(accept, want string) bool {
	for _, v := range strings.Split(accept, ",") {
		if inWords(mediaOf(v), want) {
			return true
		}
	}
	return false
}

// mediaOf gives a media type without its parameters.
func mediaOf(v string) string {
	v, _, _ = strings.Cut(v, ";")
	return strings.ToLower(strings.TrimSpace(v))
}

// checkQuery refuses parameters that are not documented for the resource.
func (c *call) checkQuery(rt route) error {
	names := make([]string, 0, len(c.query))
	for name := range c.query {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !inWords(name, rt.params) {
			return invalid(violation{subject: name, reason: reasonUnknown})
		}
		if len(c.query[name]) > 1 {
			return invalid(violation{subject: name, reason: reasonTwice})
		}
	}
	return nil
}

// inWords tells whether word is one of the words of list.
func inWords(word, list string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}
