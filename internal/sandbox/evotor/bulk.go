package evotor

import (
	"net/http"
	"strconv"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/fault"
)

// task is one bulk operation (API V2, Массовые операции).
type task struct {
	id       string
	shop     *shop
	group    bool
	create   bool // the Cloud makes the ids
	body     []byte
	list     []member
	twice    map[string]bool // ids that come twice in the array
	next     int             // elements carried out
	details  [][]byte
	failed   bool
	status   string
	accepted time.Time
	modified time.Time
	fault    *fault.Fault
	slow     int // questions that it stays RUNNING for
	lang     i18n.Lang
}

func itoa(n int) string { return strconv.Itoa(n) }

// accept takes a task; nothing of it is carried out yet.
func (s *Server) accept(c *call, create bool) (answer, error) {
	list, bad := elements(c.body)
	if bad != nil {
		return answer{}, bad
	}
	if len(list) == 0 || len(list) > maxBulk {
		return answer{}, invalid(violation{reason: reasonCount, args: []any{1, maxBulk}})
	}
	t := &task{
		id: uuid(s.o.Seed, "task", itoa(len(s.tasks))), shop: c.shop, group: c.group(), create: create, body: c.body, list: list,
		twice: map[string]bool{}, status: "ACCEPTED", accepted: s.o.Clock(), modified: s.now(), fault: c.fault, lang: c.lang,
	}
	seen := map[string]bool{}
	for _, e := range list {
		if id := t.idOf(e); id != "" {
			t.twice[id] = seen[id]
			seen[id] = true
		}
	}
	if c.during("bulk-slow") {
		t.slow = c.fault.Number()
	}
	s.tasks = append(s.tasks, t)
	if c.during("bulk-at-once") {
		s.finishTask(t)
	}
	return answer{status: http.StatusAccepted, body: t.append(nil)}, nil
}

func (t *task) idOf(e member) string {
	list, _ := members(t.body, e.raw, e.at)
	for _, m := range list {
		if m.name == "id" {
			return textOf(string(m.raw))
		}
	}
	return ""
}

func (t *task) meets(name string) bool { return t.fault != nil && t.fault.Name == name }

func (t *task) over() bool { return t.status != "ACCEPTED" && t.status != "RUNNING" }

// runTasks moves on the tasks that nobody asks about.
func (s *Server) runTasks() {
	now := s.o.Clock()
	for _, t := range s.tasks {
		age := now.Sub(t.accepted)
		if t.over() || t.slow > 0 {
			continue
		}
		if age >= s.o.BulkTime/2 {
			s.startTask(t)
		}
		if age >= s.o.BulkTime {
			s.finishTask(t)
		}
	}
}

// ask moves a task on by one step.
func (s *Server) ask(t *task) {
	switch {
	case t.status == "ACCEPTED":
		s.startTask(t)
	case t.slow > 0:
		t.slow--
	default:
		s.finishTask(t)
	}
}

// startTask carries out the first half.
func (s *Server) startTask(t *task) {
	if t.status != "ACCEPTED" {
		return
	}
	t.status, t.modified = "RUNNING", s.now()
	if !t.meets("bulk-declined") {
		s.carryOut(t, len(t.list)/2)
	}
}

func (s *Server) finishTask(t *task) {
	if t.over() {
		return
	}
	s.startTask(t)
	t.modified = s.now()
	defer t.forget()
	if t.meets("bulk-declined") || t.meets("bulk-half") {
		t.status, t.details = "DECLINED", nil
		return
	}
	s.carryOut(t, len(t.list))
	t.status = "COMPLETED"
	if t.failed {
		t.status = "FAILED"
	}
}

// forget lets go of what was sent.
func (t *task) forget() { t.body, t.list, t.twice = nil, nil, nil }

func (s *Server) carryOut(t *task, upTo int) {
	for ; t.next < upTo; t.next++ {
		t.details = append(t.details, s.element(t, t.next))
	}
}

// element carries out one object and gives the answer that the single request
// would have had.
func (s *Server) element(t *task, i int) []byte {
	e := t.list[i]
	list, bad := members(t.body, e.raw, e.at)
	id := t.idOf(e)
	switch {
	case bad != nil:
	case t.meets("partial-bulk") && (i+1)%t.fault.Number() == 0:
		bad = invalid(violation{subject: "name", reason: reasonRefused})
	case !t.create && id == "":
		bad = invalid(violation{subject: "id", reason: reasonNull})
	case !t.create && t.twice[id]:
		bad = invalid(violation{subject: "id", reason: reasonTwice})
	}
	var it *item
	if bad == nil {
		if t.create {
			id = ""
		}
		it, bad = s.store(t.shop, sent{t.body, list, id, t.group})
	}
	if bad != nil {
		bad.id, t.failed = id, true
		return bad.body(t.lang, s.violationsKey())
	}
	if t.meets("bulk-no-details") {
		return []byte("{}")
	}
	return t.shop.appendV2(nil, it, s.view(false))
}

// append writes the task; its type is "product" for groups too.
func (t *task) append(dst []byte) []byte {
	dst = append(dst, `{"id":"`+t.id+`","modified_at":"`...)
	dst = t.modified.UTC().AppendFormat(dst, layout)
	dst = append(dst, `","status":"`+t.status+`","type":"product"`...)
	if t.status == "COMPLETED" || t.status == "FAILED" {
		dst = append(dst, `,"details":[`...)
		for i, d := range t.details {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, d...)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (s *Server) getBulk(c *call) (answer, error) {
	for _, t := range s.tasks {
		if t.id == c.parts[1] {
			s.ask(t)
			return answer{body: t.append(nil)}, nil
		}
	}
	return answer{}, c.notFound()
}

// getBulks lists the tasks without their details.
func (s *Server) getBulks(*call) (answer, error) {
	list := []byte{'['}
	for i, t := range s.tasks {
		if i > 0 {
			list = append(list, ',')
		}
		brief := *t
		brief.details = nil
		list = brief.append(list)
	}
	return answer{body: envelope(append(list, ']'), "")}, nil
}
