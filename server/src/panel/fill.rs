//! From a form that was filled in to values as WAVE text.

use super::fields::length;
use super::form::Form;
use patchbay_runner::ValueType;

/// The words that WAVE keeps for itself. A name that is one of them is written with a percent sign.
const KEYWORDS: [&str; 8] = ["true", "false", "some", "none", "ok", "err", "nan", "inf"];

/// The value of that name.
///
/// # Errors
/// A sentence about what is no value of its type.
pub(super) fn value(form: &Form, ty: &ValueType, name: &str) -> Result<String, String> {
    let text = form.get(name).trim();
    let number = |fits: bool| match fits {
        true => Ok(text.to_owned()),
        false => Err(format!("“{text}” is no {ty}.")),
    };
    Ok(match ty {
        ValueType::Bool => (text == "true").to_string(),
        ValueType::S8 | ValueType::S16 | ValueType::S32 | ValueType::S64 => {
            number(text.parse::<i64>().is_ok() && !text.starts_with('+'))?
        }
        ValueType::U8 | ValueType::U16 | ValueType::U32 | ValueType::U64 => {
            number(text.parse::<u64>().is_ok() && !text.starts_with('+'))?
        }
        ValueType::F32 | ValueType::F64 => {
            float(text).ok_or_else(|| format!("“{text}” is no {ty}."))?
        }
        ValueType::Char => {
            // Not trimmed: a space is a character.
            let mut letters = form.get(name).chars();
            match (letters.next(), letters.next()) {
                (Some(letter), None) => format!("'{}'", escaped(letter)),
                _ => return Err(format!("“{text}” is not one character.")),
            }
        }
        ValueType::String => quoted(form.get(name)),
        ValueType::Own(kind) | ValueType::Borrow(kind) => match text {
            "" => {
                return Err(format!(
                    "No {kind} is held. Call a function that gives one first."
                ));
            }
            held => quoted(held),
        },
        ValueType::Enum(cases) => match cases.iter().find(|case| *case == text) {
            Some(case) => label(case),
            None => return Err(format!("“{text}” is no case of {ty}.")),
        },
        ValueType::Flags(flags) => {
            let chosen = form.all(name);
            let chosen = flags.iter().filter(|flag| chosen.contains(flag));
            let chosen: Vec<_> = chosen.map(|flag| label(flag)).collect();
            format!("{{{}}}", chosen.join(", "))
        }
        ValueType::Record(fields) => {
            let field = |(field, ty): &(String, ValueType)| {
                let value = value(form, ty, &format!("{name}.{field}"))?;
                Ok::<_, String>(format!("{}: {value}", label(field)))
            };
            let fields: Vec<_> = fields.iter().map(field).collect::<Result<_, _>>()?;
            format!("{{{}}}", fields.join(", "))
        }
        ValueType::Tuple(types) => {
            let members = types.iter().enumerate();
            let members = members.map(|(index, ty)| value(form, ty, &format!("{name}.{index}")));
            format!("({})", members.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        ValueType::List(ty) => {
            let elements = 0..length(form, name);
            let elements = elements.map(|index| value(form, ty, &format!("{name}.{index}")));
            format!("[{}]", elements.collect::<Result<Vec<_>, _>>()?.join(", "))
        }
        ValueType::Variant(cases) => {
            let found = cases.iter().find(|(case, _)| case == text);
            let (case, ty) = found.ok_or_else(|| format!("“{text}” is no case of {ty}."))?;
            payload(form, name, case, &label(case), ty.as_ref())?
        }
        ValueType::Option(ty) => match text {
            "some" => payload(form, name, "some", "some", Some(ty))?,
            _ => "none".to_owned(),
        },
        ValueType::Result { ok, err } => match text {
            "err" => payload(form, name, "err", "err", err.as_deref())?,
            _ => payload(form, name, "ok", "ok", ok.as_deref())?,
        },
    })
}

fn payload(
    form: &Form,
    name: &str,
    case: &str,
    written: &str,
    ty: Option<&ValueType>,
) -> Result<String, String> {
    Ok(match ty {
        None => written.to_owned(),
        Some(ty) => format!("{written}({})", value(form, ty, &format!("{name}.{case}"))?),
    })
}

fn float(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().as_str() {
        known @ ("nan" | "inf" | "-inf") => Some(known.to_owned()),
        other => {
            let number: f64 = other.parse().ok()?;
            // As the shortest text that is the same number: what people write, WAVE may not take.
            number.is_finite().then(|| number.to_string())
        }
    }
}

fn label(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("%{name}"),
        false => name.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    let escaped: String = text.chars().map(escaped).collect();
    format!("\"{escaped}\"")
}

fn escaped(letter: char) -> String {
    match letter {
        '"' | '\'' | '\\' => format!("\\{letter}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        control if control.is_control() => format!("\\u{{{:x}}}", u32::from(control)),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, ty: &ValueType) -> Result<String, String> {
        value(&Form::read(text.as_bytes()), ty, "0")
    }

    #[test]
    fn values_are_written_as_wave() {
        let list = ValueType::List(Box::new(ValueType::U8));
        let record = ValueType::Record(vec![
            ("some".to_owned(), ValueType::String),
            ("on".to_owned(), ValueType::Bool),
        ]);
        let option = ValueType::Option(Box::new(ValueType::Char));
        let flags = ValueType::Flags(vec!["a".to_owned(), "none".to_owned()]);
        for (form, ty, wave) in [
            ("0=-5", &ValueType::S8, "-5"),
            ("0=1e3", &ValueType::F64, "1000"),
            ("0=NaN", &ValueType::F32, "nan"),
            ("0=a%22%0A%07", &ValueType::String, r#""a\"\n\u{7}""#),
            ("0=+", &ValueType::Char, "' '"),
            ("0.length=2&0.0=1&0.1=2", &list, "[1, 2]"),
            ("0.length=1&0.0=1&0.1=2&more=0", &list, "[1, 2]"),
            ("0.some=x&0.on=true", &record, r#"{%some: "x", on: true}"#),
            ("0=some&0.some=%27", &option, r"some('\'')"),
            ("", &option, "none"),
            ("0=none&0=a", &flags, "{a, %none}"),
        ] {
            assert_eq!(filled(form, ty).as_deref(), Ok(wave), "{form}");
        }
    }

    #[test]
    fn nothing_but_one_value_comes_through() {
        for (form, ty) in [
            ("0=1,+2", ValueType::U8),
            ("0=-1", ValueType::U8),
            ("0=", ValueType::F32),
            ("0=ab", ValueType::Char),
            ("0=b", ValueType::Enum(vec!["a".to_owned()])),
            ("0=", ValueType::Borrow("counter".to_owned())),
        ] {
            assert!(filled(form, &ty).is_err(), "{form}");
        }
    }
}
