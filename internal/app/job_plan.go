package app

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// onConflict says what becomes of a change where the server moved too.
type onConflict string

const (
	conflictStop      onConflict = "stop"
	conflictSkip      onConflict = "skip"
	conflictOverwrite onConflict = "overwrite"
)

// plan makes the plan of what may be sent. A conflict is left out, or, under
// overwrite, expects what the server holds now.
func (j *job) plan(src source.Source, account string, policy onConflict) plan.Plan {
	steps := map[catalog.Key]*plan.Step{}
	var keys []catalog.Key
	pins := j.pins()
	for _, c := range j.changes {
		was := c.Base
		if j.online && c.Verdict == merge.Conflict {
			if policy != conflictOverwrite && !j.settled(c) {
				continue
			}
			was = c.Theirs
		}
		step := steps[c.Target]
		if step == nil {
			step = &plan.Step{Op: plan.Update, Target: c.Target, Name: c.Name}
			steps[c.Target] = step
			keys = append(keys, c.Target)
		}
		step.Set = append(step.Set, plan.Assign{
			Field: c.Column.Field, Header: c.Header, Kind: c.Column.Kind, Was: was, Want: c.Mine, Cells: cells(c),
			Pins: len(c.At) > 0 && pins[c.At[0]],
		})
	}
	list := make([]plan.Step, 0, len(keys)+len(j.edited.Created))
	for _, k := range keys {
		list = append(list, *steps[k])
	}
	list = append(list, j.creates(account)...)
	return plan.New(plan.Plan{Source: src.Name(), Account: account, Snapshot: j.edited.Head.ID, Allow: j.allow}, src.Order(), list)
}

// pins says at which cells a price that may be inherited becomes the variant's
// own.
func (j *job) pins() map[diag.At]bool {
	at := map[diag.At]bool{}
	for _, d := range j.problems {
		if d.Code == "variant-pinned" {
			at[d.At] = true
		}
	}
	return at
}

func cells(c merge.Change) []string {
	list := make([]string, len(c.At))
	for i, at := range c.At {
		list[i] = at.Cell()
	}
	return list
}

// creates makes the steps of the new rows. The client id comes from what the
// row is, not from chance: sending the same file twice cannot make an item
// twice.
func (j *job) creates(account string) []plan.Step {
	var list []plan.Step
	seen := map[string]int{}
	for _, n := range j.edited.Created {
		step := plan.Step{Op: plan.Create, Target: catalog.Key{Store: n.Store, Type: n.Type}, Name: n.Name, Cells: []string{n.At.Cell()}}
		identity := []string{account, j.edited.Head.ID, n.Store, n.Type}
		for _, v := range n.Values {
			step.Set = append(step.Set, plan.Assign{
				Field: v.Column.Field, Header: v.Header, Kind: v.Column.Kind, Want: v.Mine, Cells: cells(v),
			})
			if identifies(v.Column.Field) {
				identity = append(identity, string(v.Column.Field), v.Mine.Text())
			}
		}
		key := strings.Join(identity, "\x00")
		seen[key]++
		step.ClientID = nameUUID(fmt.Sprintf("%s\x00%d", key, seen[key]))
		list = append(list, step)
	}
	return list
}

// identifies names the fields by which people tell items apart.
func identifies(f catalog.Field) bool {
	switch f {
	case catalog.FieldName, catalog.FieldCode, catalog.FieldExternalCode, catalog.FieldArticle, catalog.FieldBarcodes:
		return true
	}
	return false
}

// nameUUID makes a UUID (RFC 9562, version 8) of a name.
func nameUUID(name string) string {
	sum := sha256.Sum256([]byte("catalogsheet\x00" + name))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
