//! A form made from the types of a function. Every value has a name of its own: `0` for the first argument, `0.x` for the
//! field `x` of it, `0.2` for the third element or member of it, `0.some` for the payload of a case.

use super::form::Form;
use super::html::{checkbox, escape, hidden};
use patchbay_runner::{HeldResource, ValueType};

/// The most elements that a list has in a form.
const MOST: usize = 64;

/// Draws fields for values, filled with what was filled in before.
pub(super) struct Fields<'a> {
    pub(super) form: &'a Form,
    pub(super) held: &'a [HeldResource],
}

impl Fields<'_> {
    /// The fields of one value.
    pub(super) fn draw(&self, ty: &ValueType, name: &str, label: &str) -> String {
        let text = escape(label);
        match ty {
            ValueType::Bool => checkbox(&text, name, "true", self.form.get(name) == "true"),
            ValueType::Enum(cases) => {
                let options = cases.iter().map(|case| (case.as_str(), case.clone()));
                self.select(name, &text, "", options)
            }
            ValueType::Own(kind) | ValueType::Borrow(kind) => {
                let held = self.held.iter().filter(|held| held.kind == *kind);
                let options = held.map(|held| (held.name.as_str(), held.name.clone()));
                self.select(name, &text, &format!("no {kind} is held"), options)
            }
            ValueType::Flags(flags) => {
                let chosen = self.form.all(name);
                let boxes = flags
                    .iter()
                    .map(|flag| checkbox(&escape(flag), name, flag, chosen.contains(flag)));
                fieldset(&text, "flags", &boxes.collect::<String>())
            }
            ValueType::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(field, ty)| self.draw(ty, &format!("{name}.{field}"), field));
                fieldset(&text, "record", &fields.collect::<String>())
            }
            ValueType::Tuple(types) => {
                let members = types.iter().enumerate().map(|(index, ty)| {
                    self.draw(ty, &format!("{name}.{index}"), &(index + 1).to_string())
                });
                fieldset(&text, "record", &members.collect::<String>())
            }
            ValueType::List(ty) => self.list(ty, name, &text),
            ValueType::Variant(cases) => {
                let cases = cases.iter().map(|(case, ty)| (case.as_str(), ty.as_ref()));
                self.cases(name, &text, cases)
            }
            ValueType::Option(ty) => {
                self.cases(name, &text, [("none", None), ("some", Some(&**ty))])
            }
            ValueType::Result { ok, err } => self.cases(
                name,
                &text,
                [("ok", ok.as_deref()), ("err", err.as_deref())],
            ),
            ValueType::String => {
                let (name, value) = (escape(name), escape(self.form.get(name)));
                format!(
                    "<label class=\"field field-wide\"><span>{text} <code>string</code></span>\
                     <textarea name=\"{name}\" rows=\"1\" spellcheck=\"false\">\n{value}</textarea></label>"
                )
            }
            plain => {
                let (name, value) = (escape(name), escape(self.form.get(name)));
                let kind = escape(&plain.to_string());
                format!(
                    "<label class=\"field\"><span>{text} <code>{kind}</code></span><input type=\"text\" name=\"{name}\" \
                     value=\"{value}\" autocomplete=\"off\" spellcheck=\"false\"></label>"
                )
            }
        }
    }

    fn select<'o>(
        &self,
        name: &str,
        label: &str,
        none: &str,
        options: impl Iterator<Item = (&'o str, String)>,
    ) -> String {
        let chosen = self.form.get(name);
        let options = options.map(|(value, words)| {
            let selected = if value == chosen { " selected" } else { "" };
            let (value, words) = (escape(value), escape(&words));
            format!("<option value=\"{value}\"{selected}>{words}</option>")
        });
        let mut options: String = options.collect();
        if options.is_empty() {
            options = format!("<option value=\"\">{}</option>", escape(none));
        }
        let name = escape(name);
        format!(
            "<label class=\"field\"><span>{label}</span><select name=\"{name}\">{options}</select></label>"
        )
    }

    /// Cases to choose from. What a case brings along is in sight while it is chosen: a style sheet sees to that.
    fn cases<'t>(
        &self,
        name: &str,
        label: &str,
        cases: impl IntoIterator<Item = (&'t str, Option<&'t ValueType>)>,
    ) -> String {
        let cases: Vec<_> = cases.into_iter().collect();
        let first = cases.first().map_or("", |(case, _)| case);
        let chosen = self.form.find(name).unwrap_or(first);
        let drawn = cases.iter().map(|(case, ty)| {
            let checked = if *case == chosen { " checked" } else { "" };
            let payload = ty.map_or(String::new(), |ty| {
                let fields = self.draw(ty, &format!("{name}.{case}"), case);
                format!("<div class=\"payload\">{fields}</div>")
            });
            let (name, case) = (escape(name), escape(case));
            format!(
                "<div class=\"case\"><label class=\"check\"><input type=\"radio\" name=\"{name}\" value=\"{case}\"{checked}> \
                 <span>{case}</span></label>{payload}</div>"
            )
        });
        fieldset(label, "cases", &drawn.collect::<String>())
    }

    fn list(&self, ty: &ValueType, name: &str, label: &str) -> String {
        let count = length(self.form, name);
        let elements = (0..count)
            .map(|index| self.draw(ty, &format!("{name}.{index}"), &(index + 1).to_string()));
        let mut content: String = elements.collect();
        content += &hidden(&format!("{name}.length"), &count.to_string());
        for (change, words, possible) in [
            ("more", "Add an element", count < MOST),
            ("less", "Remove the last", count > 0),
        ] {
            if possible {
                let name = escape(name);
                content += &format!(
                    "<button type=\"submit\" class=\"button button-small\" id=\"sandbox-{change}-{name}\" name=\"{change}\" \
                     value=\"{name}\" aria-label=\"{words}: {label}\">{words}</button>"
                );
            }
        }
        fieldset(label, "list", &content)
    }
}

/// How many elements the list of that name has.
pub(super) fn length(form: &Form, name: &str) -> usize {
    let written: usize = form.get(&format!("{name}.length")).parse().unwrap_or(0);
    let asked = |change: &str| usize::from(form.get(change) == name);
    (written + asked("more"))
        .saturating_sub(asked("less"))
        .min(MOST)
}

fn fieldset(label: &str, class: &str, content: &str) -> String {
    format!("<fieldset class=\"{class}\"><legend>{label}</legend>{content}</fieldset>")
}
