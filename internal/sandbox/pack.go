package sandbox

import (
	"sort"
	"strings"
)

// Texts of entities repeat the same long phrases (owners, currencies, price
// types). In memory each phrase is one control byte, which cannot stand
// unescaped in compact JSON; a catalog of 100,000 goods then takes tens of
// megabytes and not hundreds.
const (
	phBase      = "\x01" // address of the API with its slash
	phMedia     = "\x02" // "mediaType":"application/json"
	phGoodMeta  = "\x03" // "metadataHref":"…/entity/product/metadata","type":"
	phOwner     = "\x04" // accountId, owner, shared, group
	phRub       = "\x05" // "currency":{…}
	phUSD       = "\x06"
	phPrice1    = "\x07" // "priceType":{…}
	phPrice2    = "\x08"
	phPrice3    = "\x0b"
	phPieces    = "\x0c" // "uom":{…} of pieces
	phImages    = "\x0e" // /images","type":"image", … end of the object
	phFiles     = "\x0f"
	phUI        = "\x10" // "uuidHref":"https://online.moysklad.ru/app/#
	phAttribute = "\x11" // {"meta":{"href":"…/attributes/
	phMetadata  = "\x12" // "metadataHref":"…/entity/
	phTail      = "\x13" // fields of goods that hardly ever differ
	phInherited = "\x1f" // sale prices of a variant that has none of its own
)

// packer turns texts into their packed form and back.
type packer struct {
	phrases [32]string
	packing *strings.Replacer
}

func newPacker(phrases map[string]string) *packer {
	p := &packer{}
	type pair struct{ token, phrase string }
	var list []pair
	for token, phrase := range phrases {
		p.phrases[token[0]] = phrase
		list = append(list, pair{token, phrase})
	}
	// The replacer tries its pairs in order: the longest phrase first.
	sort.Slice(list, func(i, j int) bool {
		if len(list[i].phrase) != len(list[j].phrase) {
			return len(list[i].phrase) > len(list[j].phrase)
		}
		return list[i].token < list[j].token
	})
	args := make([]string, 0, 2*len(list))
	for _, x := range list {
		args = append(args, x.phrase, x.token)
	}
	p.packing = strings.NewReplacer(args...)
	return p
}

func (p *packer) pack(text string) string { return p.packing.Replace(text) }

// unpack appends the full text; inherited stands in for phInherited.
func (p *packer) unpack(dst []byte, packed, inherited string) []byte {
	start := 0
	for i := 0; i < len(packed); i++ {
		c := packed[i]
		if c >= 0x20 {
			continue
		}
		dst = append(dst, packed[start:i]...)
		if c == phInherited[0] {
			dst = p.unpack(dst, inherited, "")
		} else {
			dst = append(dst, p.phrases[c]...)
		}
		start = i + 1
	}
	return append(dst, packed[start:]...)
}
