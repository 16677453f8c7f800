package fault

import "testing"

func kinds() []Kind {
	return []Kind{
		{"503-before", Before, "-", ""}, {"429-time", Before, "300ms", ""}, {"html-error", Before, "404", ""}, {"slow-page", Before, "2s", ""},
		{"500-after", After, "-", ""}, {"drop-after", After, "-", ""}, {"clock-skew", Steady, "10s", ""}, {"default", Preset, "5%", ""}, {"none", Preset, "-", ""},
	}
}

func TestSetFollowsItsSpec(t *testing.T) {
	s := NewSet(1, kinds(), "503-before")
	if err := s.Add("500-after:POST:/a:x2, clock-skew=3s"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, false} {
		if got := s.Next("POST", "/a/b", "", nil); (got != nil) != want || want && got.Name != "500-after" {
			t.Errorf("request %d meets %v", i, got)
		}
	}
	if s.Next("GET", "/a", "", nil) != nil || s.Next("POST", "/b", "", nil) != nil {
		t.Error("a fault strikes another method or path")
	}
	if !s.On("clock-skew") || s.Duration("clock-skew").String() != "3s" {
		t.Error("the steady fault is not in force")
	}
	if err := s.Add("none"); err != nil || s.On("clock-skew") {
		t.Error("none does not drop what was added")
	}
}

func TestFaultSpecs(t *testing.T) {
	for spec, ok := range map[string]bool{
		"": true, "none": true, "default": true, "default=20%": true, "503-before": true, "503-before:GET:/entity/product:x2": true,
		"500-after:POST::x1": true, "slow-page=2s": true, "429-time=50ms:GET:x3, drop-after:POST:/entity/:10%": true, "html-error=500": true,
		"nothing": false, "503-before=1": false, "slow-page=x": false, "503-before:GET:/:x0": false, "503-before:GET:/:x1:y": false,
		"503-before:GET:/:101%": false, "html-error=a": false, "default=x": false,
	} {
		_, err := Parse(spec, kinds())
		if (err == nil) != ok {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

func FuzzFaultSpec(f *testing.F) {
	f.Add("503-before:GET:/entity/product:x2, default")
	f.Fuzz(func(t *testing.T, spec string) {
		if list, err := Parse(spec, kinds()); err == nil {
			for _, x := range list {
				if x.Name == "" || x.percent > 100 {
					t.Errorf("%q: %+v", spec, x)
				}
			}
		}
	})
}
