//! Values as WAVE text, to compare them with what a stub was told.

use wasmtime::component::Val;

pub fn wave(value: &Val) -> String {
    let list = |values: &[Val]| values.iter().map(wave).collect::<Vec<_>>().join(", ");
    let case = |name: &str, value: &Option<Box<Val>>| match value {
        Some(value) => format!("{name}({})", wave(value)),
        None => name.to_owned(),
    };
    match value {
        Val::Bool(value) => value.to_string(),
        Val::S8(value) => value.to_string(),
        Val::U8(value) => value.to_string(),
        Val::S16(value) => value.to_string(),
        Val::U16(value) => value.to_string(),
        Val::S32(value) => value.to_string(),
        Val::U32(value) => value.to_string(),
        Val::S64(value) => value.to_string(),
        Val::U64(value) => value.to_string(),
        Val::Float32(value) => value.to_string(),
        Val::Float64(value) => value.to_string(),
        Val::Char(value) => format!("'{value}'"),
        Val::String(value) => format!("{value:?}"),
        Val::List(values) => format!("[{}]", list(values)),
        Val::Tuple(values) => format!("({})", list(values)),
        Val::Record(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", wave(value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Val::Variant(name, value) => case(name, value),
        Val::Enum(name) => name.clone(),
        Val::Option(None) => "none".to_owned(),
        Val::Option(value) => case("some", value),
        Val::Result(Ok(value)) => case("ok", value),
        Val::Result(Err(value)) => case("err", value),
        Val::Flags(names) => format!("{{{}}}", names.join(", ")),
        other => panic!("no text for {other:?}"),
    }
}
