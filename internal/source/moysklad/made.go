package moysklad

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"catalogsheet/internal/source"
)

// Made finds items of a type by the client ids that they were created with:
// MoySklad JSON API 1.2, Общие сведения, Свойство syncId; Фильтрация. What was
// not created is absent from the answer.
func (s *Source) Made(ctx context.Context, kind string, clientIDs []string) (map[string]source.Doc, error) {
	f := &finding{src: s, docs: map[string]source.Doc{}}
	made := map[string]source.Doc{}
	var mu sync.Mutex
	var tasks []func(context.Context) error
	for ids := range slices.Chunk(unique1(clientIDs), idsPerCall/2) {
		tasks = append(tasks, func(ctx context.Context) error {
			l := f.lister(kind, url.Values{"filter": {"syncId=" + strings.Join(ids, ";syncId=") + ";" + archivedFilter("yes")}})
			if err := l.open(ctx); err != nil {
				return err
			}
			for d, err := range l.all(ctx) {
				if err != nil {
					return err
				}
				var id string
				if json.Unmarshal(d.Fields["syncId"], &id) != nil {
					continue
				}
				mu.Lock()
				made[strings.ToLower(id)] = d
				mu.Unlock()
			}
			return nil
		})
	}
	return made, concurrently(ctx, tasks...)
}
