package pipeline

import (
	"encoding"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills the configuration's structs from a YAML tree. Unlike yaml's own decoding it knows the path of every
// key and goes on after a problem, so that one look at the errors mends the whole file.
//
// Beside `yaml:"name"` it reads two struct tags: `words:"a b"` closes a text to these words, `path:"true"` makes
// it an absolute path, `path:"glob"` an absolute pattern of paths.
type decoder struct {
	dir      string // of the configuration file, absolute
	env      func(string) (string, bool)
	marks    map[string]mark // by key path, for example sources[0].name
	problems []Problem
}

// mark is where a key stands and the text it has there, before ${ENV} is replaced: errors may quote it.
type mark struct {
	line int
	text string
}

// problem notes what is wrong with a key, on its line or else on that of the nearest key around it.
func (d *decoder) problem(key, message string) {
	at := d.marks[key]
	for around := key; at.line == 0 && around != ""; at = d.marks[around] {
		around = around[:max(strings.LastIndexAny(around, ".["), 0)]
	}
	d.problems = append(d.problems, Problem{Line: at.line, Key: key, Message: message})
}

// wrong notes a value that does not fit: the value as it stands in the file, then what the error says of it.
func (d *decoder) wrong(key string, err error) {
	d.problem(key, strconv.Quote(d.marks[key].text)+" "+err.Error())
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, key string, line int, tag reflect.StructTag) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.marks[key] = mark{line, n.Value}
	if n.ShortTag() == "!!null" {
		d.problem(key, "has no value: give it one, or remove the key")
		return
	}
	switch v.Addr().Interface().(type) {
	case **time.Location, *time.Time, encoding.TextUnmarshaler:
		d.scalar(n, v, key, tag)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, key)
	case reflect.Map:
		d.dictionary(n, v, key, tag)
	case reflect.Slice:
		d.list(n, v, key, tag)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), key, line, tag)
	default:
		d.scalar(n, v, key, tag)
	}
}

// structure fills the fields that the file names; a key that is no field is a problem.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, key string) {
	if s, ok := v.Addr().Interface().(interface{ defaults() }); ok {
		s.defaults()
	}
	fields, names := map[string]int{}, []string{}
	for i := range v.NumField() {
		if name := v.Type().Field(i).Tag.Get("yaml"); name != "-" {
			fields[name], names = i, append(names, name)
		}
	}
	for name, child := range d.pairs(n, key) {
		if i, ok := fields[name.Value]; ok {
			d.value(child, v.Field(i), join(key, name.Value), name.Line, v.Type().Field(i).Tag)
			continue
		}
		at := join(key, name.Value)
		d.marks[at] = mark{name.Line, ""}
		hint := didYouMean(name.Value, names)
		if hint == "" {
			hint = "; known here: " + strings.Join(names, ", ")
		}
		d.problem(at, "unknown key"+hint)
	}
}

// dictionary fills a map of texts.
func (d *decoder) dictionary(n *yaml.Node, v reflect.Value, key string, tag reflect.StructTag) {
	v.Set(reflect.MakeMap(v.Type()))
	for name, child := range d.pairs(n, key) {
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(child, elem, join(key, name.Value), name.Line, tag)
		v.SetMapIndex(reflect.ValueOf(name.Value), elem)
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, key string, tag reflect.StructTag) {
	if n.Kind != yaml.SequenceNode {
		d.problem(key, "must be a list, like [a, b], not "+kind(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, child := range n.Content {
		d.value(child, v.Index(i), fmt.Sprintf("%s[%d]", key, i), child.Line, tag)
	}
}

// pairs yields the keys and values of a mapping, each key once.
func (d *decoder) pairs(n *yaml.Node, key string) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(name, value *yaml.Node) bool) {
		if n.Kind != yaml.MappingNode {
			d.problem(key, "must be a mapping, like {key: value}, not "+kind(n))
			return
		}
		seen := map[string]int{}
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i]
			if first, twice := seen[name.Value]; twice {
				d.problems = append(d.problems, Problem{
					Line: name.Line, Key: join(key, name.Value),
					Message: fmt.Sprintf("given twice: it stands on line %d already; remove one", first),
				})
				continue
			}
			seen[name.Value] = name.Line
			if !yield(name, n.Content[i+1]) {
				return
			}
		}
	}
}

// scalar fills one value from its text.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, key string, tag reflect.StructTag) {
	_, secret := v.Interface().(Secret)
	if secret {
		d.marks[key] = mark{d.marks[key].line, redacted}
	}
	if n.Kind != yaml.ScalarNode {
		d.problem(key, "must be one value, not "+kind(n))
		return
	}
	resolve := d.expand
	if v.Type() == reflect.TypeFor[string]() || secret {
		resolve = d.text
	}
	text, err := resolve(n.Value)
	if err != nil {
		d.problem(key, err.Error())
		return
	}
	if text == "" {
		d.problem(key, "is empty: give it a value, or remove the key")
		return
	}
	switch tag.Get("path") {
	case "true":
		text = d.path(text)
	case "glob":
		text = d.glob(text)
	}
	if words := tag.Get("words"); words != "" {
		err = oneOf(text, strings.Fields(words))
	}
	if err == nil {
		err = parse(text, v)
	}
	if err != nil {
		d.wrong(key, err)
	}
}

// parse sets a value from its text.
func parse(text string, v reflect.Value) (err error) {
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		*p, err = parseDuration(text)
		return err
	case **time.Location:
		*p, err = parseZone(text)
		return err
	case *time.Time: // before TextUnmarshaler, which would want a zone
		*p, err = parseLocal(text)
		return err
	case encoding.TextUnmarshaler:
		return p.UnmarshalText([]byte(text))
	case *bool:
		if text != "true" && text != "false" {
			return errors.New("must be true or false")
		}
		*p = text == "true"
		return nil
	case *float64:
		if *p, err = strconv.ParseFloat(text, 64); err != nil {
			return errors.New("is no number")
		}
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return errors.New("is no whole number")
		}
		v.SetInt(i)
	default:
		return fmt.Errorf("cannot be read into %s", v.Type()) // a field of a type that nobody taught the decoder
	}
	return nil
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "a single value"
	}
}
