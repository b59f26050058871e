package main

import "slices"

// report is all that a run of the benchmark found, as it is written to --json.
type report struct {
	Date      string         `json:"date"`
	Machine   machine        `json:"machine"`
	Days      int64          `json:"days"`
	Repeats   float64        `json:"repeats"`
	Files     int            `json:"files"`
	Packed    string         `json:"compress"`
	Seed      uint64         `json:"seed"`
	Runs      int            `json:"runs"`
	Vendors   []vendorResult `json:"vendors"`
	Instances []instances    `json:"instances,omitempty"`
	Many      []manyFiles    `json:"many_files,omitempty"`
}

// vendorResult is one archive.
type vendorResult struct {
	Vendor     string   `json:"vendor"`
	Calls      int64    `json:"calls"`
	Records    int64    `json:"records"`
	InputBytes int64    `json:"input_bytes"`
	Results    []result `json:"contenders"`
}

// result is one contender's. NotRun and Failed say why it has no figures.
type result struct {
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	NotRun     string      `json:"not_run,omitempty"`
	Failed     string      `json:"failed,omitempty"`
	Runs       []measured  `json:"runs,omitempty"`
	Median     measured    `json:"median"`
	Fastest    float64     `json:"fastest_seconds,omitempty"`
	Slowest    float64     `json:"slowest_seconds,omitempty"`
	CallsPerS  float64     `json:"calls_per_second,omitempty"`
	MBPerS     float64     `json:"mb_per_second,omitempty"`
	Ratio      float64     `json:"ratio,omitempty"` // of its seconds to callmart's
	LakeBytes  int64       `json:"lake_bytes,omitempty"`
	Comparison *comparison `json:"comparison,omitempty"`
}

// summarise computes what follows from the runs of all contenders of one archive; the first is callmart.
func (v *vendorResult) summarise() {
	for i := range v.Results {
		r := &v.Results[i]
		if len(r.Runs) == 0 {
			continue
		}
		r.Median = measured{
			Seconds: median(r.Runs, func(m measured) float64 { return m.Seconds }),
			CPU:     median(r.Runs, func(m measured) float64 { return m.CPU }),
			Peak:    int64(median(r.Runs, func(m measured) float64 { return float64(m.Peak) })),
			Written: r.Runs[len(r.Runs)-1].Written,
		}
		r.Fastest, r.Slowest = r.Runs[0].Seconds, r.Runs[0].Seconds
		for _, m := range r.Runs {
			r.Fastest, r.Slowest = min(r.Fastest, m.Seconds), max(r.Slowest, m.Seconds)
		}
		r.CallsPerS = float64(v.Calls) / r.Median.Seconds
		r.MBPerS = float64(v.InputBytes) / 1e6 / r.Median.Seconds
		if ours := v.Results[0].Median.Seconds; ours > 0 {
			r.Ratio = r.Median.Seconds / ours
		}
	}
}

func median[T any](runs []T, of func(T) float64) float64 {
	values := make([]float64, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

// disturbed is the largest share of the machine that others took during a run.
func (r *report) disturbed() float64 {
	share := 0.0
	for _, v := range r.Vendors {
		for _, c := range v.Results {
			for _, m := range c.Runs {
				share = max(share, m.Others/m.Seconds/float64(max(r.Machine.Cores, 1)))
			}
		}
	}
	return share
}

// problems are what makes the exit status 1.
func (r *report) problems() []string {
	var all []string
	for _, v := range r.Vendors {
		for _, c := range v.Results {
			if c.Failed != "" {
				all = append(all, v.Vendor+", "+c.Name+": "+c.Failed)
			}
			if c.Comparison == nil {
				continue
			}
			for _, d := range c.Comparison.Differences {
				all = append(all, v.Vendor+", "+c.Name+": "+d)
			}
		}
	}
	for _, in := range r.Instances {
		if !in.Equal {
			all = append(all, in.Vendor+": callmart's files differ by the number of its processors")
		}
	}
	for _, m := range r.Many {
		if !m.Equal {
			all = append(all, m.Vendor+": callmart's files differ by whether every record has a file of its own")
		}
	}
	return all
}
