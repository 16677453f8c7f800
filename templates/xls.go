package templates

import (
	"errors"

	"catalogsheet/internal/i18n"
)

func loadXLS([]byte) (*Template, error) {
	return nil, i18n.Errorf(errNotTemplate, errors.New("xls"))
}
