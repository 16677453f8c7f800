package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
)

func historyCommand() command {
	return command{
		name: "history", args: "[RUN]", max: 1,
		about:    i18n.T("list the runs, the items of a run, or what was written to an item", "список запусков, товары запуска или всё записанное в один товар"),
		examples: []string{"catalogsheet history", "catalogsheet history 20261121-100500-1a2b", "catalogsheet history --id 7944ef04-f831-11e5-7a69-971500188b19", "catalogsheet history --prune 365d"},
		options: []option{
			formatOption(),
			{name: "id", kind: value, arg: "UUID", about: i18n.T("every value that was written to an item, oldest first", "все значения, записанные в товар, начиная с самых старых")},
			{name: "prune", kind: value, arg: "AGE", about: i18n.T("remove finished runs older than this (365d, 12h)", "удалить завершённые запуски старше (365d, 12h)")},
		},
		run: func(_ context.Context, e *Env, a *Args) error { return history(e, a) },
	}
}

func history(e *Env, a *Args) error {
	dir, err := e.journals()
	if err != nil {
		return err
	}
	if age := a.String("prune", ""); age != "" {
		return prune(e, dir, age)
	}
	runs, damaged, err := dir.List()
	if err != nil {
		return err
	}
	json := a.String("format", "text") == "json"
	if id := strings.ToLower(a.String("id", "")); id != "" {
		e.warnDamaged(damaged)
		values := writtenTo(runs, id)
		if json {
			return report.ValuesJSON(e.Stdout, id, values)
		}
		return report.ValuesText(e.Stdout, id, values, e.style())
	}
	one := a.Arg(0)
	if one != "" {
		if one, err = dir.Find(one); err != nil {
			return &Exit{Code: Usage, Err: err}
		}
		// Also where it is damaged or never began: that is said, not listed.
		if r, err := dir.Open(one); err != nil {
			return err
		} else if !r.Ready {
			return neverBegan(one)
		}
	} else {
		e.warnDamaged(damaged)
	}
	var list []report.Run
	for _, r := range runs {
		if one == "" || r.Run == one {
			list = append(list, runLine(r, one != ""))
		}
	}
	if json {
		return report.HistoryJSON(e.Stdout, list)
	}
	if len(list) == 0 && len(damaged) > 0 {
		return nil // it is not so that nothing was ever sent
	}
	return report.HistoryText(e.Stdout, list, e.style())
}

func runLine(r *journal.Run, withItems bool) report.Run {
	n := r.Counts()
	line := report.Run{
		Run: r.Run, When: r.When, Command: r.Command, File: r.File, Source: r.Source, Account: first(r.AccountName, r.Account), State: string(r.State),
		Applied: n[plan.Applied], Already: n[plan.Already], Rejected: n[plan.Rejected], Stale: n[plan.Stale], Unsent: n[plan.Unsent],
	}
	if withItems {
		line.Items = planItems(r.Plan, r.Outcomes)
	}
	return line
}

// writtenTo lists every value that runs wrote to an item, oldest first.
func writtenTo(runs []*journal.Run, id string) []report.Written {
	var values []report.Written
	for _, r := range runs {
		for i, o := range r.Outcomes {
			step := r.Plan.Steps[i]
			if o == nil || o.State != plan.Applied || step.Target.ID != id && o.Target.ID != id {
				continue
			}
			for _, a := range step.Set {
				if was, sent := before(r, i, a.Field); sent || step.Op == plan.Create {
					a.Was = was
					values = append(values, report.Written{Run: r.Run, When: r.When, State: o.State, Assign: a})
				}
			}
		}
	}
	return values
}

// before gives what a field of a step held when it was written; sent is false
// for a field that held its value already.
func before(r *journal.Run, step int, f catalog.Field) (v catalog.Value, sent bool) {
	if r.Before[step] == nil {
		return catalog.Value{}, false
	}
	v, sent = r.Before[step].Values[f]
	return v, sent
}

func prune(e *Env, dir journal.Dir, age string) error {
	limit, err := parseAge(age)
	if err != nil {
		return err
	}
	_, damaged, err := dir.List()
	if err != nil {
		return err
	}
	e.warnDamaged(damaged)
	removed, err := dir.Prune(limit)
	for _, name := range removed {
		if _, printed := fmt.Fprintln(e.Stdout, name); printed != nil {
			return printed
		}
	}
	if err != nil {
		return err
	}
	e.Say(i18n.T("%d {1:run|runs} removed", "удалено запусков: %d"), len(removed))
	return nil
}

// parseAge reads an age in days (365d), hours and so on.
func parseAge(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 100000 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, Usagef(i18n.T("--prune expects an age such as 365d, not %q", "--prune ожидает срок, например 365d, а не «%s»"), text)
}
