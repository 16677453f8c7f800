package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
)

// paceFile keeps for the next command what this one has left held of the
// service's budget, and what the service has refused of late: commands typed one
// after another are one client to the service. Nothing depends on it but the
// pace, so what goes wrong with it is passed over: the service then says "too
// many requests", and the client waits.
type paceFile string

// mostFailures is how many requests the service may have refused within a
// minute for another command to begin. MoySklad JSON API 1.2, Ограничения,
// switches the API off for over 200 identical ones, and only its support
// switches it on again; one command that fails at once has up to five.
const mostFailures = 80

// paceFile names the file by system, address and credential; the name does not
// tell the credential.
func (e *Env) paceFile(system, url string, c Credential) paceFile {
	if e.Home == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(url + "\x00" + c.Token + "\x00" + c.Login + "\x00" + c.Password))
	return paceFile(filepath.Join(e.Home, "pace", system+"-"+hex.EncodeToString(sum[:6])+".json"))
}

func (p paceFile) load(now time.Time) []rest.Spend {
	text, err := os.ReadFile(string(p))
	if err != nil {
		return nil
	}
	var spent []rest.Spend
	if err := json.Unmarshal(text, &spent); err != nil {
		return nil
	}
	return slices.DeleteFunc(spent, func(s rest.Spend) bool {
		ahead := s.Failed && s.Until.Sub(now) > time.Minute // the clock was set back
		return ahead || !s.Until.After(now)
	})
}

// save keeps the failures that another command has written down meanwhile.
func (p paceFile) save(spent []rest.Spend, now time.Time) {
	for _, s := range p.load(now) {
		known := func(o rest.Spend) bool { return o.Failed && o.Until.Equal(s.Until) }
		if s.Failed && !slices.ContainsFunc(spent, known) {
			spent = append(spent, s)
		}
	}
	if p == "" || len(spent) == 0 {
		return
	}
	text, err := json.Marshal(spent)
	if err != nil || os.MkdirAll(filepath.Dir(string(p)), 0o700) != nil {
		return
	}
	_ = os.WriteFile(string(p), text, 0o600)
}

// tooMany refuses to begin where the service has just refused too much: a loop
// that begins the program again and again would have the account switched off.
func tooMany(spent []rest.Spend) error {
	var failed []time.Time
	for _, s := range spent {
		if s.Failed {
			failed = append(failed, s.Until)
		}
	}
	if len(failed) < mostFailures {
		return nil
	}
	slices.SortFunc(failed, time.Time.Compare)
	return &Exit{
		Code: Failed,
		Err: i18n.Errorf(i18n.T(
			"the service has refused %d requests within a minute, so nothing is sent to it now: it switches off whoever goes on like that",
			"сервис за минуту отклонил запросов: %d, поэтому сейчас ему ничего не отправляется: тех, кто так продолжает, он отключает"), len(failed)),
		Hint: i18n.Errorf(i18n.T("see what it answered last, and repeat the command after %s", "посмотрите, что он ответил в последний раз, и повторите команду после %s"),
			failed[len(failed)-mostFailures].Add(time.Second).Local().Format(time.TimeOnly)),
	}
}

// leave ends what a command has opened.
func (e *Env) leave() {
	for _, end := range e.atExit {
		end()
	}
	e.atExit = nil
}
